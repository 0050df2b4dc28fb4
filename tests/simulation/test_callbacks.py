"""Callbacks in scenarios, each by an example small enough to be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.domain.config import CallbackRule, CenterConfig, Overflow, QueueConfig
from callcenter.domain.errors import ConfigError
from callcenter.simulation.callers import Caller
from callcenter.simulation.calling_back import CallingBack
from callcenter.simulation.configured import with_configuration
from callcenter.simulation.replicate import run
from callcenter.simulation.run import Run
from callcenter.simulation.scenario_file import parse
from callcenter.simulation.scenario_text import write

SCENARIOS = Path(__file__).parents[2] / "docs" / "scenarios"


def played(text: str) -> Run:
    one = Run(parse(text), "1")
    one.go()
    one.acd.check()
    return one


def scenario(called_back: str = "{answer: 5s}", callback: str = "{}", more: str = "", contacts: str = "") -> str:
    """One agent, busy till 100 s; the next customer is offered a callback after 20 s of waiting."""
    return f"""
horizon: 1h
{more}
queues:
  card:
    handling: 60s
    overflow: [{{target: callback, after: 20s}}]
    callback: {callback}
    called_back: {called_back}
agents: [{{name: a, id: 1001}}]
contacts:
  - {{at: 0s, queue: card, handling: 100s}}
  - {{at: 10s, queue: card, patience: 10m}}
{contacts}
"""


def test_who_takes_a_callback_is_called_when_an_agent_is_free() -> None:
    one = played(scenario())
    found = one.queues["card"].tally.figures()
    # booked at 30 s, dialled at 100 s, picked up at 105 s, talked till 165 s
    assert (found["callbacks"], found["called_back"], found["callback_attempts"]) == (1, 1, 1)
    assert found["callback_wait_s"] == 75
    assert (found["offered"], found["answered"], found["overflowed"]) == (3, 2, 1)
    assert (found["abandoned"], found["unserved"], found["callbacks_failed"]) == (0, 0, 0)
    assert found["p_wait"] == 0.5
    assert found["asa_s"] == 0
    assert one.busy_ms == 165_000


def test_the_callback_keeps_the_place_of_the_call() -> None:
    one = played(scenario(called_back="{}", contacts="  - {at: 20s, queue: card, patience: 15s}"))
    assert one.queues["card"].tally.figures()["callbacks"] == 1
    one = played(
        """
horizon: 1h
queues:
  card:
    handling: 60s
    overflow: [{target: callback, after: 50s}]
    called_back: {accepts: 1.0}
  other: {handling: 60s}
agents: [{name: a}]
contacts:
  - {at: 0s, queue: card, handling: 100s}
  - {at: 10s, queue: card}
  - {at: 20s, queue: other}
"""
    )
    # asked at 10 s, booked at 60 s: before the customer who came at 20 s all the same
    assert one.queues["card"].tally.figures()["callback_wait_s"] == 40
    assert one.queues["other"].tally.figures()["asa_s"] == 140


def test_who_is_not_reached_is_tried_again_and_then_given_up() -> None:
    one = played(scenario("{reached: 0}", "{attempts: 2, retry: 5m, ring: 30s}"))
    found = one.queues["card"].tally.figures()
    # dialled in vain 100–130 s and 430–460 s
    assert (found["callback_attempts"], found["callbacks_failed"], found["called_back"]) == (2, 1, 0)
    assert one.busy_ms == 160_000
    assert not one.open


def test_a_busy_line_is_noticed_sooner_and_tried_again_by_its_own_time() -> None:
    one = played(scenario("{reached: 0, busy: 1}", "{attempts: 3, retry: {busy: 1m, no_answer: 1h}}"))
    assert one.queues["card"].tally.callback_attempts == 3
    assert one.busy_ms == 100_000 + 3 * 3_000


def test_who_would_pick_up_after_the_ringing_is_not_reached() -> None:
    one = played(scenario("{answer: 31s}", "{attempts: 1, ring: 30s}"))
    assert one.queues["card"].tally.callbacks_failed == 1
    assert one.busy_ms == 130_000


def test_an_attempt_in_vain_has_wrap_up_where_the_rule_says_so() -> None:
    text = scenario("{reached: 0}", "{attempts: 1, ring: 30s, wrap_up: %s}").replace(
        "handling: 60s\n", "handling: 60s\n    wrap_up: 10s\n"
    )
    # the first talk is wrapped up till 110 s; the attempt takes till 140 s
    assert played(text % "false").busy_ms == 140_000
    assert played(text % "true").busy_ms == 150_000


def test_who_does_not_want_one_waits_on_and_is_not_asked_again() -> None:
    one = played(scenario("{accepts: 0}"))
    found = one.queues["card"].tally.figures()
    assert (found["callbacks"], found["answered"]) == (0, 2)
    # as on the telephone the offer ends one visit and begins another: handed on at 30 s, answered 70 s later
    assert (found["offered"], found["overflowed"]) == (3, 1)
    assert found["asa_s"] == pytest.approx((0 + 70) / 2)
    assert found["longest_wait_s"] == 70


def test_who_asks_for_a_certain_time_is_called_then() -> None:
    one = played(scenario("{wish: {share: 1, after: 20m, length: 10m}}"))
    assert one.queues["card"].tally.figures()["callback_wait_s"] == 20 * 60


def test_a_wish_that_nobody_could_meet_moves_on_a_day_and_is_then_given_up() -> None:
    text = scenario("{wish: {share: 1, after: 20m, length: 10m}}").replace("id: 1001", "shifts: [{start: 0s, end: 5m}]")
    one = played(text)
    assert (one.queues["card"].tally.callbacks_failed, one.queues["card"].tally.callback_attempts) == (1, 0)
    tomorrow = played(text.replace("end: 5m}", "end: 5m}, {start: 24h20m, end: 25h}"))
    assert tomorrow.queues["card"].tally.figures()["callback_wait_s"] == 24 * 3_600 + 20 * 60


def test_nobody_is_called_outside_the_hours() -> None:
    begins = "begins: 2026-11-27T20:58:30"
    one = played(scenario("{}", "{call_from: '08:00', call_until: '21:00'}", begins))
    # free at 100 s, which is 21:00:10; 08:00 is 11 h 1 min 30 s after the beginning
    assert one.queues["card"].tally.figures()["callback_wait_s"] == 11 * 3_600 + 90 - 30
    in_time = played(scenario("{}", "{call_from: '08:00', call_until: '21:01'}", begins))
    assert in_time.queues["card"].tally.figures()["callback_wait_s"] == 70


def test_what_nobody_ever_serves_is_given_up_in_the_end() -> None:
    text = scenario("{}", "{keep: 1h}").replace("id: 1001", "shifts: [{start: 0s, end: 50s}]")
    found = played(text).queues["card"].tally.figures()
    assert (found["callbacks"], found["callbacks_failed"], found["unserved"]) == (1, 1, 0)


def test_a_callback_is_a_call_beside_chats() -> None:
    one = played(
        """
horizon: 1h
queues:
  card:
    handling: 60s
    overflow: [{target: callback, after: 20s}]
    called_back: {answer: 5s}
  chat: {channel: chat, handling: 60s}
agents: [{name: a}]
contacts:
  - {at: 0s, queue: card, handling: 100s}
  - {at: 10s, queue: card}
  - {at: 30s, queue: chat}
"""
    )
    # the call came first, and while it is dialled and talked no chat begins: till 165 s, then the chat till 225 s
    assert one.queues["card"].tally.called_back == 1
    assert one.queues["chat"].tally.figures()["asa_s"] == 135
    assert one.busy_ms == 225_000


def test_never_more_are_dialled_than_agents_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: dict[str, str] = {}
    most = 0
    begin, end = CallingBack.dial, CallingBack._let_go

    def dial(self, caller, agent, now):  # type: ignore[no-untyped-def]
        nonlocal most
        assert agent not in dialled
        dialled[agent] = caller.contact
        most = max(most, len(dialled))
        begin(self, caller, agent, now)

    def let_go(self, promise, since, now, *, wrap_up):  # type: ignore[no-untyped-def]
        del dialled[promise.agent]
        end(self, promise, since, now, wrap_up=wrap_up)

    monkeypatch.setattr(CallingBack, "dial", dial)
    monkeypatch.setattr(CallingBack, "_let_go", let_go)
    one = played(
        """
horizon: 6h
queues:
  card:
    arrivals: {per_hour: 120}
    handling: {exponential: 3m}
    patience: {exponential: 5m}
    overflow: [{target: callback, expected: 30s}]
    callback: {attempts: 4, retry: 2m}
    called_back: {reached: 0, accepts: 0.7}
agents: [{count: 4}]
"""
    )
    assert most == 4
    tally = one.queues["card"].tally
    assert tally.callbacks == tally.callbacks_failed > 100
    assert tally.callback_attempts == 4 * tally.callbacks


BUSY = """
horizon: 8h
replications: 4
queues:
  card:
    arrivals: {per_hour: 100}
    handling: {exponential: 3m}
    patience: {exponential: 4m}
    overflow: [{target: callback, after: 1m}]
    callback: {attempts: 2, retry: 5m}
    called_back: {accepts: 0.5, reached: 0.7, busy: 0.3, answer: {exponential: 8s}}
agents: [{count: 4}]
"""


def test_every_callback_comes_to_an_end_and_every_visit_too() -> None:
    found = run(parse(BUSY), seed=3)
    card = {name: value.mean for name, value in found.queues["card"].items()}
    assert card["callbacks"] > 50
    assert card["called_back"] + card["callbacks_failed"] == pytest.approx(card["callbacks"])
    ended = card["answered"] + card["abandoned"] + card["overflowed"]
    assert card["offered"] == pytest.approx(ended)
    # two attempts of which each reaches 0.7 (and answers in time nearly always)
    assert card["called_back"] / card["callbacks"] == pytest.approx(1 - 0.3**2, abs=0.06)


def asked_in(text: str) -> dict[str, bool]:
    """Every customer who was offered a callback, and whether they took it."""
    one = Run(parse(text), "7")
    asked: dict[str, bool] = {}
    takes = one.calling_back.takes

    def watched(caller: Caller, now: int) -> bool:
        asked[caller.contact] = took = takes(caller, now)
        return took

    one.calling_back.takes = watched  # type: ignore[method-assign]
    one.go()
    return asked


def test_the_same_customers_take_a_callback_whoever_serves_them() -> None:
    """A customer's chances are their own: with one agent more, none who waited as long decides otherwise."""
    few, more = (asked_in(BUSY.replace("count: 4", f"count: {agents}")) for agents in (4, 5))
    both = few.keys() & more.keys()
    assert len(both) > 10
    assert {few[contact] for contact in both} == {True, False}
    assert all(few[contact] == more[contact] for contact in both)


def test_the_same_seed_gives_the_same() -> None:
    scenario = parse((SCENARIOS / "callbacks-and-chats.yaml").read_text(encoding="utf-8"))
    first = run(scenario, seed=4, replications=2)
    assert first.to_json() == run(scenario, seed=4, replications=2).to_json()
    assert first.to_json() != run(scenario, seed=5, replications=2).to_json()
    for name in ("card", "loan", "chat", "statement"):
        assert first.queues[name]["answered"].mean > 0, name
    assert first.total["callbacks"].mean > first.total["callbacks_failed"].mean > 0


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_scenarios_of_the_documentation_run_and_are_written_as_they_are_read(file: Path) -> None:
    scenario = parse(file.read_text(encoding="utf-8"), file.name)
    assert parse(write(scenario)) == scenario
    assert run(scenario, seed=1, replications=1).calls > 100


def test_the_rule_of_a_configuration_is_that_of_the_scenario() -> None:
    before = parse(scenario(more="begins: 2026-11-27T10:00:00"))
    rule = CallbackRule(attempts=5, ring_ms=20_000, call_from="09:00", call_until="18:00", wrap_up=True)
    card = QueueConfig("card", {"en": "Card"}, overflow=(Overflow("callback", 30_000),), callback=rule)
    after = with_configuration(before, CenterConfig(queues={"card": card}))
    found = after.queues["card"]
    assert (found.callback.attempts, found.callback.ring, found.callback.wrap_up) == (5, 20_000, True)
    assert (found.callback.call_from, found.callback.call_until) == ("09:00", "18:00")
    assert found.called_back == before.queues["card"].called_back


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (scenario("{accepts: 2}"), r"day.yaml:\d+: queues.card.called_back.accepts"),
        (scenario("{}", "{call_from: '8'}"), "'8' is no time of day; write '08:00'"),
        (scenario("{}", "{call_from: '09:00', call_until: '08:00'}"), "call_from must be before call_until"),
        (scenario("{}", "{call_from: '09:00'}"), "say when the scenario begins"),
        (scenario("{}", "{attempts: 0}"), "callback.attempts"),
        (scenario("{wish: {share: 1, after: 1h, length: 0s}}"), "called_back.wish.length"),
        (scenario().replace("overflow: [{target: callback, after: 20s}]", ""), "called_back means nothing before"),
    ],
)
def test_mistakes_are_named(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse(text, "day.yaml")
