"""Runs programs of an unpacked prefix through the prefix's own loader and libraries."""

from __future__ import annotations

from pathlib import Path

from callcenter.telephony.asterisk.provision.paths import ProvisionError, machine

_LOADERS = {
    "amd64": ("usr/lib64/ld-linux-x86-64.so.2", "x86_64-linux-gnu"),
    "arm64": ("usr/lib/ld-linux-aarch64.so.1", "aarch64-linux-gnu"),
}


def library_folder(prefix: Path) -> Path:
    """The prefix's folder of shared libraries for this architecture."""
    return prefix / "usr/lib" / _LOADERS[machine()][1]


def command_of(prefix: Path, program: str) -> list[str]:
    """The words that start ``program`` (a path in the prefix) with the prefix's libraries alone.

    Raises ProvisionError when the loader or the program is missing, which means a broken prefix.
    """
    name, triplet = _LOADERS[machine()]
    loader = prefix / name
    if not loader.exists():
        loader = prefix / "usr/lib" / triplet / Path(name).name
    for needed in (loader, prefix / program):
        if not needed.exists():
            raise ProvisionError(f"{needed} is missing: remove {prefix} and run again.")
    libraries = library_folder(prefix)
    folders = [libraries, libraries / "pulseaudio"]
    library_path = ":".join(str(folder) for folder in folders if folder.is_dir())
    return [str(loader), "--library-path", library_path, str(prefix / program)]
