"""Relaxations, reserves and teams in scenarios, and two scenarios compared on the same customers."""

from __future__ import annotations

import json

import pytest

from callcenter.domain.errors import ConfigError
from callcenter.simulation.compare import compare
from callcenter.simulation.replicate import run
from callcenter.simulation.run import Run
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.scenario_file import parse

HEAD = """
horizon: 8h
replications: 8
"""
CARD = """
  card:
    skills: {card: 5}
    arrivals: {per_hour: 60}
    handling: {exponential: 180s}
    patience: {exponential: 120s}
"""


def centre(agents: str, card: str = "", more: str = "") -> Scenario:
    return parse(f"{HEAD}\nqueues:\n{CARD}{card}\n{more}\nagents:\n{agents}")


EXPERTS = "  - {name: experts, count: 3, skills: {card: 8}}\n"
NOVICES = "  - {name: novices, count: 3, skills: {card: 2}}\n"
RELAXED = "    relaxations: [{after: 20s, lower_by: 3}]\n"


def test_relaxing_brings_novices_in_after_its_time_and_not_before() -> None:
    strict = run(centre(EXPERTS + NOVICES), seed=3)
    relaxed = run(centre(EXPERTS + NOVICES, RELAXED), seed=3)
    assert relaxed.queues["card"]["abandoned"].mean < 0.5 * strict.queues["card"]["abandoned"].mean
    late = centre(EXPERTS + NOVICES, RELAXED.replace("20s", "7h"))
    assert run(late, seed=3).queues == strict.queues


def test_a_partner_team_helps_only_after_the_step_that_names_it() -> None:
    alone = centre(EXPERTS + "  - {name: partners, count: 3, skills: {card: 8}}\n", "    teams: [experts]\n")
    helped = centre(
        EXPERTS + "  - {name: partners, count: 3, skills: {card: 8}}\n",
        "    teams: [experts]\n    relaxations: [{after: 15s, teams: [partners]}]\n",
    )
    difference = compare(alone, helped, seed=5).total["service_level"]
    assert difference.mean > difference.half_width > 0


def test_a_reserve_serves_its_queue_at_the_cost_of_the_others() -> None:
    elder = """
  elder:
    skills: {elder: 1}
    arrivals: {per_hour: 12}
    handling: {exponential: 240s}
    patience: {exponential: 90s}
"""
    people = "  - {count: 4, skills: {card: 8, elder: 5}}\n"
    before, after = centre(people, more=elder), centre(people, more=elder + "    reserve: 1\n")
    found = compare(before, after, seed=2)
    elder_gain, card_loss = found.queues["elder"]["service_level"], found.queues["card"]["service_level"]
    assert elder_gain.mean > elder_gain.half_width
    assert card_loss.mean < -card_loss.half_width


def test_the_same_customers_come_on_both_sides_so_a_difference_of_nothing_is_nothing() -> None:
    same = compare(centre(EXPERTS), centre(EXPERTS), seed=1)
    assert {name: (e.mean, e.half_width) for name, e in same.total.items()} == dict.fromkeys(same.total, (0.0, 0.0))
    more = compare(centre(EXPERTS), centre(EXPERTS + "  - {name: one_more, count: 1, skills: {card: 8}}\n"), seed=1)
    assert more.total["offered"].mean == 0
    apart = more.before.total["service_level"].half_width + more.after.total["service_level"].half_width
    assert more.total["service_level"].half_width < apart
    assert json.loads(json.dumps(more.to_json()))["difference"]["total"]["abandoned"]["mean"] < 0


def test_memory_does_not_grow_with_relaxing_contacts() -> None:
    one = Run(centre(EXPERTS + NOVICES, RELAXED), "1")
    one.go()
    assert one.calls > 400
    assert (len(one.open), len(one.events)) == (0, 0)
    assert len(one.acd._pool.due) <= one.calls // 10


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("    relaxations: [{after: 20s, lower_by: -3}]\n", "lower_by"),
        ("    relaxations: [{after: 40s}, {after: 20s}]\n", "order of their times"),
        ("    teams: [nobody]\n", "names team 'nobody'"),
        ("    reserve: -1\n", "reserve"),
    ],
)
def test_mistakes_are_named(card: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        centre(EXPERTS, card)
