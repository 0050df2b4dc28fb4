"""Thresholds: when an alarm begins, stays and ends."""

from __future__ import annotations

import pytest

from callcenter.core.alarms import AlarmBoard
from callcenter.domain.agent import AgentState
from callcenter.domain.alarms import Alarm, AlarmRule, Metric
from callcenter.domain.figures import QueueSums
from callcenter.domain.views import AgentView, Closure, FloorView, QueueView

NOW = 1_800_000_000_000


class Floor:
    """A floor whose figures a test sets; the board's events are taken over as the core would."""

    def __init__(self, *rules: AlarmRule) -> None:
        self.rules = rules
        self.board = AlarmBoard()
        self.now = NOW
        self.standing: dict[tuple[str, str], Alarm] = {}
        self.queues: dict[str, QueueView] = {}
        self.agents: dict[str, AgentView] = {}
        self.off_duty: set[str] = set()

    def queue(self, name: str = "cards", **figures: object) -> None:
        values = {
            "waiting": 0,
            "longest_wait_ms": 0,
            "expected_wait_ms": None,
            "agents_available": 5,
            "agents_signed_in": 9,
            **figures,
        }
        self.queues[name] = QueueView(id=name, names={}, **values)  # type: ignore[arg-type]

    def agent(self, name: str, state: AgentState, since_ms: int, team: str = "one", **more: object) -> None:
        self.agents[name] = AgentView(name, name, team, state, since_ms, "", **more)  # type: ignore[arg-type]

    def look(self, after_ms: int = 0) -> list[tuple[str, str, bool]]:
        self.now += after_ms
        view = FloorView(
            self.now, True, tuple(self.queues.values()), tuple(self.agents.values()), (), tuple(self.standing.values())
        )
        told = self.board.look(view, self.rules, self.off_duty)
        metrics = {rule.id: rule.metric for rule in self.rules}
        for event in told:
            key = (event.rule, event.subject)
            if event.raised:
                assert key not in self.standing
                self.standing[key] = Alarm(*key, metrics[event.rule], event.value, 0, self.now)
            else:
                del self.standing[key]
        return [(event.rule, event.subject, event.raised) for event in told]


def test_a_limit_is_passed_beyond_it_and_left_a_tenth_below_it() -> None:
    floor = Floor(AlarmRule("w", Metric.WAITING, 20))
    floor.queue(waiting=20)
    assert floor.look() == []
    floor.queue(waiting=21)
    assert floor.look() == [("w", "cards", True)]
    for waiting in (40, 20, 19):
        floor.queue(waiting=waiting)
        assert floor.look(1_000) == []
    floor.queue(waiting=18)
    assert floor.look() == [("w", "cards", False)]
    floor.queue(waiting=20)
    assert floor.look() == []


@pytest.mark.parametrize(("limit", "bad", "still", "back"), [(1, 0, 0, 1), (3, 2, 2, 3), (20, 19, 21, 22)])
def test_falling_counts_come_back_by_a_tenth_in_whole_agents(limit: int, bad: int, still: int, back: int) -> None:
    floor = Floor(AlarmRule("a", Metric.AGENTS_AVAILABLE, limit))
    floor.queue(agents_available=limit)
    assert floor.look() == []
    floor.queue(agents_available=bad)
    assert floor.look() == [("a", "cards", True)]
    floor.queue(agents_available=still)
    assert floor.look() == []
    floor.queue(agents_available=back)
    assert floor.look() == [("a", "cards", False)]


def test_a_service_level_can_always_come_back() -> None:
    floor = Floor(AlarmRule("s", Metric.SERVICE_LEVEL, 95))
    floor.queue(today=QueueSums(offered=100, within_level=94))
    assert floor.look() == [("s", "cards", True)]
    floor.queue(today=QueueSums(offered=100, within_level=99))
    assert floor.look() == []
    floor.queue(today=QueueSums(offered=100, within_level=100))
    assert floor.look() == [("s", "cards", False)]


def test_nothing_offered_is_no_service_level_and_ends_the_alarm_of_yesterday() -> None:
    floor = Floor(AlarmRule("s", Metric.SERVICE_LEVEL, 80))
    floor.queue()
    assert floor.look() == []
    floor.queue(today=QueueSums(offered=10, within_level=1))
    assert floor.look() == [("s", "cards", True)]
    floor.queue()
    assert floor.look() == [("s", "cards", False)]


def test_the_limit_must_be_passed_all_the_time() -> None:
    floor = Floor(AlarmRule("l", Metric.LONGEST_WAIT_MS, 60_000, for_ms=10_000))
    floor.queue(waiting=1, longest_wait_ms=61_000)
    assert floor.look() == []
    assert floor.look(9_999) == []
    floor.queue(waiting=1, longest_wait_ms=60_000)
    assert floor.look(1) == []
    floor.queue(waiting=1, longest_wait_ms=61_000)
    assert floor.look(1) == []
    assert floor.look(9_999) == []
    assert floor.look(1) == [("l", "cards", True)]


def test_agents_are_watched_in_their_state_and_team() -> None:
    floor = Floor(
        AlarmRule("talk", Metric.TALK_MS, 600_000, teams=("one",)),
        AlarmRule("hold", Metric.HOLD_MS, 60_000),
        AlarmRule("break", Metric.BREAK_MS, 900_000),
    )
    floor.agent("a", AgentState.BUSY, NOW - 600_001, on_hold=True, hold_since_ms=NOW - 59_999)
    floor.agent("b", AgentState.BUSY, NOW - 600_001, team="two")
    floor.agent("c", AgentState.ON_BREAK, NOW - 900_000)
    assert floor.look() == [("talk", "a", True)]
    assert sorted(floor.look(2)) == [("break", "c", True), ("hold", "a", True)]
    floor.agent("a", AgentState.BUSY, NOW - 600_001)
    assert floor.look() == [("hold", "a", False)]
    floor.agent("a", AgentState.WRAP_UP, floor.now)
    floor.agent("c", AgentState.AVAILABLE, floor.now)
    assert sorted(floor.look()) == [("break", "c", False), ("talk", "a", False)]


def test_a_queue_closed_by_hand_needs_no_agents_but_its_waiting_count() -> None:
    floor = Floor(AlarmRule("a", Metric.AGENTS_AVAILABLE, 1), AlarmRule("w", Metric.WAITING, 2))
    floor.queue(agents_available=0, waiting=3)
    assert sorted(floor.look()) == [("a", "cards", True), ("w", "cards", True)]
    floor.queue(agents_available=0, waiting=3, closure=Closure(NOW, "leader"))
    assert floor.look() == [("a", "cards", False)]


def test_outside_a_queues_hours_nobody_is_missing_and_the_count_begins_anew_with_them() -> None:
    floor = Floor(AlarmRule("a", Metric.AGENTS_SIGNED_IN, 1, for_ms=60_000), AlarmRule("w", Metric.WAITING, 2))
    floor.queue(agents_signed_in=0)
    floor.queue("loss", agents_signed_in=0)
    assert floor.look() == []
    assert floor.look(60_000) == [("a", "cards", True), ("a", "loss", True)]
    floor.off_duty = {"cards"}
    assert floor.look() == [("a", "cards", False)], "the night has come; lost cards are taken around the clock"
    floor.queue(agents_signed_in=0, waiting=3)
    assert floor.look(3_600_000) == [("w", "cards", True)], "who waits is told of at night, too"
    floor.off_duty = set()
    assert floor.look() == []
    assert floor.look(60_000) == [("a", "cards", True)]


def test_alarms_of_rules_queues_and_agents_that_are_gone_end() -> None:
    floor = Floor(AlarmRule("w", Metric.WAITING, 2, queues=("cards",)), AlarmRule("x", Metric.WAITING, 2))
    floor.queue(waiting=3)
    floor.queue("loans", waiting=3)
    assert sorted(floor.look()) == [("w", "cards", True), ("x", "cards", True), ("x", "loans", True)]
    floor.rules = floor.rules[1:]
    del floor.queues["loans"]
    assert sorted(floor.look()) == [("w", "cards", False), ("x", "loans", False)]


def test_a_new_board_takes_over_what_stands() -> None:
    floor = Floor(AlarmRule("w", Metric.WAITING, 2))
    floor.queue(waiting=3)
    assert floor.look() == [("w", "cards", True)]
    floor.board = AlarmBoard()
    assert floor.look() == []
    floor.queue(waiting=0)
    assert floor.look() == [("w", "cards", False)]


def test_five_thousand_agents_are_one_look_each() -> None:
    looks = 0

    class Counted(tuple):  # type: ignore[type-arg]
        def __iter__(self):  # type: ignore[no-untyped-def]
            nonlocal looks
            looks += 1
            return super().__iter__()

    agents = Counted(AgentView(str(n), "", "", AgentState.BUSY, NOW - n, "") for n in range(5_000))
    rules = [AlarmRule("t", Metric.TALK_MS, 4_998), AlarmRule("b", Metric.BREAK_MS, 1)]
    alarms = tuple(Alarm("t", str(n), Metric.TALK_MS, 0, 0, NOW) for n in range(2_000))
    told = AlarmBoard().look(FloorView(NOW, True, (), agents, (), alarms), rules)
    assert looks == len(rules)
    assert len(told) == 2_001
