"""The front end's own unit tests, run by Node."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[2] / "callcenter" / "web" / "frontend"
NODE = shutil.which("node", path=os.pathsep.join((os.environ["PATH"], str(Path(sys.executable).parent))))
"""The machine's Node.js, or the one that setup brought into the environment."""


@pytest.mark.skipif(NODE is None, reason="Node.js is not here; scripts/setup/frontend brings it")
def test_the_pure_parts_of_the_scripts_hold() -> None:
    files = sorted(str(path) for path in (FRONTEND / "test").glob("*.test.js"))
    assert files
    done = subprocess.run([str(NODE), "--test", *files], cwd=FRONTEND, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
