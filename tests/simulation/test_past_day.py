"""A day read from its journal and played again."""

from __future__ import annotations

from datetime import datetime

import pytest
from msgspec.structs import replace

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Why
from callcenter.domain.errors import ConfigError
from callcenter.domain.events import TransferMode
from callcenter.domain.figures import AgentSums, QueueSums
from callcenter.domain.journal import JournalEntry
from callcenter.reports import metrics
from callcenter.reports.fold import from_journal
from callcenter.simulation.day.actual import actual
from callcenter.simulation.day.fidelity import fidelity
from callcenter.simulation.day.rebuild import rebuild
from callcenter.simulation.day.story import Story, Window, read_story
from callcenter.simulation.day.visits import Outcome
from callcenter.simulation.figures import Tally
from callcenter.simulation.replicate import run
from callcenter.simulation.run import Run
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.scenario_file import parse
from callcenter.simulation.scenario_text import write
from tests.simulation.virtual_day import HOUR_MS, MIDNIGHT_MS, Customer, Shift, VirtualDay, customers, shifts

BEGINS = datetime(2026, 11, 27, 9)


def window(first: float = 0, last: float = 24) -> Window:
    return Window(MIDNIGHT_MS, MIDNIGHT_MS + int(first * HOUR_MS), MIDNIGHT_MS + int(last * HOUR_MS))


def told(day: VirtualDay, hours: Window) -> tuple[Story, Scenario]:
    story = read_story(day.journal, hours, None)
    return story, rebuild(story, BEGINS)


def played(scenario: Scenario, seed: str = "1") -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    one = Run(scenario, seed)
    one.go()
    total = Tally.of_all(queue.tally for queue in one.queues.values()).figures()
    total["occupancy"] = one.busy_ms / one.staffed_ms
    return {name: queue.tally.figures() for name, queue in one.queues.items()}, total


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_customers_and_agents_meet_as_they_did(seed: int) -> None:
    """What was known of a day is enough to live it again to the last customer, on the router alone."""
    day = VirtualDay().live(customers(seed), shifts())
    story, scenario = told(day, window())
    real, real_total = actual(story, scenario)
    again, again_total = played(scenario)
    assert real_total["abandoned"] > 5
    assert real["card"]["overflowed"] > 0
    assert sum(bool(contact.then) for contact in scenario.contacts) > 2
    assert again == real
    assert again_total == pytest.approx(real_total)


def test_a_day_written_down_is_the_same_day() -> None:
    _, scenario = told(VirtualDay().live(customers(1), shifts()), window(10, 11))
    again = parse(write(scenario))
    assert again == scenario
    assert played(again) == played(scenario)


def test_hours_of_the_day_are_played_with_what_was_before_and_after_them() -> None:
    story, scenario = told(VirtualDay().live(customers(4), shifts()), window(10, 11))
    real, real_total = actual(story, scenario)
    assert 0 < real_total["offered"] < len(scenario.contacts)
    simulated = run(scenario, seed=1, replications=10)
    held = fidelity(simulated, real, real_total)
    assert held.total["offered"].holds
    assert abs(held.total["service_level"].actual - held.total["service_level"].simulated) < 0.06
    assert abs(held.total["abandoned"].actual - held.total["abandoned"].simulated) < 3


def test_what_happened_is_counted_as_the_reports_count_it() -> None:
    day = VirtualDay().live(customers(6, per_hour=110), shifts())
    hours = window(10, 11)
    story, scenario = told(day, hours)
    real, real_total = actual(story, scenario)
    reported = from_journal(day.journal)
    for queue, figures in real.items():
        sums = QueueSums.of(
            sums
            for (at_ms, name, _), sums in reported.queues.items()
            if name == queue and hours.start_ms <= at_ms < hours.end_ms
        )
        assert figures["offered"] == sums.offered > 10
        assert figures["abandoned"] == sums.abandoned
        assert figures["overflowed"] == sums.handed_on
        assert figures["service_level"] == metrics.service_level(sums)
        assert figures["asa_s"] == (metrics.asa_ms(sums) or 0) / 1_000
        assert figures["longest_wait_s"] == sums.longest_wait_ms / 1_000
    agents = AgentSums.of(
        sums for (at_ms, *_), sums in reported.agents.items() if hours.start_ms <= at_ms < hours.end_ms
    )
    assert real_total["occupancy"] == pytest.approx(metrics.occupancy(agents))


def test_missed_offers_are_missed_again() -> None:
    people = customers(5)
    for number, customer in enumerate(people):
        customer.missed = (number % 7 == 0) + (number % 21 == 0)
    story, scenario = told(VirtualDay().live(people, shifts()), window())
    assert sum(ringing.missed for ringing in story.ringing.values()) > 40
    assert set(story.missed_away_ms) == {60_000}
    real, _ = actual(story, scenario)
    again, _ = played(scenario)
    assert sum(figures["missed_offers"] for figures in real.values()) > 20
    assert again == real


def consulting(day: VirtualDay, contact: str, target: str) -> None:
    """The agent on the contact asks a colleague, who takes the customer over."""
    agent = day.center.state.contacts[contact].agent
    day(ev.TransferRequested(agent=agent, contact=contact, target=target, mode=TransferMode.WARM))
    day.at(day.now - day.midnight_ms + 30_000, lambda: day(ev.TransferCompleted(agent=agent, contact=contact)))


def test_a_colleague_who_is_asked_is_away_from_the_queues_meanwhile() -> None:
    day = VirtualDay()
    first = Customer(9 * HOUR_MS, "95001", 300_000, 20_000, 60_000, 3_000)
    day.at(9 * HOUR_MS + 60_000, lambda: consulting(day, "c0", "agent:1004"))
    day.live([first], shifts())
    story, scenario = told(day, window(8, 12))
    (visit,) = story.visits
    assert (visit.agent, visit.talk_ms, visit.wrap_up_ms) == ("1001", 60_000 + 30_000 - 3_000, 20_000)
    colleague = story.agents["1004"]
    (asked, wrapped) = [p for p in colleague.pauses if p.start_ms >= MIDNIGHT_MS + 9 * HOUR_MS][:2]
    assert asked.start_ms == MIDNIGHT_MS + 9 * HOUR_MS + 60_000
    assert wrapped.end_ms is not None
    assert wrapped.end_ms - asked.start_ms > 200_000
    assert colleague.work == []
    planned = next(team for team in scenario.agents if team.id == "1004")
    assert sum(pause.at == asked.start_ms - story.window.zero_ms for pause in planned.breaks) == 1


def test_a_break_asked_for_in_a_talk_is_asked_for_then_and_as_long() -> None:
    day = VirtualDay()
    call = Customer(9 * HOUR_MS, "95001", 300_000, 20_000, 60_000, 3_000)
    staff = [Shift("1001", 8 * HOUR_MS, 12 * HOUR_MS, [(9 * HOUR_MS + 100_000, 600_000)])]
    story, scenario = told(day.live([call], staff), window(8, 11))
    (pause,) = [p for p in story.agents["1001"].pauses if p.start_ms > MIDNIGHT_MS + 9 * HOUR_MS]
    assert pause.asked_ms == MIDNIGHT_MS + 9 * HOUR_MS + 100_000
    assert pause.start_ms == MIDNIGHT_MS + 9 * HOUR_MS + 303_000 + 20_000
    planned = next(team for team in scenario.agents if team.id == "1001").breaks[-1]
    assert (planned.at, planned.length) == (2 * HOUR_MS + 100_000, 600_000)


def test_contacts_that_are_not_over_are_told_and_played_on() -> None:
    day = VirtualDay().live(customers(2, per_hour=140), shifts(), until_ms=int(10.5 * HOUR_MS))
    story, scenario = told(day, window(10, 11))
    notes = {note.code: note.detail["count"] for note in story.notes}
    waiting = [visit for visit in story.visits if visit.outcome is Outcome.OPEN]
    assert notes == {"not_over": len(waiting)}
    assert waiting
    assert all(team.shifts for team in scenario.agents)
    played(scenario)


def test_what_a_simulation_cannot_know_is_noted_or_left_out() -> None:
    day = VirtualDay()
    config = day.center.state.config
    agents = {**config.agents, "1009": replace(config.agents["1001"], id="1009")}
    later = ev.CenterConfigured(config=replace(config, agents=agents), version=2)
    day.at(10 * HOUR_MS + 1, lambda: day(later))
    closed = ev.QueueClosed(by="ops", queue="elder", announcement={})
    day.at(int(10.5 * HOUR_MS), lambda: day(closed))
    day.at(int(10.6 * HOUR_MS), lambda: day(ev.QueueReopened(by="ops", queue="elder")))
    busy = customers(3, per_hour=140)
    story, scenario = told(day.live(busy, [*shifts(), Shift("1009", 11 * HOUR_MS, 13 * HOUR_MS)]), window(10, 12))
    codes = {note.code for note in story.notes}
    assert {"config_changed", "closed_by_hand", "disturbed"} <= codes
    assert [team.id for team in scenario.agents if team.shifts][-1] == "1009"
    disturbed = [visit for visit in story.visits if visit.outcome is Outcome.DISTURBED]
    assert disturbed
    assert len(scenario.contacts) + sum(len(contact.then) for contact in scenario.contacts) < len(story.visits)
    real, _ = actual(story, scenario)
    simulated = run(scenario, seed=1, replications=3)
    assert simulated.queues["elder"]["offered"].mean == pytest.approx(real["elder"]["offered"], abs=3)


@pytest.mark.parametrize(
    ("people", "staff", "hours", "said"),
    [
        ([], shifts(), window(), "nobody asked for a person"),
        (customers(1), [], window(9, 10), "nobody was answered that day"),
        (customers(1), shifts(), window(1, 2), "nobody asked for a person"),
    ],
)
def test_a_day_of_no_use_says_why(people: list[Customer], staff: list[Shift], hours: Window, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        told(VirtualDay().live(people, staff), hours)


def test_without_a_configuration_there_is_no_day() -> None:
    with pytest.raises(ConfigError, match="no configuration was in force"):
        read_story([], window(), None)


def test_a_callback_makes_no_visit_and_keeps_its_agent_busy() -> None:
    day = VirtualDay().live(customers(1), shifts())
    joined = ef.QueueJoined(contact="back", queue="general", position=1, why=Why("callback"), virtual=True)
    left = ef.QueueLeft(contact="back", queue="general", outcome="callback", waited_ms=5_000, virtual=True)
    busy = ef.AgentStateChanged(agent="1001", state=AgentState.BUSY, contact="back")
    free = ef.AgentStateChanged(agent="1001", state=AgentState.AVAILABLE)
    start = MIDNIGHT_MS + 14 * HOUR_MS
    tick = ev.TimerFired(timer="callback:back")
    told_of = [
        JournalEntry(90_000, start, tick, (joined,)),
        JournalEntry(90_001, start + 5_000, tick, (left, busy)),
        JournalEntry(90_002, start + 65_000, tick, (free,)),
    ]
    story = read_story([*day.journal, *told_of], window(), None)
    assert all(visit.contact != "back" for visit in story.visits)
    assert (start + 5_000, start + 65_000) in [(p.start_ms, p.end_ms) for p in story.agents["1001"].pauses]
