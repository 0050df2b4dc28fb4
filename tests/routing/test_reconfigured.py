"""A published configuration takes effect on those who wait and work, at once and with its reasons."""

from __future__ import annotations

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, QueueConfig, Relaxation
from callcenter.domain.contact import Why
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import Decision, Offered, OfferWithdrawn, Requeued, Unserved
from tests.routing.build import ASKED, agent, need, offers, queue, router

OWN = Why("asked_for_person", {"who": "own"})
CARD = queue("card", need("card"), wrap_up_ms=0)


def publish(acd: Acd, queues: list[QueueConfig], agents: list[AgentConfig], now_ms: int) -> list[Decision]:
    return acd.configure({q.id: q for q in queues}, {a.id: a for a in agents}, now_ms)


def test_a_new_step_counts_for_those_who_have_waited_as_long() -> None:
    acd = router([CARD], [agent("a")])
    acd.enqueue("old", "card", 0, why=ASKED)
    acd.enqueue("new", "card", 25_000, why=ASKED)
    eased = queue("card", need("card"), relaxations=(Relaxation(after_ms=20_000, drop=("card",)),))
    assert offers(publish(acd, [eased], [agent("a")], 30_000)) == [("old", "a")]
    assert acd.next_due_ms() == 45_000
    acd.check()


def test_new_priorities_put_the_line_in_order_and_leave_in_front_who_was_put_there() -> None:
    by_wait = queue("all", contact_policy="longest_wait")
    acd = router([by_wait], [])
    acd.enqueue("first", "all", 0, why=ASKED)
    acd.enqueue("urgent", "all", 10_000, priority=1, why=ASKED)
    acd.enqueue("again", "all", 20_000, front=True, why=ASKED)
    assert acd.waiting("all") == ["again", "first", "urgent"]
    publish(acd, [queue("all", contact_policy="priority", ageing_ms=30_000)], [], 30_000)
    assert [name for name in acd.waiting("all") if name != "again"] == ["urgent", "first"]
    publish(acd, [by_wait], [], 40_000)
    assert acd.waiting("all") == ["again", "first", "urgent"]


def test_more_room_is_used_at_once_and_less_room_from_then_on() -> None:
    def chats(room: int) -> AgentConfig:
        return AgentConfig(id="a", name="a", skills={"card": 1}, capacity={"voice": 0, "chat": room})

    acd = router([CARD], [chats(1)])
    for number in range(3):
        acd.enqueue(f"t{number}", "card", number, channel="chat", why=ASKED)
    acd.accept("t0", "a", 5)
    assert offers(publish(acd, [CARD], [chats(2)], 6)) == [("t1", "a")]
    acd.accept("t1", "a", 7)
    acd.remove("t2", 8)
    assert offers(publish(acd, [CARD], [chats(3)], 9)) == []
    acd.check()
    assert offers(acd.enqueue("t3", "card", 10, channel="chat", why=ASKED)) == [("t3", "a")]
    acd.refuse("t3", "a", 11, "declined")
    acd.remove("t3", 12)
    publish(acd, [CARD], [chats(2)], 13)
    acd.check()
    assert offers(acd.enqueue("t4", "card", 14, channel="chat", why=ASKED)) == []


def test_whom_a_queue_keeps_free_is_counted_anew() -> None:
    elder, plain = queue("elder", need("elder"), reserve=1), queue("plain")
    people = [agent("a", elder=1), agent("b", elder=1)]
    acd = router([elder, plain], people)
    publish(acd, [elder, plain], people, 1)
    assert offers(acd.enqueue("c1", "plain", 2, why=ASKED)) == [("c1", "a")]
    assert offers(acd.enqueue("c2", "plain", 3, why=ASKED)) == []
    acd.check()


@pytest.mark.parametrize("explain", [True, False])
def test_an_offer_made_by_publishing_has_its_reason(explain: bool) -> None:
    acd = router([CARD], [agent("a")], explain=explain)
    acd.enqueue("c1", "card", 0, why=OWN)
    (offer,) = (d for d in publish(acd, [CARD], [agent("a", card=1)], 1) if isinstance(d, Offered))
    assert offer.why == OWN if not explain else offer.why.code == "best_agent"


def test_who_can_no_longer_be_served_is_named_when_it_is_published() -> None:
    acd = router([CARD], [agent("a", card=1), agent("b", card=1)])
    for name in "ab":
        acd.offer_direct(f"talk_{name}", name, "card", 0, ASKED)
        acd.accept(f"talk_{name}", name, 0)
    acd.enqueue("c1", "card", 0, why=ASKED)
    unserved = [d for d in publish(acd, [CARD], [agent("a"), agent("b")], 1) if isinstance(d, Unserved)]
    assert [(d.contact, d.queue) for d in unserved] == [("c1", "card")]


def test_a_new_agent_is_signed_out_since_now() -> None:
    acd = router([CARD], [])
    publish(acd, [CARD], [agent("a", card=1)], 5_000)
    assert (acd.agent("a").state, acd.agent("a").since_ms) == (AgentState.LOGGED_OUT, 5_000)


def test_an_agent_who_is_put_back_before_the_talk_ended_stays() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    publish(acd, [CARD], [], 1)
    assert acd.agent("a").next_state is AgentState.LOGGED_OUT
    publish(acd, [CARD], [agent("a", card=1)], 2)
    acd.release("a", "c1", 3)
    assert acd.agent("a").state is AgentState.AVAILABLE
    acd.sign_out("a", 4)
    assert acd.agent("a").state is AgentState.LOGGED_OUT, "still known"


def test_an_offer_to_a_removed_agent_is_taken_back_and_says_why() -> None:
    acd = router([CARD], [agent("a", card=1), agent("b", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    out = publish(acd, [CARD], [agent("b", card=1)], 1)
    whys = [d.why for d in out if isinstance(d, OfferWithdrawn | Requeued)]
    assert [why and why.code for why in whys] == ["agent_removed", "agent_removed"]
    assert offers(out) == [("c1", "b")]


def test_a_sign_out_during_a_talk_replaces_the_wish_for_a_break() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    acd.request_state("a", AgentState.ON_BREAK, "lunch", 1)
    acd.sign_out("a", 2)
    assert (acd.agent("a").next_state, acd.agent("a").next_reason) == (AgentState.LOGGED_OUT, "")


def test_those_of_one_moment_keep_their_order_when_somebody_has_more_room() -> None:
    def chats(room: int) -> AgentConfig:
        return AgentConfig(id="a", name="a", capacity={"voice": 0, "chat": room})

    both = [CARD, queue("all")]
    acd = router(both, [chats(1)])
    acd.enqueue("first", "card", 0, why=ASKED)
    acd.enqueue("t1", "all", 0, channel="chat", why=ASKED)
    acd.accept("t1", "a", 0)
    publish(acd, both, [chats(2)], 0)
    acd.enqueue("second", "card", 0, why=ASKED)
    assert acd.waiting("card") == ["first", "second"]


def test_in_front_of_nobody_is_a_place_like_any_other() -> None:
    acd = router([CARD], [])
    acd.enqueue("c1", "card", 5, front=True, why=ASKED)
    assert (acd.waiting("card"), acd.position("c1")) == (["c1"], 1)
