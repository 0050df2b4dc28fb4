"""``scripts/test`` says by its exit status how the tests ended: pytest, setup and gate are stand-ins here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"

PYTEST = """#!/bin/bash
case "$*" in
  *--last-failed*) exit "${AGAIN:-0}" ;;
  *"not (asterisk"*) said=${FAST:-0} name=fast ;;
  *) said=${REAL:-0} name=real ;;
esac
[ "$said" = 0 ] || printf '=== FAILURES ===\\ntraceback of %s\\nFAILED tests/%s - wrong\\n' "$name" "$name"
exit "$said"
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project folder whose `scripts/test` is ours and all else a stand-in."""
    setup = tmp_path / "scripts" / "setup"
    setup.mkdir(parents=True)
    shutil.copy(SCRIPTS / "test", tmp_path / "scripts" / "test")
    for name in ("common.sh", "suites.sh"):
        shutil.copy(SCRIPTS / "setup" / name, setup / name)
    stand_ins = {setup / name: "#!/bin/bash\n" for name in ("python", "frontend", "tools")}
    stand_ins[tmp_path / "scripts" / "check"] = '#!/bin/bash\nexit "${GATE:-0}"\n'
    stand_ins[tmp_path / ".venv" / "bin" / "pytest"] = PYTEST
    stand_ins[tmp_path / ".venv" / "bin" / "python"] = "#!/bin/bash\n"
    for path, text in stand_ins.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    return tmp_path


def run(tree: Path, *words: str, **said: int) -> tuple[int, str]:
    told = {name: str(status) for name, status in said.items()}
    done = subprocess.run(
        [tree / "scripts" / "test", *words],
        env=os.environ | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 0),
        ({"GATE": 1}, 1),
        ({"REAL": 1, "AGAIN": 1}, 1),
        ({"FAST": 1, "AGAIN": 1}, 1),
        ({"REAL": 2}, 2),
        ({"FAST": 3}, 3),
        ({"REAL": 1}, 0),
        ({"FAST": 1}, 0),
    ],
)
def test_the_whole_run_ends_with_what_the_tests_said(tree: Path, said: dict[str, int], status: int) -> None:
    assert run(tree, **said)[0] == status


def test_what_failed_is_said_last(tree: Path) -> None:
    said = run(tree, REAL=1, AGAIN=1)[1].splitlines()
    assert said[-2:] == ["traceback of real", "FAILED tests/real - wrong"]


def test_what_passed_only_alone_is_named(tree: Path) -> None:
    said = run(tree, FAST=1)[1]
    assert "UNSTEADY (fast)" in said
    assert said.rstrip().endswith("FAILED tests/fast - wrong")


def test_one_category_is_run_once(tree: Path) -> None:
    assert run(tree, "--only", "asterisk", REAL=1)[0] == 1
    assert run(tree, "--heavy", REAL=5)[0] == 5
    assert run(tree, "--heavy", REAL=1)[0] == 0
    assert run(tree, "--heavy", REAL=1, AGAIN=1)[0] == 1
