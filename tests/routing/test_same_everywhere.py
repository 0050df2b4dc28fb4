"""The router decides the same, whatever order Python keeps sets in and whichever Python it is."""

from __future__ import annotations

import pytest

from tests.pythons import EVERYWHERE, told_by
from tests.routing.random_day import digest

OPERATIONS = 20_000
DIGEST = "9189f252bbc6f9bf9314853cb46f15dd9e5059ffe73b5db6988941387f4aad14"
"""Changes when the router decides otherwise, or its memory has another form; the same under every Python from 3.11."""


@pytest.mark.parametrize(("version", "seed"), EVERYWHERE)
def test_the_order_of_sets_and_the_version_of_python_decide_nothing(version: str, seed: str) -> None:
    assert told_by(version, "-m", "tests.routing.random_day", "7", str(OPERATIONS), seed=seed) == DIGEST


def test_another_day_is_decided_otherwise() -> None:
    assert digest(8, 2_000) != digest(7, 2_000)
