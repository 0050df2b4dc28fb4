"""Changes to a scenario as people write them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from callcenter.domain.errors import ConfigError
from callcenter.simulation.agent_plan import Team
from callcenter.simulation.overlay import Overlay, Staffing, apply
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.scenario_file import parse

DAY = """
begins: 2026-11-27 09:00:00
horizon: 2h30m
warm_up: 1h
cool_down: 30m
queues:
  card: {skills: {card: 3}, handling: 60s, arrivals: {per_hour: 60}}
  loan: {handling: 60s, arrivals: {per_hour: 6}}
agents:
  - {name: floor, id: 1001, skills: {card: 5}, shifts: [{start: 0h, end: 2h30m}]}
  - {name: floor, id: 1002, skills: {card: 5}, shifts: [{start: 30m, end: 2h}], breaks: [{at: 50m, length: 10m}]}
  - {name: floor, id: 1003, skills: {card: 9, english: 4}, shifts: [{start: 0h, end: 2h30m}]}
  - {name: leads, id: 1004, shifts: []}
"""
MINUTE = 60_000


def changed(**changes: object) -> Scenario:
    return apply(parse(DAY), Overlay.model_validate(changes))


def spans(team: Team) -> list[tuple[int, int]]:
    return [(shift.start // MINUTE, shift.end // MINUTE) for shift in team.shifts or ()]


def test_one_more_in_a_team_for_an_hour_has_the_skills_most_of_it_have() -> None:
    new = changed(agents="+1 in team floor 10:00-11:00").agents[-1]
    assert (new.id, new.name, new.skills) == ("floor+1", "floor", {"card": 5})
    assert spans(new) == [(60, 120)]
    assert new.breaks == ()


def test_a_new_one_may_be_like_somebody_and_always_there() -> None:
    agents = changed(agents=["+2 in team floor like 1003"]).agents[-2:]
    assert [(new.id, new.skills, new.shifts) for new in agents] == [
        ("floor+1", {"card": 9, "english": 4}, None),
        ("floor+2", {"card": 9, "english": 4}, None),
    ]


def test_one_less_is_the_usual_one_who_would_have_been_there_longest() -> None:
    agents = {team.id: team for team in changed(agents="-1 in team floor 10:00-11:00").agents}
    assert spans(agents["1001"]) == [(0, 60), (120, 150)]
    assert spans(agents["1002"]) == [(30, 120)]
    named = {team.id: team for team in changed(agents="-1 in team floor like 1003 10:00-11:00").agents}
    assert spans(named["1003"]) == [(0, 60), (120, 150)]


def test_one_more_for_a_queue_is_like_most_of_those_who_serve_it() -> None:
    new = changed(agents="+1 in queue card 10:00-11:00").agents[-1]
    assert (new.id, new.name, new.skills, spans(new)) == ("floor+1", "floor", {"card": 5}, [(60, 120)])
    everybody = changed(agents="+1 in queue loan like 1004").agents[-1]
    assert (everybody.id, everybody.name, everybody.skills) == ("leads+1", "leads", {})


def test_one_less_for_a_queue_is_one_who_serves_it() -> None:
    agents = {team.id: team for team in changed(agents="-3 in queue card 10:00-11:00").agents}
    assert [spans(agents[agent]) for agent in ("1001", "1002", "1003")] == [
        [(0, 60), (120, 150)],
        [(30, 60)],
        [(0, 60), (120, 150)],
    ]


def test_hours_are_those_of_the_day_that_counts() -> None:
    assert spans(changed(agents="+1 in team floor 08:00-12:00").agents[-1]) == [(0, 180)]
    whole = parse(DAY.replace("09:00:00", "23:00:00").replace("2h30m\nwarm", "25h30m\nwarm"))
    late = apply(whole, Overlay.model_validate({"agents": "+1 in team floor 22:00-24:00"})).agents[-1]
    assert spans(late) == [(23 * 60, 25 * 60)]
    with pytest.raises(ConfigError, match="not within the scenario"):
        changed(agents="+1 in team floor 14:00-15:00")


def test_like_agents_of_a_file_are_told_apart_when_one_goes() -> None:
    scenario = parse("horizon: 8h\nqueues: {a: {handling: 60s, arrivals: {per_hour: 1}}}\nagents: [{count: 3}]")
    agents = apply(scenario, Overlay.model_validate({"agents": "-1 in team agent 02:00-03:00"})).agents
    assert [spans(team) if team.shifts is not None else None for team in agents] == [[(0, 120), (180, 480)], None, None]


def test_skills_and_settings_are_changed_and_nothing_else() -> None:
    scenario = changed(
        skills={"1002": {"card": 0, "loan": 7}},
        queues={"card": {"policy": "highest_level", "reserve": 1, "relaxations": [{"after": "20s", "lower_by": 2}]}},
    )
    assert next(team for team in scenario.agents if team.id == "1002").skills == {"loan": 7}
    before, after = parse(DAY).queues["card"], scenario.queues["card"]
    assert (after.policy, after.reserve, after.relaxations[0].after) == ("highest_level", 1, 20_000)
    assert (after.handling, after.arrivals, after.skills) == (before.handling, before.arrivals, before.skills)
    assert scenario.queues["loan"] == parse(DAY).queues["loan"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"agents": "+1 in team nobody"}, "nobody in team 'nobody'.*there are floor, leads"),
        ({"agents": "-4 in team floor"}, "only 3 of them are there"),
        ({"agents": "-1 in team leads"}, "only 0 of them are there"),
        ({"agents": "+1 in team floor like 1009"}, "no agent '1009' among them"),
        ({"agents": "+1 in queue gold"}, "no queue 'gold'.*there are card, loan"),
        ({"agents": "-4 in queue card"}, "only 3 of them are there"),
        (
            {"queues": {"card": {"skills": {"card": 10}}}, "agents": "+1 in queue loan like 1009"},
            "no agent '1009' among them",
        ),
        ({"skills": {"1009": {"card": 3}}}, "no agent '1009'"),
        ({"queues": {"gold": {"reserve": 1}}}, "no queue 'gold'.*there are card, loan"),
        ({"queues": {"card": {"policy": "nicest"}}}, "queues.card.policy: no policy is called 'nicest'"),
        ({"queues": {"card": {"overflow": [{"target": "queue:card", "after": 1}]}}}, "overflows in a circle"),
        ({"queues": {"card": {"teams": ["gone"]}}}, "names team 'gone'"),
    ],
)
def test_what_is_not_there_is_named(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        changed(**changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"agents": "one more, please"}, "is no change of staff; write .1 in team"),
        ({"agents": "+0 in team floor"}, "too many or none"),
        ({"agents": "+500 in team floor"}, "at most 200"),
        ({"agents": "+1 in team floor 25:00-26:00"}, "no time of day"),
        ({"queues": {"card": {"handling": "3m"}}}, "a queue has no setting 'handling'"),
        ({"skills": {"1001": {"card": 11}}}, "less than or equal to 10"),
        ({"patience": 3}, "patience"),
    ],
)
def test_what_is_no_change_is_said(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Overlay.model_validate(changes)


def test_a_change_of_staff_reads_as_it_is_written() -> None:
    for text in ("+1 in team floor 10:00-11:00", "-2 in team floor like 1003", "+1 in team 综合"):
        assert str(Staffing.read(text)) == text
