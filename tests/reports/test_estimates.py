"""How right expected waits were: what counts, what says nothing, and how sure that is."""

from __future__ import annotations

from math import comb
from random import Random

import pytest

from callcenter.domain.figures import WaitPrediction
from callcenter.domain.waits import came_true
from callcenter.reports.estimates import bands, judge, quartiles, wilson
from callcenter.reports.fold import from_journal
from tests.core.centre import Centre

S = 1_000


def wait(expected_s: int, waited_s: int, outcome: str = "answered") -> WaitPrediction:
    return WaitPrediction("c", "cards", "voice", 0, expected_s * S, waited_s * S, outcome)


def test_a_wait_comes_true_within_a_minute_or_half_of_it() -> None:
    """The same rule that decides whether customers are told a time."""
    assert came_true(30 * S, 90 * S)
    assert not came_true(30 * S, 91 * S)
    assert came_true(600 * S, 300 * S)
    assert not came_true(600 * S, 299 * S)
    found = judge([wait(30, 90), wait(30, 91), wait(600, 300), wait(600, 299)])
    assert (found.answered, found.near, found.share) == (4, 2, 0.5)


def test_the_errors_are_those_of_answered_waits() -> None:
    found = judge([wait(60, 100), wait(60, 50), wait(60, 75), wait(60, 500, "abandoned"), wait(60, 1, "left")])
    assert found.error_ms == 15 * S
    assert found.miss_ms == 15 * S
    assert judge([wait(60, 0), wait(60, 20), wait(60, 50)]).error_ms == -40 * S


def test_who_hung_up_counts_only_when_it_was_too_late_already() -> None:
    """Dropping them all would judge by those who were served soon; counting them all would blame us for impatience."""
    found = judge([wait(60, 60), wait(60, 119, "abandoned"), wait(60, 121, "abandoned"), wait(60, 300, "left")])
    assert (found.abandoned, found.left, found.overdue) == (2, 1, 2)
    assert (found.judged, found.share) == (3, 1 / 3)
    nobody = judge([wait(60, 5, "abandoned")])
    assert (nobody.share, nobody.interval, nobody.error_ms, nobody.judged) == (None, None, None, 0)


@pytest.mark.parametrize(("part", "whole"), [(0, 1), (1, 1), (3, 10), (10, 10), (0, 40), (77, 100), (770, 1_000)])
def test_the_interval_is_where_the_score_test_does_not_refuse(part: int, whole: int) -> None:
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole + 1e-9
    assert part / whole - 1e-9 <= high <= 1
    for border in (border for border in (low, high) if 1e-9 < border < 1 - 1e-9):
        spread = (border * (1 - border) / whole) ** 0.5
        assert abs(part / whole - border) / spread == pytest.approx(1.959964)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Exactly, by the binomial distribution, averaged over true shares; Wilson's holds 95 % on the average."""
    chance, count, held = Random(1), 40, 0.0
    for _ in range(200):
        truth = chance.uniform(0.05, 0.95)
        for part in range(count + 1):
            low, high = wilson(part, count)
            held += (low <= truth <= high) * comb(count, part) * truth**part * (1 - truth) ** (count - part) / 200
    assert 0.94 < held < 0.965


def test_bands_hold_each_answered_wait_once() -> None:
    chance = Random(2)
    waits = [wait(chance.randrange(0, 4_000), chance.randrange(0, 4_000)) for _ in range(500)]
    found = bands([*waits, wait(10, 10, "abandoned")])
    assert sum(band.count for band in found) == 500
    assert found[-1].to_ms is None
    for band in found:
        inside = [
            w
            for w in waits
            if band.from_ms < w.expected_ms <= (band.to_ms or 9e9) or w.expected_ms == 0 == band.from_ms
        ]
        assert len(inside) == band.count
        assert band.low_ms <= band.middle_ms <= band.high_ms
    assert [band.from_ms for band in bands([wait(60, 1), wait(61, 1)])] == [0, 60_000]
    assert quartiles([5]) == (5, 5, 5)
    assert bands([]) == []


def test_what_a_customer_is_told_is_held_against_what_comes_from_then_on() -> None:
    """Told after 10 s that it takes about a minute, answered 65 s after that."""
    centre = Centre()
    estimate = centre.center.acd.estimate("general", "voice")
    for _ in range(20):
        estimate.proved(30_000, 30_000)
        estimate.started(centre.now, 1)
        centre.now += 30_000
    told = centre.call("95001")
    centre.advance(75_000)
    centre.ready("1001")
    centre.answer(told)
    gave_up = centre.call("95001", "13900000003")
    centre.advance(25_000)
    centre.hang_up(gave_up)
    quick = centre.call("95001", "13900000004")
    centre.advance(5_000)
    centre.hang_up(quick)
    found = {one.contact: one for one in from_journal(centre.through_text()).told_waits}
    assert found.keys() == {told, gave_up}, "who was told nothing is in no such figure"
    assert (found[told].expected_ms, found[told].waited_ms, found[told].outcome) == (60_000, 65_000, "answered")
    assert (found[gave_up].waited_ms, found[gave_up].outcome) == (15_000, "abandoned")
