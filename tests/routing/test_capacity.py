"""Voice and chat in one router: capacity by channel, what pauses what, weights, wrap-up beside other work."""

from __future__ import annotations

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, ChannelConfig
from callcenter.domain.errors import Rejected
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import AgentChanged, WrapUpEnded, WrapUpStarted
from tests.routing.build import ASKED, agent, need, offers, queue, router

CARD = queue("card", need("card"))


def chats(acd: Acd, *contacts: str, now: int = 0) -> list[tuple[str, str]]:
    """Let chats come and be taken; returns who got which."""
    taken = []
    for contact in contacts:
        for offered, name in offers(acd.enqueue(contact, "card", now, channel="chat", why=ASKED)):
            acd.accept(offered, name, now)
            taken.append((offered, name))
    return taken


def test_an_agent_takes_three_chats_and_the_fourth_waits() -> None:
    acd = router([CARD], [agent("a", card=1)])
    assert chats(acd, "t1", "t2", "t3", "t4") == [("t1", "a"), ("t2", "a"), ("t3", "a")]
    assert acd.agent("a").talks == ("t1", "t2", "t3")
    assert acd.explain_waiting("t4", 1).code == "all_busy"
    assert acd.explain_waiting("t4", 1).detail["ruled_out"] == {"in_chats": 1}
    assert offers(acd.release("a", "t2", 5, wrap_up=False)) == [("t4", "a")]


def test_chats_go_to_whoever_has_fewest() -> None:
    acd = router([CARD], [agent("a", card=1), agent("b", card=1)])
    assert chats(acd, "t1", "t2", "t3", "t4") == [("t1", "a"), ("t2", "b"), ("t3", "a"), ("t4", "b")]


def test_a_call_pauses_new_chats_and_chats_pause_no_call() -> None:
    acd = router([CARD], [agent("a", card=1)])
    chats(acd, "t1")
    assert offers(acd.enqueue("c1", "card", 1, why=ASKED)) == [("c1", "a")]
    acd.accept("c1", "a", 2)
    assert acd.agent("a").talks == ("c1", "t1")
    assert offers(acd.enqueue("t2", "card", 3, channel="chat", why=ASKED)) == []
    acd.release("a", "c1", 10)
    assert acd.position("t2") == 1, "the call's wrap-up is still a call"
    assert offers(acd.end_wrap_up("a", "c1", 20)) == [("t2", "a")]


def test_the_other_way_round_when_configured() -> None:
    acd = router([CARD], [agent("a", card=1)])
    rules = {"voice": ChannelConfig("voice", 1), "chat": ChannelConfig("chat", 2, ("voice",))}
    acd.configure({"card": CARD}, {"a": agent("a", card=1)}, 0, rules)
    chats(acd, "t1")
    assert offers(acd.enqueue("c1", "card", 1, why=ASKED)) == []
    assert offers(acd.release("a", "t1", 2, wrap_up=False)) == [("c1", "a")]


def test_a_weight_takes_as_much_room_and_own_capacity_counts() -> None:
    acd = router([CARD], [AgentConfig(id="a", name="a", skills={"card": 1}, capacity={"chat": 4})])
    heavy = acd.enqueue("vip", "card", 0, channel="chat", weight=3, why=ASKED)
    assert offers(heavy) == [("vip", "a")]
    acd.accept("vip", "a", 0)
    assert offers(acd.enqueue("vip2", "card", 1, channel="chat", weight=2, why=ASKED)) == []
    assert chats(acd, "t1", now=2) == [("t1", "a")], "a lighter one behind it fits: the heavy one waits for room"
    acd.check()


def test_without_capacity_nobody_could_ever_serve() -> None:
    acd = router([CARD], [AgentConfig(id="a", name="a", skills={"card": 1}, capacity={"chat": 0})])
    acd.enqueue("t1", "card", 0, channel="chat", why=ASKED)
    assert acd.explain_waiting("t1", 1).code == "nobody_signed_in"


def test_a_missed_offer_beside_chats_is_a_break_afterwards() -> None:
    acd = router([CARD], [agent("a", card=1)])
    chats(acd, "t1")
    acd.enqueue("c1", "card", 1, why=ASKED)
    assert AgentChanged("a", AgentState.BUSY, "") in acd.refuse("c1", "a", 20, "missed")
    assert acd.agent("a").next_state is AgentState.ON_BREAK
    assert offers(acd.enqueue("t2", "card", 21, channel="chat", why=ASKED)) == []
    assert acd.release("a", "t1", 30, wrap_up=False)[-1] == AgentChanged("a", AgentState.ON_BREAK, "missed_offer")


def test_a_wish_for_a_break_stops_new_chats_and_can_be_taken_back() -> None:
    acd = router([CARD], [agent("a", card=1)])
    chats(acd, "t1")
    acd.request_state("a", AgentState.ON_BREAK, "lunch", 1)
    assert offers(acd.enqueue("t2", "card", 2, channel="chat", why=ASKED)) == []
    assert offers(acd.request_state("a", AgentState.AVAILABLE, "", 3)) == [("t2", "a")]


def test_wrap_ups_run_side_by_side_and_each_to_its_own_end() -> None:
    acd = router([CARD], [agent("a", card=1)])
    chats(acd, "t1", "t2")
    assert acd.release("a", "t1", 0) == [WrapUpStarted("a", "t1", 30_000)]
    assert acd.agent("a").state is AgentState.BUSY
    out = acd.release("a", "t2", 10_000)
    assert out[:2] == [AgentChanged("a", AgentState.WRAP_UP, "", "t2"), WrapUpStarted("a", "t2", 40_000)]
    assert acd.end_wrap_up("a", "t1", 30_000) == [WrapUpEnded("a", "t1")]
    assert acd.agent("a").state is AgentState.WRAP_UP
    ended = [WrapUpEnded("a", "t2"), AgentChanged("a", AgentState.AVAILABLE, "")]
    assert acd.end_wrap_up("a", "t2", 40_000) == ended


def test_whoever_still_wraps_a_chat_up_is_not_offered_it_again() -> None:
    acd = router([CARD], [agent("a", card=1)])
    chats(acd, "t1")
    acd.release("a", "t1", 0)
    assert offers(acd.enqueue("t1", "card", 1, channel="chat", why=ASKED)) == []
    assert acd.explain_waiting("t1", 2).detail["said_no"] == ["a"]
    assert offers(acd.end_wrap_up("a", "t1", 30_000)) == [("t1", "a")]


def test_signing_out_with_chats_in_hand_withdraws_the_offer_and_finishes_the_rest() -> None:
    acd = router([CARD], [agent("a", card=1)])
    chats(acd, "t1")
    acd.enqueue("c1", "card", 1, why=ASKED)
    acd.sign_out("a", 2)
    assert acd.agent("a").talks == ("t1",)
    assert acd.position("c1") == 1
    with pytest.raises(Rejected, match="a is busy"):
        acd.seize("a", "c9", 3)
    assert acd.release("a", "t1", 5, wrap_up=False)[-2] == AgentChanged("a", AgentState.LOGGED_OUT, "")


def test_lines_of_a_queue_are_counted_by_channel() -> None:
    acd = router([CARD], [])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.enqueue("t1", "card", 1, channel="chat", why=ASKED)
    assert (acd.position("c1"), acd.position("t1")) == (1, 1)
    assert acd.queue_stats("card").waiting == 2


def test_a_reserve_for_calls_is_not_touched_by_a_chat_that_leaves_room_for_one() -> None:
    kept = queue("elder", need("card"), reserve=1)
    acd = router([CARD, kept], [agent("a", card=1)])
    assert offers(acd.enqueue("c1", "card", 0, why=ASKED)) == []
    assert offers(acd.enqueue("t1", "card", 1, channel="chat", why=ASKED)) == [("t1", "a")]


def test_a_removed_agent_in_talk_takes_the_new_channels_as_after_a_restart() -> None:
    queues, agents = {"all": queue("all")}, {"a": agent("a"), "b": agent("b")}
    no_chat = {"voice": ChannelConfig("voice", 1, ()), "chat": ChannelConfig("chat", 0, ())}
    with_chat = no_chat | {"chat": ChannelConfig("chat", 1, ())}
    acd = Acd()
    acd.configure(queues, agents, 0, no_chat)
    acd.sign_in("b", 0)
    acd.request_state("b", AgentState.AVAILABLE, "", 0)
    acd.offer_direct("c1", "b", "all", 0, ASKED)
    acd.accept("c1", "b", 0)
    acd.configure(queues, {"a": agents["a"]}, 1, with_chat)
    twin = Acd.load(acd.dump(), queues, {"a": agents["a"]}, with_chat)
    assert acd.enqueue("t1", "all", 2, channel="chat", why=ASKED) == twin.enqueue(
        "t1", "all", 2, channel="chat", why=ASKED
    )
