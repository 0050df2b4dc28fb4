"""What contacts ask for, and which agents have it."""

from __future__ import annotations

import pytest

from callcenter.domain.config import QueueConfig, Relaxation
from callcenter.routing.matching import demand_of, level_score, merge, preferred_met, qualifies, steps_due
from tests.routing.build import agent, need, queue

LESS = (
    Relaxation(after_ms=20_000, lower_by=3),
    Relaxation(after_ms=40_000, drop=("english",), teams=("west", "north")),
)


def relaxing(*skills: tuple[str, int], teams: tuple[str, ...] = ()) -> QueueConfig:
    return queue(
        "card", *(need(*skill) for skill in skills), need("calm", 5, required=False), teams=teams, relaxations=LESS
    )


@pytest.mark.parametrize("levels", [(3, 7), (7, 3)])
def test_a_skill_that_queue_and_contact_ask_for_is_asked_for_at_the_higher_level(levels: tuple[int, int]) -> None:
    first, second = levels
    assert merge([need("card", first)], [need("card", second)]) == (need("card", 7),)


def test_a_skill_may_be_required_at_one_level_and_preferred_at_another() -> None:
    preferred = need("card", 8, required=False)
    assert merge([preferred, need("loan", 2)], [need("card", 3)]) == (preferred, need("card", 3), need("loan", 2))


@pytest.mark.parametrize(
    ("waited_ms", "steps"), [(0, 0), (19_999, 0), (20_000, 1), (39_999, 1), (40_000, 2), (900_000, 2)]
)
def test_a_step_is_due_from_its_moment_on(waited_ms: int, steps: int) -> None:
    assert steps_due(relaxing(), waited_ms) == steps


def test_nothing_is_relaxed_unless_a_step_is_named() -> None:
    asked = relaxing(("card", 6), ("english", 2))
    assert demand_of(asked, ()) == demand_of(asked, (), 0)
    assert demand_of(asked, ()).needs == (need("calm", 5, required=False), need("card", 6), need("english", 2))


def test_a_lowered_level_stays_at_least_one_and_what_was_preferred_stays_preferred() -> None:
    asked = demand_of(relaxing(("card", 6), ("english", 2)), (), 1)
    assert asked.needs == (need("calm", 2, required=False), need("card", 3), need("english", 1))


def test_further_teams_join_those_that_serve_the_queue_but_add_nothing_to_all_teams() -> None:
    assert demand_of(relaxing(("english", 2), teams=("south", "west")), (), 2).teams == ("north", "south", "west")
    assert demand_of(relaxing(("english", 2)), (), 2).teams == ()
    assert demand_of(relaxing(("english", 2)), (), 2).needs == (need("calm", 2, required=False),)


def test_levels_add_up_over_the_skills_asked_for() -> None:
    needs = (need("card", 5), need("loan", 2), need("calm", 4, required=False), need("english", 6, required=False))
    assert level_score(agent("a", card=7, loan=3, calm=4, english=5, fund=9), needs) == 7 + 3 + 4
    assert level_score(agent("a", card=7), needs) == 7
    assert level_score(agent("a", card=2), needs) == 2, "a required one counts also below its level"
    assert level_score(agent("a"), needs) == 0


def test_a_preferred_skill_is_met_at_its_level() -> None:
    needs = (need("card", 1), need("calm", 4, required=False), need("english", 6, required=False))
    assert preferred_met(agent("a", card=9, calm=4, english=6), needs) == 2
    assert preferred_met(agent("a", card=9, calm=3, english=9), needs) == 1
    assert preferred_met(agent("a", card=9), needs) == 0


def test_only_required_skills_rule_an_agent_out() -> None:
    asked = demand_of(queue("card", need("card", 5), need("calm", 5, required=False)), ())
    assert qualifies(agent("a", card=5), "card", asked)
    assert not qualifies(agent("a", card=4, calm=9), "card", asked)
    assert not qualifies(agent("a", calm=9), "card", asked)
