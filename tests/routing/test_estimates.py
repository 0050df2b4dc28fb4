"""Customers are told a time only while what was expected has come true of late."""

from __future__ import annotations

import pytest

from callcenter.routing.estimates import ENOUGH_PROOFS, PROOFS_KEPT, WaitEstimate
from tests.routing.build import ASKED, agent, need, queue, router


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


def after_gaps(*gaps_s: int) -> tuple[WaitEstimate, int]:
    """Answers so far apart while others waited, and the moment of the last."""
    estimate, now = WaitEstimate(), 1_000_000
    estimate.started(now, 5)
    for gap_s in gaps_s:
        now += gap_s * 1_000
        estimate.started(now, 5)
    return estimate, now


def test_the_wait_is_as_many_mean_gaps_as_there_are_places_once_five_gaps_are_known() -> None:
    estimate, now = after_gaps(10, 20, 30, 40)
    assert estimate.wait_ms(3, now, 4) is None
    estimate, now = after_gaps(10, 20, 30, 40, 50)
    assert [estimate.wait_ms(place, now, 4) for place in (1, 3)] == [30_000, 90_000]


def test_each_gap_counts_alike_up_to_the_eighth_and_then_the_newest_counts_an_eighth() -> None:
    estimate, now = after_gaps(10, 20, 30, 40, 50, 30, 114)
    assert estimate.wait_ms(1, now, 4) == 42_000
    estimate, now = after_gaps(*[30] * 8, 110)
    assert estimate.wait_ms(1, now, 4) == 40_000


def test_a_silence_longer_than_the_gap_counts_as_one_of_its_own() -> None:
    estimate, now = after_gaps(*[30] * 6)
    assert estimate.wait_ms(2, now + 30_000, 4) == 60_000
    assert estimate.wait_ms(2, now + 38_000, 4) == 62_000


def test_no_gap_is_seen_across_a_time_in_which_nobody_waited() -> None:
    for gone in ("answered", "left"):
        estimate, now = after_gaps(*[30] * 5)
        if gone == "answered":
            estimate.started(now + 30_000, 0)
        else:
            estimate.emptied()
        assert estimate.wait_ms(1, now + 900_000, 4) == 30_000
        estimate.started(now + 1_000_000, 1)
        assert estimate.wait_ms(1, now + 1_000_000, 4) == 30_000
        estimate.started(now + 1_060_000, 1)
        assert estimate.wait_ms(1, now + 1_060_000, 4) == 30_000 + 30_000 // (7 if gone == "answered" else 6)


def test_before_that_the_handling_time_is_shared_by_those_at_work() -> None:
    estimate = WaitEstimate()
    for seconds in (60, 120):
        estimate.finished(seconds * 1_000)
    assert estimate.wait_ms(1, 0, 4) is None
    estimate.finished(180_000)
    assert [estimate.wait_ms(place, 0, 4) for place in (1, 3)] == [30_000, 90_000]
    assert estimate.wait_ms(1, 0, 1) == 120_000
    assert estimate.wait_ms(1, 0, 0) is None
    for _ in range(5):
        estimate.finished(120_000)
    estimate.finished(200_000)
    assert estimate.wait_ms(1, 0, 1) == 130_000


def test_a_snapshot_keeps_each_figure() -> None:
    estimate, now = after_gaps(10, 20, 30, 40, 50)
    estimate.finished(70_000)
    estimate.proved(30_000, 30_000)
    estimate.proved(30_000, 300_000)
    assert estimate.dump() == [30_000, 5, 70_000, 1, now, 1, 0]
    again = WaitEstimate()
    again.load(estimate.dump())
    assert again.dump() == estimate.dump()
    assert again.proofs == [True, False]


def test_every_figure_is_in_whole_milliseconds() -> None:
    """A float would be another number on another machine after enough steps."""
    estimate, now = after_gaps(*[30] * 8)
    estimate.started(now + 30_001, 1)
    assert type(estimate.wait_ms(1, now + 100_000, 3)) is int
    handled = WaitEstimate()
    for duration in (10_000, 10_001, 10_001):
        handled.finished(duration)
    assert type(handled.wait_ms(1, 0, 7)) is int
    assert all(type(figure) is int for figure in (*estimate.dump(), *handled.dump()) if figure is not None)


def test_the_answer_to_the_last_who_waits_ends_the_measuring_of_gaps() -> None:
    acd = router([queue("all", wrap_up_ms=0)], [agent("a")])
    for number in range(8):
        acd.enqueue(f"c{number}", "all", 0, why=ASKED)
    for number in range(8):
        acd.accept(f"c{number}", "a", number * 10_000)
        acd.release("a", f"c{number}", (number + 1) * 10_000)
    for number in (8, 9):
        acd.enqueue(f"c{number}", "all", 5_000_000, why=ASKED)
    acd.accept("c8", "a", 5_000_000)
    assert acd.estimate("all", "voice").gap_ms == 10_000
    assert acd.expected_wait_ms("c9", 5_000_000) == 10_000
    assert acd.expected_waits("all", 5_000_000) == {"c9": 10_000}


def test_whoever_joins_waits_for_all_of_the_line_whatever_they_ask_for() -> None:
    acd = router([queue("all", wrap_up_ms=0)], [agent("a", x=1)])
    for number in range(3):
        acd.enqueue(f"done{number}", "all", 0, why=ASKED)
        acd.accept(f"done{number}", "a", number * 60_000)
        acd.release("a", f"done{number}", (number + 1) * 60_000)
    acd.offer_direct("talk", "a", "all", 180_000, ASKED)
    acd.accept("talk", "a", 180_000)
    for contact, more in (
        ("t1", {"channel": "chat"}),
        ("c1", {}),
        ("c2", {}),
        ("x1", {"skills": (need("x"),)}),
        ("t2", {"channel": "chat", "skills": (need("x"),)}),
        ("heavy", {"weight": 2}),
        ("p1", {"skills": (need("y"),)}),
    ):
        acd.enqueue(contact, "all", 180_000, why=ASKED, **more)
    assert acd.expected_wait_joining_ms("all", 180_000) == 6 * 60_000
    for _ in range(ENOUGH_PROOFS):
        acd.estimate("all", "voice").proved(60_000, 60_000)
    assert acd.told_wait_joining_ms("all", 180_000) == 6 * 60_000
