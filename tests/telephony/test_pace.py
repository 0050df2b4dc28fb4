"""Calls to the carrier are spaced: never more within any second than it takes, and no later than need be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.telephony.pace import Pace


@given(st.integers(1, 5), st.lists(st.floats(0, 3), max_size=40))
def test_never_more_in_any_second_and_in_order(most: int, gaps: list[float]) -> None:
    pace, now, at = Pace(most), 100.0, []
    for gap in gaps:
        now += gap
        at.append(now + pace.wait_s(now))
    assert at == sorted(at)
    for first, beyond in zip(at, at[most:], strict=False):
        assert beyond - first >= 1.0 - 1e-9


def test_nobody_waits_who_need_not() -> None:
    pace = Pace(2)
    assert [pace.wait_s(now) for now in (0.0, 0.5, 0.6, 1.7)] == pytest.approx([0.0, 0.0, 0.4, 0.0])


def test_without_a_limit_nothing_waits() -> None:
    pace = Pace(0)
    assert [pace.wait_s(1.0) for _ in range(5)] == [0.0] * 5
