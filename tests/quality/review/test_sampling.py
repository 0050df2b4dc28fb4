"""Draws: reproducible, within quota, always with a purely random part whose weights give the population back."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from callcenter.domain.errors import Rejected
from callcenter.domain.sampling import Drawn, Method, Period
from callcenter.quality.review import periods
from callcenter.quality.review.sampling import allocate, deal, draw
from tests.quality.review.samples import candidates, plan

METHODS = st.sampled_from(list(Method))


@given(METHODS, st.integers(0, 300), st.integers(0, 30), st.integers(0, 10), st.floats(0.01, 1))
def test_whatever_the_plan_a_draw_keeps_its_promises(method, number, size, per_agent, share) -> None:
    if not size and not per_agent:
        size = 1
    wished = plan(method, size=size, per_agent=per_agent, random_share=share)
    people = candidates(number)
    found = draw(wished, "2026-W10", people)
    taken = [one.contact for one in found.drawn]
    assert len(taken) == len(set(taken))
    assert set(taken) <= {one.contact for one in people}
    quota = per_agent * len({one.agent for one in people}) if per_agent else size
    assert found.wanted == quota
    agents = Counter(one.agent for one in people)
    assert len(taken) == (sum(min(per_agent, n) for n in agents.values()) if per_agent else min(size, number))
    if people:
        chance = [one for one in found.drawn if one.random]
        assert len(chance) >= min(len(taken), math.ceil(len(taken) * share - 1e-9), 1)
        assert math.isclose(sum(one.weight for one in chance), found.population)
    assert all(one.weight == 0 for one in found.drawn if not one.random)


@given(METHODS, st.integers(1, 200), st.randoms(use_true_random=False))
def test_the_order_of_candidates_changes_nothing_and_the_seed_does(method, number, chance: random.Random) -> None:
    people = candidates(number)
    before = draw(plan(method), "2026-W10", people)
    chance.shuffle(people)
    assert draw(plan(method), "2026-W10", people) == before


def test_another_seed_or_period_draws_others() -> None:
    people = candidates(1000)
    drawn = {draw(plan(seed=seed), period, people).drawn for seed in ("s", "t") for period in ("2026-W10", "2026-W11")}
    assert len(drawn) == 4


def test_every_conversation_has_the_same_chance() -> None:
    """Chi-square over 2,000 draws of 10 of 100: beyond 149.4 (99 degrees of freedom) lies one in a thousand."""
    people = candidates(100)
    counts = Counter(one.contact for n in range(2000) for one in draw(plan(seed=str(n)), "2026-03", people).drawn)
    expected = 2000 * 10 / 100
    # Drawn without replacement, counts vary less than independent ones: by the factor 1 - 10/100.
    assert sum((counts[one.contact] - expected) ** 2 / expected for one in people) / 0.9 < 149.4


@pytest.mark.parametrize(
    ("method", "wanted"),
    [
        (Method.RISK, lambda one: one.risks > 0),
        (Method.NEW_AGENT, lambda one: one.agent_days < 90),
        (Method.CAMPAIGN, lambda one: one.campaign == "loans"),
        (Method.LOW_SURVEY, lambda one: one.survey is not None and one.survey <= 2),
    ],
)
def test_the_rest_is_what_the_method_looks_for(method, wanted) -> None:
    people = {one.contact: one for one in candidates(400)}
    found = draw(plan(method, size=40, random_share=0.25), "2026-03", people.values())
    assert sum(one.random for one in found.drawn) == 10
    assert all(wanted(people[one.contact]) for one in found.drawn if not one.random)


def test_risk_looks_at_the_worst_first() -> None:
    people = {one.contact: one for one in candidates(300)}
    found = draw(plan(Method.RISK, size=40), "2026-03", people.values())
    assert {people[one.contact].risks for one in found.drawn if not one.random} == {2}


def test_too_few_of_the_looked_for_are_filled_up_and_do_not_count_as_random() -> None:
    people = [one for one in candidates(60) if one.campaign != "loans"]
    found = draw(plan(Method.CAMPAIGN, size=20, random_share=0.1), "2026-03", people)
    assert len(found.drawn) == 20
    assert sum(one.random for one in found.drawn) == 2


def test_filters_narrow_the_population() -> None:
    people = {one.contact: one for one in candidates(200)}
    found = draw(plan(queues=("cards",), teams=("t0",)), "2026-03", people.values())
    assert found.population == 100
    assert {(people[one.contact].queue, people[one.contact].team) for one in found.drawn} == {("cards", "t0")}


def test_nobody_is_drawn_whom_no_agent_served() -> None:
    served = candidates(3)
    found = draw(plan(), "2026-03", [*served, replace(served[0], contact="abandoned", agent="")])
    assert {one.contact for one in found.drawn} == {one.contact for one in served}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 50), max_size=8), st.integers(0, 100))
def test_places_are_allotted_in_proportion(sizes, number) -> None:
    given_places = allocate(sizes, number)
    total = sum(sizes.values())
    assert sum(given_places.values()) == min(number, total)
    assert all(0 <= given_places[name] <= size for name, size in sizes.items())
    if number >= sum(size > 0 for size in sizes.values()):
        assert all(given_places[name] >= 1 for name, size in sizes.items() if size)


def test_large_strata_get_their_share() -> None:
    assert allocate({"a": 700, "b": 200, "c": 100}, 10) == {"a": 7, "b": 2, "c": 1}


@given(st.lists(st.sampled_from(["a1", "a2", "a3"]), max_size=40))
def test_nobody_reviews_themselves_and_work_is_even(agents) -> None:
    drawn = [Drawn(f"c{n}", agent, random=True) for n, agent in enumerate(agents)]
    dealt = deal(drawn, {"first": "", "zhang": "a1"})
    assert len(dealt) == len(drawn)
    assert all(not (one.agent == "a1" and dealt[one.contact] == "zhang") for one in drawn)
    assert deal(drawn, {"zhang": "a1"}).keys() == {one.contact for one in drawn if one.agent != "a1"}
    plain = Counter(deal(drawn, {"first": "", "second": ""}).values())
    assert not drawn or max(plain.values()) - plain.get("second", 0) <= 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": " "}, "plan_title"),
        ({"size": 0}, "plan_size"),
        ({"size": -1}, "plan_size"),
        ({"size": 10**9}, "plan_size"),
        ({"random_share": 0.0}, "plan_random"),
        ({"random_share": 1.1}, "plan_random"),
        ({"random_share": math.nan}, "plan_random"),
        ({"reviewers": ()}, "plan_reviewers"),
        ({"due_days": 0}, "plan_due"),
        ({"method": Method.STRATIFIED, "strata": "id"}, "plan_strata"),
        ({"method": Method.CAMPAIGN}, "plan_campaigns"),
    ],
)
def test_a_plan_that_can_not_be_drawn_is_refused(wrong, code) -> None:
    with pytest.raises(Rejected) as refused:
        draw(replace(plan(), **wrong), "2026-03", candidates(5))
    assert refused.value.code == code


@given(
    st.sampled_from(list(Period)),
    st.integers(0, 4_000_000_000_000),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]),
)
def test_each_moment_lies_in_its_period(period, at_ms, zone) -> None:
    name = periods.name_of(period, at_ms, zone)
    begins, ends = periods.bounds(period, name, zone)
    assert begins <= at_ms < ends
    assert periods.bounds(period, periods.before(period, name), zone)[1] == begins


def test_periods_by_name() -> None:
    at_ms = 1_772_420_400_000  # 2026-03-02 11:00 in Shanghai
    assert [periods.name_of(one, at_ms, "Asia/Shanghai") for one in Period] == ["2026-03-02", "2026-W10", "2026-03"]
    with pytest.raises(ValueError, match="2026-W10"):
        periods.bounds(Period.MONTH, "2026-W10", "Asia/Shanghai")
