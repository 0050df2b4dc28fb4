"""Patience estimated from those who hung up and those who were answered first."""

from __future__ import annotations

from math import exp
from random import Random

import pytest

from callcenter.simulation.durations import ENDLESS, Duration, Survival
from callcenter.simulation.survival import kaplan_meier


def test_the_product_limit_by_hand() -> None:
    """Six customers: 6 at risk at 3 s, 4 at 5 s (one was answered at 4 s), 2 at 9 s, one of whom is left."""
    law = kaplan_meier([(3_000, True), (4_000, False), (5_000, True), (5_000, False), (9_000, True), (12_000, False)])
    assert law.survival is not None
    assert law.survival.times == (3_000, 5_000, 9_000)
    assert law.survival.alive == pytest.approx((5 / 6, 5 / 6 * 3 / 4, 5 / 6 * 3 / 4 / 2))
    assert law.survival.tail == round(38_000 / 3)


def test_nobody_hung_up_so_nothing_says_that_anybody_would() -> None:
    law = kaplan_meier([(3_000, False), (90_000, False)])
    assert law.law == "none"
    assert law.drawer_beyond(Random(1))(5_000) == ENDLESS


def test_all_hung_up_so_the_curve_ends_at_nought_and_needs_no_tail() -> None:
    law = kaplan_meier([(1_000, True), (2_000, True)])
    draw = law.drawer(Random(1))
    assert {draw() for _ in range(200)} == {1_000, 2_000}


def test_a_known_law_is_found_again_behind_the_censoring() -> None:
    rng = Random(7)
    seen = []
    for _ in range(20_000):
        patience, wait = rng.expovariate(1 / 60_000), rng.expovariate(1 / 40_000)
        seen.append((int(min(patience, wait)), patience < wait))
    curve = kaplan_meier(seen).survival
    assert curve is not None
    for at_ms in (10_000, 40_000, 90_000):
        assert curve.share_beyond(at_ms) == pytest.approx(exp(-at_ms / 60_000), abs=0.02)
    assert curve.tail == pytest.approx(60_000, rel=0.03)


@pytest.mark.parametrize(
    "law",
    [
        Duration(law="exponential", exponential=60),
        Duration(law="survival", survival=Survival(times=(10, 30, 60, 120), alive=(0.9, 0.7, 0.4, 0.1), tail=60)),
        Duration.model_validate({"lognormal": {"mean": "1m", "sigma": 0.7}}),
        Duration.model_validate({"sample": [10, 20, 40, 80, 160]}),
    ],
)
def test_what_is_drawn_beyond_a_wait_is_the_law_of_those_who_waited_so_long(law: Duration) -> None:
    shown, count = 30_000, 20_000
    beyond = law.drawer_beyond(Random(1))
    drawn = sorted(beyond(shown) for _ in range(count))
    draw = law.drawer(Random(2))
    plain = sorted(value for value in (draw() for _ in range(4 * count)) if value > shown)
    assert drawn[0] > shown
    for share in (0.25, 0.5, 0.75):
        mine, theirs = drawn[int(share * count)], plain[int(share * len(plain))]
        assert mine == pytest.approx(theirs, rel=0.05)


def test_beyond_the_longest_time_of_a_curve_the_tail_goes_on() -> None:
    curve = Duration(law="survival", survival=Survival(times=(10,), alive=(0.5,), tail=60))
    draw = curve.drawer_beyond(Random(3))
    values = [draw(100_000) for _ in range(4_000)]
    assert min(values) >= 100_000
    assert sum(values) / len(values) == pytest.approx(160_000, rel=0.03)
    endless = Duration(law="survival", survival=Survival(times=(10,), alive=(0.5,)))
    assert endless.drawer_beyond(Random(3))(20_000) == ENDLESS
