"""One contact in the hands of several agents, and what is known of agents and contacts meanwhile."""

from __future__ import annotations

import json

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Rejected
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import AgentChanged, WrapUpEnded, WrapUpStarted
from tests.routing.build import ASKED, agent, need, offers, queue, router

CARD = queue("card", need("card"))
PEOPLE = [agent("a", card=1), agent("b", card=1), agent("c", card=1)]


def refused(call: object) -> str:
    with pytest.raises(Rejected) as caught:
        call()  # type: ignore[operator]
    return caught.value.code


def three_in_one_talk() -> Acd:
    """``a`` talks, ``b`` and ``c`` were taken in."""
    acd = router([CARD], PEOPLE)
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    acd.seize("b", "c1", 10)
    acd.seize("c", "c1", 20)
    return acd


def test_each_agents_wrap_up_keeps_the_contact_from_that_agent_alone_and_for_as_long() -> None:
    acd = three_in_one_talk()
    for name in "abc":
        acd.release(name, "c1", 1_000)
    assert offers(acd.enqueue("c1", "card", 2_000, why=ASKED)) == []
    assert acd.explain_waiting("c1", 2_000).detail["said_no"] == ["a", "b", "c"]
    assert offers(acd.end_wrap_up("b", "c1", 3_000)) == [("c1", "b")]
    acd.refuse("c1", "b", 3_500, "declined")
    assert acd.explain_waiting("c1", 4_000).detail["said_no"] == ["a", "b", "c"]
    assert offers(acd.end_wrap_up("a", "c1", 5_000)) == [("c1", "a")]
    acd.check()


def test_a_contact_that_comes_back_during_the_wrap_up_is_in_nobodys_hands_after_it() -> None:
    acd = router([CARD], [PEOPLE[0]])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    acd.release("a", "c1", 1_000)
    acd.enqueue("c1", "card", 2_000, why=ASKED)
    assert offers(acd.end_wrap_up("a", "c1", 3_000)) == [("c1", "a")]
    acd.check()


def test_whoever_lays_a_shared_contact_down_leaves_it_to_the_others() -> None:
    acd = three_in_one_talk()
    acd.release("b", "c1", 1_000, wrap_up=False)
    acd.check()
    assert (acd.agent("a").talks, acd.agent("b").talks, acd.agent("c").talks) == (("c1",), (), ("c1",))
    acd.release("a", "c1", 2_000, wrap_up=False)
    acd.release("c", "c1", 3_000, wrap_up=False)
    acd.check()
    assert offers(acd.enqueue("c1", "card", 4_000, why=ASKED)) == [("c1", "b")]


def test_who_is_taken_in_wraps_up_as_long_as_the_queue_of_the_others_says() -> None:
    acd = router([CARD, queue("long", wrap_up_ms=90_000)], PEOPLE)
    acd.enqueue("c1", "long", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    acd.seize("b", "c1", 10)
    acd.seize("c", "c1", 20, "card")
    assert acd.release("b", "c1", 1_000)[1] == WrapUpStarted("b", "c1", 91_000)
    assert acd.release("c", "c1", 1_000)[1] == WrapUpStarted("c", "c1", 31_000)


def test_a_contact_of_no_queue_has_no_wrap_up() -> None:
    acd = router([CARD], PEOPLE)
    acd.seize("b", "c9", 0)
    assert acd.release("b", "c9", 1_000) == [AgentChanged("b", AgentState.AVAILABLE, "")]


def test_an_agent_on_break_is_taken_only_where_that_is_asked_for_and_goes_back_to_the_break() -> None:
    acd = router([CARD], PEOPLE)
    acd.request_state("b", AgentState.ON_BREAK, "lunch", 0)
    assert refused(lambda: acd.seize("b", "c1", 1)) == "agent_not_available"
    assert acd.seize("b", "c1", 2, from_break=True) == [AgentChanged("b", AgentState.BUSY, "", "c1")]
    assert acd.release("b", "c1", 3)[-1] == AgentChanged("b", AgentState.ON_BREAK, "lunch")
    acd.sign_out("b", 4)
    assert refused(lambda: acd.seize("b", "c1", 5, from_break=True)) == "not_signed_in"
    assert refused(lambda: acd.seize("b", "c1", 5)) == "agent_not_available"


def test_nobody_is_given_a_contact_that_waits_or_that_they_have() -> None:
    acd = three_in_one_talk()
    acd.enqueue("c2", "card", 30, why=ASKED)
    assert refused(lambda: acd.seize("a", "c2", 31)) == "already_waiting"
    assert refused(lambda: acd.offer_direct("c2", "a", "card", 31, ASKED)) == "already_waiting"
    assert refused(lambda: acd.enqueue("c2", "card", 31, why=ASKED)) == "already_waiting"
    chatting = router([CARD], PEOPLE)
    chatting.enqueue("t1", "card", 0, channel="chat", why=ASKED)
    chatting.accept("t1", "a", 0)
    assert refused(lambda: chatting.seize("a", "t1", 1, channel="chat")) == "agent_not_available"
    assert refused(lambda: chatting.offer_direct("t1", "a", "card", 1, ASKED, channel="chat")) == "agent_not_available"


def test_room_is_kept_to_where_a_contact_is_given_to_a_named_agent() -> None:
    acd = router([CARD], PEOPLE)
    acd.seize("a", "t1", 0, channel="chat", weight=2)
    assert refused(lambda: acd.seize("a", "t2", 1, channel="chat", weight=2)) == "agent_not_available"
    assert refused(lambda: acd.offer_direct("t2", "a", "card", 1, ASKED, channel="chat", weight=2)) == (
        "agent_not_available"
    )
    acd.offer_direct("t3", "a", "card", 2, ASKED, channel="chat", weight=1)
    acd.accept("t3", "a", 2)
    assert acd.agent("a").talks == ("t1", "t3")
    assert refused(lambda: acd.offer_direct("t4", "a", "card", 3, ASKED, channel="chat")) == "agent_not_available"


def test_a_direct_offer_that_nobody_takes_leaves_nothing_behind() -> None:
    acd = router([CARD], PEOPLE)
    [changed, offered] = acd.offer_direct("c1", "b", "nowhere", 5, ASKED)
    assert (changed.contact, offered.at_ms, offered.expires_at_ms, offered.queue) == ("c1", 5, 20_005, "nowhere")  # type: ignore[union-attr]
    assert acd.agent("b").offer_expires_ms == 20_005
    acd.remove("c1", 10)
    assert acd.agent("b").state is AgentState.AVAILABLE
    assert acd.agent("b").offer_expires_ms is None
    assert acd.queue_of("c1") is None
    acd.check()


def test_a_talk_ends_once_and_its_wrap_up_once() -> None:
    acd = router([CARD], PEOPLE)
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    assert acd.end_wrap_up("a", "c1", 500) == [], "still in talk"
    with pytest.raises(Rejected, match="agent a does not wrap up c1"):
        acd.extend_wrap_up("a", "c1", 9_000)
    acd.release("a", "c1", 1_000)
    assert acd.release("a", "c1", 2_000, wrap_up=False) == []
    acd.extend_wrap_up("a", "c1", 60_000)
    acd.extend_wrap_up("a", "c1", 40_000)
    assert acd.agent("a").wrap_ups == {"c1": 60_000}
    assert acd.end_wrap_up("a", "c1", 3_000)[0] == WrapUpEnded("a", "c1")
    assert acd.end_wrap_up("a", "c1", 4_000) == []
    assert refused(lambda: acd.extend_wrap_up("a", "c1", 9_000)) == "not_in_wrap_up"


@pytest.mark.parametrize("served", [True, False])
def test_expected_waits_learn_from_talks_with_customers_alone(served: bool) -> None:
    """Three talks of a minute are enough to know what to expect; three tries to reach somebody are not."""
    acd = router([queue("card", wrap_up_ms=10_000)], [agent("a")])
    for number in range(4):
        now = number * 70_000
        acd.enqueue(f"c{number}", "card", now, why=ASKED)
        acd.accept(f"c{number}", "a", now)
        if number < 3:
            acd.release("a", f"c{number}", now + 60_000, served=served)
            acd.end_wrap_up("a", f"c{number}", now + 70_000)
    acd.enqueue("next", "card", 210_000, why=ASKED)
    assert acd.expected_wait_ms("next", 210_000) == (70_000 if served else None)
    again = Acd.load(json.loads(json.dumps(acd.dump())), {"card": queue("card", wrap_up_ms=10_000)}, {"a": agent("a")})
    assert again.expected_wait_ms("next", 210_000) == acd.expected_wait_ms("next", 210_000)


def test_who_has_a_contact_in_hand_is_written_in_one_order_whoever_took_it_first() -> None:
    """A restart reads hands by agent, not in the order of taking; what follows is written alike all the same."""
    line = queue("all", need("english"))
    acd = router([line], [agent("a", english=1), agent("b", english=1)])
    acd.seize("b", "c", 0, "all")
    acd.seize("a", "c", 0, "all")
    for name in ("a", "b"):
        acd.release(name, "c", 1_000)
    twin = Acd.load(acd.dump(), {"all": line}, {name: agent(name, english=1) for name in ("a", "b")})
    for either in (acd, twin):
        either.enqueue("c", "all", 2_000, why=ASKED)
    assert json.dumps(acd.dump()) == json.dumps(twin.dump())
