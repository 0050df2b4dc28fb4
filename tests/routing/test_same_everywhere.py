"""The router decides the same, whatever order Python keeps sets in and whichever Python it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.routing.random_day import digest

ROOT = Path(__file__).parents[2]
OPERATIONS = 20_000
DIGEST = "f43cf8cac35b20c8cbc9a8b690f16fc358f20f0b36e77a59187ee32f015c1e97"
"""Changes when the router decides otherwise, or its memory has another form; the same under every Python from 3.11."""


def digest_under(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.routing.random_day", "7", str(OPERATIONS)]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_order_of_sets_and_the_version_of_python_decide_nothing(seed: str) -> None:
    assert digest_under(seed) == DIGEST


def test_another_day_is_decided_otherwise() -> None:
    assert digest(8, 2_000) != digest(7, 2_000)
