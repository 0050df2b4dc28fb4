"""A private world for apt: fetches and unpacks packages into a folder, without root and without touching the system."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from callcenter.telephony.asterisk.provision.aptsources import (
    Archive,
    choose_archive,
    machine_sources,
    os_release,
)
from callcenter.telephony.asterisk.provision.paths import (
    ProvisionError,
    Report,
    cache_root,
    exclusive,
    machine,
)

_LISTS_FRESH_S = 24 * 3600
_STAMP = "complete.json"


class AptWorld:
    """One archive, its package lists, and the prefixes unpacked from it.

    Every folder lies under ``root``; the status file is empty, so dependencies down to libc come along
    and the result runs beside any system.
    """

    def __init__(self, archive: Archive, architecture: str, root: Path, report: Report) -> None:
        self._archive = archive
        self._architecture = architecture
        self._root = root / f"{archive.distribution}-{archive.suite}-{architecture}"
        self._report = report

    @classmethod
    def of_this_machine(cls, report: Report) -> AptWorld:
        """The world for this machine's own archive; ProvisionError when there is no apt or no archive."""
        for tool, package in (("apt-get", "apt"), ("dpkg-deb", "dpkg")):
            if shutil.which(tool) is None:
                raise ProvisionError(
                    f"{tool} (package {package}) is not on this machine, so nothing can be fetched: install Asterisk "
                    "20 or newer with the system's own tools, or name a PBX elsewhere by its ARI address."
                )
        return cls(choose_archive(machine_sources(), os_release()), machine(), cache_root() / "packages", report)

    def prefix(self, package: str) -> Path:
        """The folder the package is, or would be, unpacked into."""
        return self._root / package

    def complete(self, package: str) -> bool:
        """Whether the package is wholly unpacked; a folder without its stamp is a broken one."""
        return installed_version(self.prefix(package)) is not None

    def fetch(self, package: str, needs: tuple[str, ...] = ()) -> Path:
        """Unpack the package, its dependencies and ``needs`` into a prefix; returns it. Safe against parallel runs."""
        target = self.prefix(package)
        with exclusive(self._root / "lock", self._report):
            if self.complete(package):
                return target
            if target.exists():
                self._report(f"{target} is incomplete; fetching it again.")
                shutil.rmtree(target)
            started = time.monotonic()
            self._write_world()
            self._update()
            debs = self._download((package, *needs))
            self._unpack(package, debs, target)
            self._report(f"{package}: ready after {time.monotonic() - started:.0f} s in {target}")
        return target

    def _write_world(self) -> None:
        for folder in ("etc/parts", "state/lists/partial", "cache/archives/partial"):
            (self._root / folder).mkdir(parents=True, exist_ok=True)
        (self._root / "etc/sources.list").write_text("\n".join(self._archive.lines) + "\n", encoding="utf-8")
        (self._root / "state/status").write_text("", encoding="utf-8")
        # The system's own hooks (cleaning its cache, telling the desktop) have no business here.
        cleared = ("APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success", "APT::Update::Pre-Invoke")
        hooks = (*cleared, "DPkg::Post-Invoke", "DPkg::Pre-Invoke", "DPkg::Pre-Install-Pkgs")
        (self._root / "etc/apt.conf").write_text("".join(f"#clear {name};\n" for name in hooks), encoding="utf-8")

    def _apt(self, *words: str) -> str:
        root = self._root
        options = {
            "Dir::Etc::sourcelist": root / "etc/sources.list",
            "Dir::Etc::sourceparts": root / "etc/parts",
            "Dir::Etc::preferences": root / "etc/preferences",
            "Dir::Etc::preferencesparts": root / "etc/parts",
            "Dir::State": root / "state",
            "Dir::State::status": root / "state/status",
            "Dir::State::lists": root / "state/lists",
            "Dir::Cache": root / "cache",
            "Dir::Cache::archives": root / "cache/archives",
            "APT::Architecture": self._architecture,
            "APT::Architectures": self._architecture,
            "APT::Install-Recommends": "false",
            "APT::Install-Suggests": "false",
            "APT::Sandbox::User": "root",
            "APT::Get::List-Cleanup": "false",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
            "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
        }
        command = ["apt-get", "-c", str(root / "etc/apt.conf"), "-q", "-y"]
        for name, value in options.items():
            command += ["-o", f"{name}={value}"]
        done = subprocess.run(  # noqa: S603
            [*command, *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if line.startswith(("E:", "W:"))]
            why = "\n  ".join(lines or done.stderr.splitlines()[-5:])
            raise ProvisionError(
                f"apt-get {words[0]} failed for {self._archive.suite}:\n  {why}\n"
                "Check the network and the mirror in the machine's apt sources; a missing key comes with an "
                f"up-to-date {self._archive.distribution} keyring package."
            )
        return done.stdout

    def _update(self) -> None:
        stamp = self._root / "state/updated"
        if stamp.is_file() and time.time() - stamp.stat().st_mtime < _LISTS_FRESH_S:
            return
        self._report(f"Reading the package lists of {self._archive.distribution} {self._archive.suite}.")
        self._apt("update", "--error-on=any")
        stamp.touch()

    def _download(self, packages: tuple[str, ...]) -> list[Path]:
        archives = self._root / "cache/archives"
        for old in archives.glob("*.deb"):
            old.unlink()
        self._report(f"Downloading {packages[0]} and what it needs; this happens once for this user.")
        try:
            self._apt("install", "--download-only", *packages)
        except ProvisionError:
            # The lists may be older than the mirror: read them again once.
            (self._root / "state/updated").unlink(missing_ok=True)
            self._update()
            self._apt("install", "--download-only", *packages)
        debs = sorted(archives.glob("*.deb"))
        size = sum(deb.stat().st_size for deb in debs) / 1e6
        self._report(f"Downloaded {len(debs)} packages, {size:.0f} MB; unpacking.")
        return debs

    def _unpack(self, package: str, debs: list[Path], target: Path) -> None:
        partial = target.with_name(f".{target.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        _merged_usr(partial)

        def unpack(deb: Path) -> None:
            done = subprocess.run(  # noqa: S603
                ["dpkg-deb", "--extract", str(deb), str(partial)],  # noqa: S607
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                raise ProvisionError(f"Cannot unpack {deb.name}: {done.stderr.strip()}")

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(unpack, debs))
        versions = [deb.name.split("_")[1] for deb in debs if deb.name.startswith(f"{package}_")]
        if not versions:
            raise ProvisionError(f"apt-get downloaded no {package}: remove {self._root} and run again.")
        stamp = {"package": package, "version": versions[0].replace("%3a", ":"), "packages": len(debs)}
        (partial / _STAMP).write_text(json.dumps(stamp), encoding="utf-8")
        partial.rename(target)
        for deb in debs:
            deb.unlink()


def _merged_usr(prefix: Path) -> None:
    """Lay the merged-usr links first, so that packages of either layout end in the same folders."""
    for name in ("bin", "sbin", "lib", "lib64"):
        (prefix / "usr" / name).mkdir(parents=True, exist_ok=True)
        (prefix / name).symlink_to(f"usr/{name}")


def installed_version(prefix: Path) -> str | None:
    """The version unpacked in the prefix; None when it is absent or incomplete."""
    try:
        version = json.loads((prefix / _STAMP).read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(version)
