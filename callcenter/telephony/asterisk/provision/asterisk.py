"""Finds an Asterisk on this machine, or brings Asterisk 22 into the user's cache without root."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from callcenter.telephony.asterisk.provision.aptworld import AptWorld
from callcenter.telephony.asterisk.provision.paths import ProvisionError, Report
from callcenter.telephony.asterisk.provision.prefix import command_of, library_folder

OLDEST_MAJOR = 20
"""The oldest Asterisk whose ARI has all we use (client-chosen ids, external media, early bridges)."""

_MODULE_FOLDERS = ("/usr/lib/{triplet}/asterisk/modules", "/usr/lib/asterisk/modules", "/usr/lib64/asterisk/modules")
_DATA_FOLDERS = ("/usr/share/asterisk", "/var/lib/asterisk")


@dataclass(frozen=True, slots=True)
class AsteriskInstall:
    """An Asterisk that can be started: the command's first words, its folders, version and where it came from."""

    command: tuple[str, ...]
    modules_dir: Path
    data_dir: Path
    version: str
    origin: str

    @property
    def major(self) -> int:
        """The major version, 22 for ``22.10.1``."""
        return major_version(self.version)

    @property
    def api_description_dir(self) -> Path:
        """The folder of ARI's own description (``rest-api/*.json``)."""
        return self.data_dir / "rest-api"

    def modules(self) -> frozenset[str]:
        """The modules that lie in the install, without ``.so``."""
        return frozenset(file.stem for file in self.modules_dir.glob("*.so"))


def major_version(text: str) -> int:
    """The first number of a version text; 0 when there is none."""
    found = re.search(r"(\d+)\.\d+", text)
    return int(found.group(1)) if found else 0


def locate_installed() -> AsteriskInstall | None:
    """The system's own Asterisk if it is new enough and complete; None otherwise."""
    binary = shutil.which("asterisk", path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/opt/asterisk/sbin")
    if binary is None:
        return None
    version = _version_of((binary,))
    triplets = [path.name for path in Path("/usr/lib").glob("*-linux-gnu")]
    folders = [Path(name.format(triplet=triplet)) for name in _MODULE_FOLDERS for triplet in triplets or [""]]
    modules = next((path for path in folders if (path / "res_ari.so").is_file()), None)
    data = next((Path(name) for name in _DATA_FOLDERS if Path(name, "documentation").is_dir()), None)
    if version is None or major_version(version) < OLDEST_MAJOR or modules is None or data is None:
        return None
    return AsteriskInstall((binary,), modules, data, version, "system")


def locate_cached(report: Report = print) -> AsteriskInstall | None:
    """The Asterisk fetched earlier, without touching the network; None when there is none."""
    try:
        world = AptWorld.of_this_machine(report)
    except ProvisionError:
        return None
    return _install_of(world.prefix("asterisk")) if world.complete("asterisk") else None


def locate_or_fetch(report: Report = print, *, prefer_system: bool = True) -> AsteriskInstall:
    """The system's Asterisk when it is 20 or newer, else the cached one, else a freshly fetched one.

    Raises ProvisionError, with the mend in its text, when none can be had.
    """
    found = locate_installed() if prefer_system else None
    if found is not None:
        return found
    world = AptWorld.of_this_machine(report)
    if not world.complete("asterisk"):
        report("No Asterisk 20 or newer on this machine: bringing one into your cache folder (about 80 MB).")
    install = _install_of(world.fetch("asterisk"))
    if install.major < OLDEST_MAJOR:
        raise ProvisionError(
            f"The machine's archive has only Asterisk {install.version}; {OLDEST_MAJOR} or newer is needed: "
            "install one yourself or name a PBX elsewhere by its ARI address."
        )
    return install


def _install_of(prefix: Path) -> AsteriskInstall:
    command = tuple(command_of(prefix, "usr/sbin/asterisk"))
    modules = library_folder(prefix) / "asterisk/modules"
    if not modules.is_dir():
        modules = prefix / "usr/lib/asterisk/modules"
    version = _version_of(command)
    if version is None:
        raise ProvisionError(f"The Asterisk in {prefix} does not run: remove that folder and run again.")
    return AsteriskInstall(command, modules, prefix / "usr/share/asterisk", version, "fetched")


def _version_of(command: tuple[str, ...]) -> str | None:
    try:
        done = subprocess.run([*command, "-V"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = done.stdout.strip().removeprefix("Asterisk ").strip()
    return text.split("~")[0].split("+")[0] if done.returncode == 0 and text else None
