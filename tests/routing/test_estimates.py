"""Customers are told a time only while what was expected has come true of late."""

from __future__ import annotations

import pytest

from callcenter.routing.estimates import ENOUGH_PROOFS, PROOFS_KEPT, WaitEstimate


def proved(*waits: tuple[int, int], times: int = 1) -> WaitEstimate:
    estimate = WaitEstimate()
    for expected_s, waited_s in waits * times:
        estimate.proved(expected_s * 1_000, waited_s * 1_000)
    return estimate


def test_nobody_is_told_a_time_before_enough_waits_are_known() -> None:
    assert not proved((30, 30), times=ENOUGH_PROOFS - 1).is_trusted
    assert proved((30, 30), times=ENOUGH_PROOFS).is_trusted


@pytest.mark.parametrize(
    ("expected_s", "waited_s", "near"),
    [(0, 60, True), (0, 61, False), (120, 60, True), (120, 59, False), (300, 450, True), (300, 451, False)],
)
def test_near_is_within_a_minute_or_half_of_what_was_expected(expected_s: int, waited_s: int, near: bool) -> None:
    assert proved((expected_s, waited_s), times=ENOUGH_PROOFS).is_trusted is near


def test_half_of_them_must_be_near() -> None:
    assert proved((30, 30), (30, 300), times=ENOUGH_PROOFS).is_trusted
    assert not proved((30, 30), (30, 300), (30, 300), times=ENOUGH_PROOFS).is_trusted


def test_only_the_last_ones_count_and_a_snapshot_keeps_them() -> None:
    estimate = proved((30, 300), times=PROOFS_KEPT)
    for _ in range(PROOFS_KEPT):
        estimate.proved(30_000, 30_000)
    assert estimate.proofs == [True] * PROOFS_KEPT
    again = WaitEstimate()
    again.load(estimate.dump())
    assert again.dump() == estimate.dump()
    assert again.is_trusted
    older = WaitEstimate()
    older.load(estimate.dump()[:5])
    assert older.proofs == []
