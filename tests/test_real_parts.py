"""The rule that a run which demands real parts fails when one was left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real_parts import WHOLE_RUN

PROJECT = Path(__file__).parent.parent
SKIPPED = "import pytest\n{0}\ndef test_a():\n    pytest.skip('no Asterisk')\n"
PASSED = "import pytest\n@pytest.mark.{0}\ndef test_{0}():\n    pass\n"


def run(folder: Path, required: bool, marks: str = "not heavy") -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n asterisk: x\n browser: x\n postgres: x\n heavy: x\n")
    environment = {name: value for name, value in os.environ.items() if name != "CALLCENTER_REQUIRE_REAL_PARTS"}
    environment["PYTHONPATH"] = str(PROJECT)
    if required:
        environment["CALLCENTER_REQUIRE_REAL_PARTS"] = "1"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.real_parts", "-p", "no:cacheprovider", "-m", marks],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("mark", ["@pytest.mark.asterisk", ""])
@pytest.mark.parametrize(("required", "status"), [(False, 0), (True, 1)])
def test_a_skipped_test_fails_only_where_demanded(tmp_path: Path, required: bool, status: int, mark: str) -> None:
    (tmp_path / "test_x.py").write_text(SKIPPED.format(mark))
    done = run(tmp_path, required)
    assert done.returncode == status, done.stdout
    if required:
        assert "was left out: Skipped: no Asterisk" in done.stdout


def test_a_part_no_test_touched_fails_where_demanded(tmp_path: Path) -> None:
    for part in ("asterisk", "browser"):
        (tmp_path / f"test_{part}.py").write_text(PASSED.format(part))
    done = run(tmp_path, required=True, marks=WHOLE_RUN)
    assert done.returncode == 1
    assert "no test with a real part passed for: postgres" in done.stdout
    (tmp_path / "test_postgres.py").write_text(PASSED.format("postgres"))
    assert run(tmp_path, required=True, marks=WHOLE_RUN).returncode == 0
