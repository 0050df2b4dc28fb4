"""The other Pythons of this machine, each with the packages that the router, the core and the simulator import.

``.venv/bin/python scripts/setup/pythons.py`` installs these packages; a Python is there when PATH or pyenv has it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

MINORS = range(11, 15)
"""Of Python 3: those that the product runs under."""
LOCK = Path(__file__).with_name("requirements-core.txt")
FOLDER = Path(sys.prefix) / "pythons"
STAMP = ".installed"


@cache
def other_pythons() -> dict[str, Path]:
    """Version (``3.13``) → interpreter, the first that runs; without the version that runs this."""
    found: dict[str, Path] = {}
    for minor in MINORS:
        if (3, minor) != sys.version_info[:2]:
            found |= {f"3.{minor}": path for path in reversed([*_candidates(minor)]) if _runs(path, minor)}
    return found


def packages(version: str) -> Path:
    """The folder with the core's packages for a version of Python."""
    return FOLDER / version


def is_ready(version: str) -> bool:
    """Whether the packages of that version are those of the lock file."""
    stamp = packages(version) / STAMP
    return stamp.is_file() and stamp.read_text() == _hash()


def _candidates(minor: int) -> Iterator[Path]:
    name = f"python3.{minor}"
    for folder in os.get_exec_path():
        yield Path(folder, name)
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(root.glob(f"versions/3.{minor}.*/bin/{name}"), reverse=True)


def _runs(path: Path, minor: int) -> bool:
    """A name on PATH may be a shim that runs nothing."""
    if not os.access(path, os.X_OK):
        return False
    asked = "import sys; print(sys.implementation.name, *sys.version_info[:2])"
    told = subprocess.run([path, "-c", asked], capture_output=True, text=True, check=False)
    return told.returncode == 0 and told.stdout.split() == ["cpython", "3", str(minor)]


def _hash() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def _install(version: str) -> None:
    folder = packages(version)
    shutil.rmtree(folder, ignore_errors=True)
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    exact = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--python-version", version)
    command = (sys.executable, "-m", "pip", "install", *quiet, *exact, "--target", str(folder), "-r", str(LOCK))
    subprocess.run(command, check=True)
    (folder / STAMP).write_text(_hash())


def main() -> None:
    """Install what is missing. Fails with pip's own words."""
    for version in other_pythons():
        if not is_ready(version):
            print(f"Installing the core's packages for Python {version}.", file=sys.stderr)
            _install(version)


if __name__ == "__main__":
    main()
