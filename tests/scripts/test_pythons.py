"""Which other Pythons of a machine take part in the tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.setup.pythons import MINORS, other_pythons

OTHER, ANOTHER, *_ = (minor for minor in MINORS if (3, minor) != sys.version_info[:2])


def put(folder: Path, minor: int, told: str, status: int = 0) -> Path:
    """A program of that version's name that answers so."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"python3.{minor}"
    program.write_text(f"#!/bin/sh\necho {told}\nexit {status}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PATH", f"{tmp_path / 'first'}:{tmp_path / 'second'}:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    other_pythons.cache_clear()
    yield tmp_path
    other_pythons.cache_clear()


def test_path_comes_before_pyenv_and_a_shim_that_runs_nothing_does_not_count(found: Path) -> None:
    put(found / "first", OTHER, "version not set", status=127)
    on_path = put(found / "second", OTHER, f"cpython 3 {OTHER}")
    put(found / f"pyenv/versions/3.{OTHER}.1/bin", OTHER, f"cpython 3 {OTHER}")
    of_pyenv = put(found / f"pyenv/versions/3.{ANOTHER}.0/bin", ANOTHER, f"cpython 3 {ANOTHER}")
    assert other_pythons() == {f"3.{OTHER}": on_path, f"3.{ANOTHER}": of_pyenv}


def test_what_is_another_version_than_its_name_says_or_no_cpython_does_not_count(found: Path) -> None:
    put(found / "first", OTHER, "cpython 3 9")
    put(found / "second", ANOTHER, f"pypy 3 {ANOTHER}")
    assert other_pythons() == {}


def test_the_version_that_runs_this_is_not_another(found: Path) -> None:
    put(found / "first", sys.version_info.minor, f"cpython 3 {sys.version_info.minor}")
    assert other_pythons() == {}
