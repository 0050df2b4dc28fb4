"""What the router answers when it is looked at: places, waits, rooms, figures of a queue; looking changes nothing."""

from __future__ import annotations

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Corrupt, Rejected
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import QueueStats
from tests.routing.build import ASKED, agent, need, queue, router

CARD = queue("card", need("card"), wrap_up_ms=0)


def busy() -> Acd:
    """Three agents; those of a queue whose talks last a minute have work, and three calls and a chat wait."""
    acd = router([CARD], [agent("a", card=1), agent("b", card=1), agent("c", loan=1)])
    acd.request_state("b", AgentState.ON_BREAK, "lunch", 0)
    for number in range(4):
        acd.enqueue(f"talk{number}", "card", number * 60_000, why=ASKED)
        acd.accept(f"talk{number}", "a", number * 60_000)
        if number < 3:
            acd.release("a", f"talk{number}", (number + 1) * 60_000)
    for number in range(3):
        acd.enqueue(f"c{number}", "card", 190_000 + number * 10_000, priority=number == 2, why=ASKED)
    acd.enqueue("t0", "card", 211_000, channel="chat", why=ASKED)
    return acd


def test_places_and_waits_of_those_who_wait_and_of_nobody_else() -> None:
    acd = busy()
    assert [acd.position(contact) for contact in ("c2", "c0", "c1", "t0")] == [1, 2, 3, 1]
    assert [acd.position(contact) for contact in ("talk3", "unknown")] == [0, 0]
    assert acd.expected_wait_ms("c1", 220_000) == 180_000, "one agent is at work, the other on break"
    assert acd.expected_wait_ms("unknown", 220_000) is None
    assert acd.expected_wait_ms("t0", 220_000) is None, "nothing is known of chats"
    assert [acd.queue_of(contact) for contact in ("c1", "talk3")] == ["card", None]
    assert acd.explain_waiting("talk3", 220_000).code == "not_waiting"


@pytest.mark.parametrize(
    ("more", "expected_ms"),
    [({}, 240_000), ({"arrived_ms": 195_000}, 180_000), ({"priority": 1}, 120_000), ({"channel": "chat"}, None)],
)
def test_the_wait_of_somebody_who_joined_now_counts_those_before(more: dict[str, object], expected_ms: int) -> None:
    acd = busy()
    before = acd.dump()
    assert acd.expected_wait_joining_ms("card", 220_000, **more) == expected_ms  # type: ignore[arg-type]
    assert acd.dump() == before


def test_gaps_are_seen_only_while_somebody_waits_throughout() -> None:
    acd = router([CARD], [agent(name, card=1) for name in "abcd"], ready=False)
    for number in range(4):
        acd.enqueue(f"c{number}", "card", 0, why=ASKED)
    for number, name in enumerate("ab"):
        acd.sign_in(name, 0)
        acd.request_state(name, AgentState.AVAILABLE, "", number * 30_000)
        acd.accept(f"c{number}", name, number * 30_000)
    acd.remove("c2", 40_000)
    learnt = acd.estimate("card", "voice")
    assert (learnt.gaps, learnt.gap_ms, learnt.last_start_ms) == (1, 30_000, 30_000), "c3 still waits"
    acd.remove("c3", 50_000)
    assert learnt.last_start_ms is None
    acd.enqueue("c4", "card", 900_000, why=ASKED)
    acd.sign_in("c", 900_000)
    acd.request_state("c", AgentState.AVAILABLE, "", 960_000)
    acd.accept("c4", "c", 960_000)
    assert (learnt.gaps, learnt.gap_ms, learnt.last_start_ms) == (1, 30_000, None)


def test_a_wait_is_told_only_where_expectations_have_come_true() -> None:
    acd = busy()
    assert acd.told_wait_ms("c1", 220_000) is None
    assert acd.told_wait_joining_ms("card", 220_000) is None
    for _ in range(20):
        acd.estimate("card", "voice").proved(60_000, 60_000)
    assert acd.told_wait_ms("c1", 220_000) == 180_000
    assert acd.told_wait_ms("t0", 220_000) is None
    assert acd.told_wait_ms("unknown", 220_000) is None
    assert acd.told_wait_joining_ms("card", 220_000, arrived_ms=195_000, priority=0) == 180_000
    assert acd.told_wait_joining_ms("card", 220_000, priority=1) == 120_000


def test_the_figures_of_a_queue() -> None:
    acd = busy()
    assert acd.queue_stats("card") == QueueStats("card", 4, 190_000, agents_available=0, agents_signed_in=2)
    acd.request_state("b", AgentState.AVAILABLE, "", 220_000)
    assert acd.agent("b").offered == "c2"
    for contact in ("c0", "c1", "c2", "t0"):
        acd.remove(contact, 230_000)
    assert acd.queue_stats("card") == QueueStats("card", 0, None, agents_available=1, agents_signed_in=2)


def test_room_by_channel() -> None:
    acd = busy()
    rooms = {(name, channel): acd.has_room(name, channel) for name in "abc" for channel in ("voice", "chat")}
    assert [place for place, room in rooms.items() if room] == [("c", "voice"), ("c", "chat")]
    acd.seize("c", "t1", 220_000, channel="chat", weight=3)
    assert (acd.has_room("c", "voice"), acd.has_room("c", "chat")) == (True, False)


def test_settings_of_an_agent_are_known_until_their_last_work_is_done() -> None:
    acd = busy()
    assert acd.config_of("a") == agent("a", card=1)
    assert acd.config_of("nobody") is None
    acd.configure({"card": CARD}, {}, 220_000)
    assert acd.config_of("a") == agent("a", card=1)
    acd.release("a", "talk3", 230_000)
    assert acd.config_of("a") is None


@pytest.mark.parametrize(
    ("ask", "code", "words"),
    [
        (lambda acd: acd.agent("x"), "unknown_agent", "there is no agent x"),
        (lambda acd: acd.explain_idle("x"), "unknown_agent", "there is no agent x"),
        (lambda acd: acd.has_room("x", "voice"), "unknown_agent", "there is no agent x"),
        (lambda acd: acd.waiting("x"), "unknown_queue", "there is no queue x"),
        (lambda acd: acd.estimate("x", "voice"), "unknown_queue", "there is no queue x"),
        (lambda acd: acd.expected_wait_joining_ms("x", 0), "unknown_queue", "there is no queue x"),
        (lambda acd: acd.told_wait_joining_ms("x", 0), "unknown_queue", "there is no queue x"),
    ],
)
def test_what_there_is_not_is_named(ask: object, code: str, words: str) -> None:
    with pytest.raises(Rejected) as refused:
        ask(busy())  # type: ignore[operator]
    assert refused.value.code == code
    assert words in str(refused.value)


@pytest.mark.parametrize("data", [None, [], {}, {"format": 2}, {"format": "3"}])
def test_a_snapshot_of_another_form_is_refused(data: object) -> None:
    with pytest.raises(Corrupt, match="not of a known format"):
        Acd.load(data, {"card": CARD}, {})


def test_a_snapshot_holds_everything_that_was_going_on() -> None:
    acd = busy()
    acd.refuse(acd.agent("c").offered or "none", "c", 220_000, "declined")
    acd.request_state("a", AgentState.ON_BREAK, "lunch", 225_000)
    agents = {name: agent(name, card=1) for name in "ab"} | {"c": agent("c", loan=1)}
    again = Acd.load(acd.dump(), {"card": CARD}, agents)
    assert again.dump() == acd.dump()
    for one in (acd, again):
        assert one.agent("a").next_reason == "lunch"
        assert one.waiting("card") == ["c2", "c0", "c1", "t0"]
        assert one.expected_wait_ms("c1", 230_000) == 180_000
    assert again.release("a", "talk3", 240_000) == acd.release("a", "talk3", 240_000)
