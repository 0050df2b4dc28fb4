"""Every Python of this machine, to have the same told by each of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.setup.pythons import is_ready, other_pythons, packages

ROOT = Path(__file__).parents[1]
THIS = "{}.{}".format(*sys.version_info)
PYTHONS = (THIS, *other_pythons())
"""Versions, this one first: on a machine without another it is the only one."""
HASH_SEEDS = ("0", "1", "4711")
EVERYWHERE = [*((THIS, seed) for seed in HASH_SEEDS), *((version, HASH_SEEDS[-1]) for version in PYTHONS[1:])]
"""Version and ``PYTHONHASHSEED``: the order of sets is changed under this Python, the version under one order."""


def told_by(version: str, *words: str, seed: str = "0") -> str:
    """What ``python WORDS`` prints under that version of Python and that ``PYTHONHASHSEED``, without its last line end.

    Skips the test when the version's packages are not installed.
    """
    path, python = [str(ROOT)], Path(sys.executable)
    if version != THIS:
        if not is_ready(version):
            pytest.skip(f"Python {version} has no packages yet; .venv/bin/python scripts/setup/pythons.py brings them")
        path, python = [str(packages(version)), *path], other_pythons()[version]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(path)}
    told = subprocess.run([python, *words], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return told.stdout.strip()
