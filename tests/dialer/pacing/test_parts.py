"""The parts of pacing against what they claim to compute: by enumeration, by drawing, by hand."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.answers import AnswerRate
from dialer.pacing.budget import Budget, reserve_calls
from dialer.pacing.rings import RingTimes, horizons
from dialer.pacing.spans import Spans, both_end_within, ends_within
from dialer.pacing.tail import chance_of_none
from dialer.pacing.words import CampaignPacing

CHANCES = st.lists(st.floats(0.02, 0.98), min_size=6, max_size=10)


def exact(free: list[float], answers: list[float], spare: int) -> float:
    """P(no agent is free), by all ways in which the coins may fall."""
    found = 0.0
    for falls in product((0, 1), repeat=len(free) + len(answers)):
        chance = 1.0
        for fell, coin in zip(falls, [*free, *answers], strict=True):
            chance *= coin if fell else 1.0 - coin
        if spare + sum(falls[: len(free)]) - sum(falls[len(free) :]) <= 0:
            found += chance
    return found


@given(CHANCES, st.integers(0, 3), st.integers(1, 3))
def test_the_tail_is_near_the_exact_one(coins: list[float], spare: int, lines: int) -> None:
    answers, free = coins[:lines], coins[lines:]
    sign = [1.0] * len(free) + [-1.0] * len(answers)
    every = [*free, *answers]
    mean = spare + sum(s * q for s, q in zip(sign, every, strict=True))
    variance = sum(q * (1 - q) for q in every)
    third = sum(s * q * (1 - q) * (1 - 2 * q) for s, q in zip(sign, every, strict=True))
    wrong = abs(chance_of_none(mean, variance, third) - exact(free, answers, spare))
    assert wrong < (0.04 if variance > 0.5 else 0.25)


@given(st.floats(-50, 50), st.floats(0, 40), st.floats(-20, 20))
def test_the_tail_is_a_chance(mean: float, variance: float, third: float) -> None:
    assert 0.0 <= chance_of_none(mean, variance, third) <= 1.0


def test_nothing_uncertain_is_certain() -> None:
    assert chance_of_none(1.0, 0.0, 0.0) == 0.0
    assert chance_of_none(0.0, 0.0, 0.0) == 1.0


def test_spans_learn_when_talks_end() -> None:
    """Exponential talks of 100 s: half a minute more ends 26 % of them, at any age."""
    spans, rng = Spans(15.0), Random("talks")
    for _ in range(4_000):
        spans.ended(rng.expovariate(1 / 100))
    ends = ends_within(spans.survival(np.zeros(0)), 30)
    assert ends[[0, 50, 100, 200]] == pytest.approx(1 - np.exp(-0.3), abs=0.03)


def test_before_anything_was_seen_nobody_is_expected_to_get_free() -> None:
    assert ends_within(Spans(15.0).survival(np.zeros(0)), 20).max() < 0.05


def test_those_still_in_talk_count_against_an_early_end() -> None:
    """After a minute only short talks have ended; the forty that go on say that they are few."""
    spans = Spans(15.0)
    for _ in range(10):
        spans.ended(20.0)
    blind = ends_within(spans.survival(np.zeros(0)), 10)[15]
    seeing = ends_within(spans.survival(np.full(40, 60.0)), 10)[15]
    assert seeing < blind / 2


def test_talk_and_wrap_up_together_are_their_convolution() -> None:
    talks, wraps, rng = Spans(15.0), Spans(6.0), Random("both")
    for _ in range(5_000):
        talks.ended(rng.expovariate(1 / 60))
        wraps.ended(rng.expovariate(1 / 15))
    none = np.zeros(0)
    both = both_end_within(talks.survival(none), wraps.survival(none), 30)
    drawn = sum(rng.expovariate(1 / 60) + rng.expovariate(1 / 15) < 30 for _ in range(20_000)) / 20_000
    assert both[10] == pytest.approx(drawn, abs=0.03)


@given(st.lists(st.tuples(st.floats(0, 200), st.booleans()), max_size=60), st.floats(0.001, 0.999))
def test_ring_times_give_chances_that_grow_with_the_horizon(calls: list[tuple[float, bool]], share: float) -> None:
    rings = RingTimes()
    for age, answered in calls:
        rings.ended(age, answered=answered)
    table = rings.answered_within(share, (2, 5, 9, 14, 25))
    assert table.min() >= 0.0
    assert table.max() <= 1.0
    assert (np.diff(table, axis=1) >= -1e-12).all()
    assert horizons(rings.answers) == tuple(sorted(horizons(rings.answers)))


@given(st.lists(st.booleans(), max_size=300))
def test_the_answer_rate_is_a_share_whatever_comes(endings: list[bool]) -> None:
    rate = AnswerRate()
    for answered in endings:
        rate.ended(answered=answered)
        assert 0.0 < rate.mean < rate.cautious < 1.0


def test_the_answer_rate_follows_a_sudden_change() -> None:
    rate, rng = AnswerRate(), Random("rate")
    for _ in range(3_000):
        rate.ended(answered=rng.random() < 0.4)
    assert rate.mean == pytest.approx(0.4, abs=0.04)
    for _ in range(400):
        rate.ended(answered=rng.random() < 0.15)
    assert rate.mean == pytest.approx(0.15, abs=0.05)


def test_a_budget_without_slack_allows_nothing_and_one_with_much_allows_more() -> None:
    tight, wide = Budget(0.03, 0.0), Budget(0.03, 0.0)
    for budget in (tight, wide):
        budget.period(0.0, 28_800.0)
        for _ in range(1_000):
            budget.answered(0.03)
    for _ in range(40):
        tight.dropped()
    risk, guard = tight.allowed(10_000.0, 0.0, 50, 1.0)
    more, open_guard = wide.allowed(10_000.0, 0.0, 50, 1.0)
    assert risk < more
    assert guard < 1.0 < open_guard


def test_a_new_period_forgives_nothing_and_owes_nothing() -> None:
    budget = Budget(0.03, 0.0)
    budget.period(0.0, 3_600.0)
    for _ in range(100):
        budget.answered(0.03)
        budget.dropped()
    budget.period(3_600.0, 3_600.0)
    assert budget.counted == (0.0, 0.0)
    _, guard = budget.allowed(3_600.0, 0.0, 50, 0.0)
    assert guard <= 0.0, "nothing is lent before the model is proven"


def test_people_whom_detection_takes_for_machines_are_counted() -> None:
    """1 of 50 mistaken: 98 recognised stand for 100 people, 2 of them abandoned."""
    budget = Budget(0.03, 0.02)
    budget.period(0.0, 3_600.0)
    for _ in range(98):
        budget.answered(0.01)
    assert budget.counted == pytest.approx((2.0, 100.0))


def test_the_reserve_grows_from_ten_agents_to_thirty() -> None:
    assert [reserve_calls(agents) for agents in (1, 10, 20, 30, 500)] == [1.0, 1.0, 2.5, 4.0, 4.0]


@pytest.mark.parametrize("wrong", [{"cap": 1.5}, {"cap": -0.1}, {"share": 0.0}, {"mistaken": 1.0}])
def test_what_a_campaign_cannot_be_is_said(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="campaign loan: "):
        CampaignPacing("loan", **wrong)
