"""What an agent goes back to when an offer beside other work, or under a wish, comes to nothing."""

from __future__ import annotations

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.config import ChannelConfig
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import AgentChanged, WrapUpEnded
from tests.routing.build import ASKED, agent, offers, queue, router

ALL = queue("all")
ON_BREAK, BUSY, WRAP_UP = AgentState.ON_BREAK, AgentState.BUSY, AgentState.WRAP_UP


def chatting(*, wrapping_up: bool = False) -> Acd:
    """One agent with a chat in hand, or in its wrap-up, who is being asked to take a call."""
    acd = router([ALL], [agent("a")])
    acd.enqueue("t1", "all", 0, channel="chat", why=ASKED)
    acd.accept("t1", "a", 0)
    if wrapping_up:
        acd.release("a", "t1", 10)
    acd.enqueue("c1", "all", 20, why=ASKED)
    assert acd.agent("a").offered == "c1"
    return acd


@pytest.mark.parametrize(("wrapping_up", "state"), [(False, BUSY), (True, WRAP_UP)])
@pytest.mark.parametrize("outcome", ["declined", "missed"])
def test_beside_a_chat_the_agent_goes_back_to_it(wrapping_up: bool, state: AgentState, outcome: str) -> None:
    acd = chatting(wrapping_up=wrapping_up)
    assert AgentChanged("a", state, "") in acd.refuse("c1", "a", 1_000, outcome)
    assert acd.agent("a").state is state


def test_only_a_missed_offer_is_a_break_afterwards() -> None:
    acd = chatting()
    acd.refuse("c1", "a", 1_000, "declined")
    assert acd.agent("a").next_state is None
    acd = chatting()
    acd.refuse("c1", "a", 1_000, "missed")
    assert (acd.agent("a").next_state, acd.agent("a").next_reason) == (ON_BREAK, "missed_offer")


def test_a_wish_for_a_break_keeps_its_reason_when_the_offer_beside_a_chat_is_missed() -> None:
    acd = chatting()
    acd.request_state("a", ON_BREAK, "lunch", 500)
    acd.refuse("c1", "a", 1_000, "missed")
    assert acd.agent("a").next_reason == "lunch"
    assert acd.release("a", "t1", 2_000, wrap_up=False)[-1] == AgentChanged("a", ON_BREAK, "lunch")
    assert (acd.agent("a").next_state, acd.agent("a").next_reason) == (None, "")


@pytest.mark.parametrize("outcome", ["missed", "unreachable", "declined", "withdrawn"])
def test_a_wish_for_a_break_during_an_offer_is_met_however_the_offer_ends(outcome: str) -> None:
    acd = router([ALL], [agent("a")])
    acd.enqueue("c1", "all", 0, why=ASKED)
    acd.request_state("a", ON_BREAK, "lunch", 500)
    out = acd.refuse("c1", "a", 1_000, outcome)
    assert out[1] == AgentChanged("a", ON_BREAK, "lunch")
    assert (acd.agent("a").next_state, acd.agent("a").next_reason) == (None, "")
    assert acd.waiting("all") == ["c1"]


def test_a_wish_to_be_available_does_not_undo_a_missed_offer() -> None:
    acd = router([ALL], [agent("a")])
    acd.enqueue("c1", "all", 0, why=ASKED)
    acd.request_state("a", AgentState.AVAILABLE, "", 500)
    assert acd.refuse("c1", "a", 1_000, "missed")[1] == AgentChanged("a", ON_BREAK, "missed_offer")


def test_a_heavy_call_waits_for_as_much_room_as_it_takes() -> None:
    """Also after it was offered and went back to its place."""
    acd = router([ALL], [agent("a"), agent("b")])
    two = {"voice": ChannelConfig("voice", 2), "chat": ChannelConfig("chat", 0)}
    acd.configure({"all": ALL}, {name: agent(name) for name in "ab"}, 0, two)
    acd.enqueue("light", "all", 0, why=ASKED)
    acd.accept("light", "a", 0)
    assert offers(acd.enqueue("heavy", "all", 1_000, weight=2, why=ASKED)) == [("heavy", "b")]
    assert offers(acd.refuse("heavy", "b", 2_000, "missed")) == []
    assert offers(acd.enqueue("light2", "all", 3_000, why=ASKED)) == [("light2", "a")]
    acd.remove("light2", 4_000)
    assert offers(acd.release("a", "light", 5_000, wrap_up=False)) == [("heavy", "a")]
    acd.check()


def test_a_wrap_up_that_ends_during_an_offer_leaves_the_offer_standing() -> None:
    acd = chatting(wrapping_up=True)
    assert acd.end_wrap_up("a", "t1", 30) == [WrapUpEnded("a", "t1")]
    assert (acd.agent("a").state, acd.agent("a").offered) == (AgentState.OFFERED, "c1")
    assert acd.accept("c1", "a", 40) == [AgentChanged("a", BUSY, "", "c1")]
    acd.check()


def test_of_two_chats_the_first_one_gone_changes_no_state() -> None:
    acd = router([ALL], [agent("a")])
    for contact in ("t1", "t2"):
        acd.enqueue(contact, "all", 0, channel="chat", why=ASKED)
        acd.accept(contact, "a", 0)
    assert acd.release("a", "t1", 10, wrap_up=False) == []
    assert acd.agent("a").state is BUSY
    acd.check()


def test_the_last_talk_gone_without_a_wrap_up_leaves_the_wrap_ups_that_are_still_running() -> None:
    acd = router([ALL], [agent("a")])
    for contact in ("t1", "t2"):
        acd.enqueue(contact, "all", 0, channel="chat", why=ASKED)
        acd.accept(contact, "a", 0)
    acd.release("a", "t1", 10)
    assert acd.release("a", "t2", 20, wrap_up=False) == [AgentChanged("a", WRAP_UP, "", "t2")]
    assert acd.end_wrap_up("a", "t1", 30) == [WrapUpEnded("a", "t1"), AgentChanged("a", AgentState.AVAILABLE, "")]


def test_work_given_to_a_named_agent_teaches_the_line_of_its_channel() -> None:
    acd = router([ALL], [agent("a")])
    acd.seize("a", "t1", 0, "all", channel="chat")
    acd.release("a", "t1", 60_000, wrap_up=False)
    assert (acd.estimate("all", "chat").handled, acd.estimate("all", "chat").handling_ms) == (1, 60_000)
    assert acd.estimate("all", "voice").handled == 0
