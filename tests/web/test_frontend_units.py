"""The front end's own unit tests, run by Node."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[2] / "callcenter" / "web" / "frontend"


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not here")
def test_the_pure_parts_of_the_scripts_hold() -> None:
    files = sorted(str(path) for path in (FRONTEND / "test").glob("*.test.js"))
    assert files
    done = subprocess.run(["node", "--test", *files], cwd=FRONTEND, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
