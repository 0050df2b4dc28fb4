"""What an offer says and how long it stands; who is passed over, and who is found behind them."""

from __future__ import annotations

from itertools import permutations

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, Relaxation
from callcenter.domain.contact import Why
from callcenter.domain.errors import Rejected
from callcenter.routing.decisions import Asked, Decision, Offered
from callcenter.routing.pool import DEFAULT_OFFER_TIMEOUT_MS
from tests.routing.build import ASKED, agent, need, offers, queue, router

OWN = Why("asked_for_person", {"who": "own"})


def offered(decisions: list[Decision]) -> Offered:
    (found,) = (decision for decision in decisions if isinstance(decision, Offered))
    return found


def test_an_offer_stands_as_long_as_its_queue_says() -> None:
    acd = router([queue("card", offer_timeout_ms=12_345)], [agent("a"), agent("b"), agent("c")])
    assert offered(acd.enqueue("c1", "card", 1_000, why=ASKED)).expires_at_ms == 13_345
    assert offered(acd.offer_direct("c2", "b", "card", 2_000, ASKED)).expires_at_ms == 14_345
    assert acd.agent("b").offer_expires_ms == 14_345
    assert offered(acd.offer_direct("c3", "c", "", 3_000, ASKED)).expires_at_ms == 3_000 + DEFAULT_OFFER_TIMEOUT_MS


def test_a_direct_offer_repeats_its_reason_and_takes_its_weight() -> None:
    acd = router([queue("card")], [AgentConfig(id="a", name="a", capacity={"chat": 3})])
    assert offered(acd.offer_direct("t1", "a", "card", 0, OWN, channel="chat", weight=2)).why == OWN
    acd.accept("t1", "a", 0)
    with pytest.raises(Rejected):
        acd.offer_direct("t2", "a", "card", 1, OWN, channel="chat", weight=2)
    acd.offer_direct("t3", "a", "card", 1, OWN, channel="chat")


def test_a_direct_offer_leaves_the_order_of_those_who_came_in_one_moment() -> None:
    acd = router([queue("card", need("card"))], [agent("a"), agent("b")])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.offer_direct("d", "a", "card", 0, ASKED)
    acd.enqueue("c2", "card", 0, why=ASKED)
    assert acd.waiting("card") == ["c1", "c2"]
    acd.check()


def test_without_reasons_an_offer_repeats_the_one_given_at_enqueue() -> None:
    acd = router([queue("card", wrap_up_ms=0)], [agent("a")], explain=False)
    assert offered(acd.enqueue("c1", "card", 0, why=OWN)).why == OWN
    acd.enqueue("c2", "card", 1, why=OWN)
    acd.accept("c1", "a", 2)
    assert offered(acd.release("a", "c1", 3)).why == OWN


def test_a_call_that_takes_two_places_needs_two() -> None:
    """Weight counts for calls too, in queues without steps or preferred agents."""
    double = AgentConfig(id="a", name="a", capacity={"voice": 2})
    acd = router([queue("card", wrap_up_ms=0)], [double, agent("b")])
    assert offers(acd.enqueue("plain", "card", 0, why=ASKED)) == [("plain", "a")]
    acd.accept("plain", "a", 0)
    assert offers(acd.enqueue("heavy", "card", 1, weight=2, why=ASKED)) == []
    assert offers(acd.release("a", "plain", 2)) == [("heavy", "a")]


@pytest.mark.parametrize("allowed", ["one", "two", "three"])
def test_a_freed_agent_who_is_kept_from_the_first_of_some_queues_gets_whom_they_may_have(allowed: str) -> None:
    for order in permutations(("one", "two", "three")):
        acd = router([queue(name, wrap_up_ms=0) for name in order], [agent("a")])
        acd.offer_direct("talk", "a", "one", 0, ASKED)
        acd.accept("talk", "a", 0)
        for number, name in enumerate(order):
            kept = frozenset() if name == allowed else frozenset({"a"})
            acd.enqueue(f"of_{name}", name, number, excluded=kept, why=ASKED)
        assert offers(acd.release("a", "talk", 9)) == [(f"of_{allowed}", "a")]


def test_the_agent_a_contact_may_have_is_found_behind_those_who_are_kept_free_or_kept_from_it() -> None:
    """``a`` is kept free for the elder line, ``b`` is not to have this contact: ``c`` gets it."""
    elder, plain = queue("elder", need("elder"), reserve=1), queue("plain")
    acd = router([elder, plain], [agent("a", elder=1), agent("b"), agent("c")])
    assert offers(acd.enqueue("c1", "plain", 1, excluded=frozenset({"b"}), why=ASKED)) == [("c1", "c")]


def test_nobody_gets_a_contact_by_a_channel_they_do_not_have() -> None:
    acd = router([queue("card")], [agent("a")])
    assert offers(acd.enqueue("v1", "card", 0, channel="video", why=ASKED)) == []
    with pytest.raises(Rejected) as refused:
        acd.offer_direct("v2", "a", "card", 1, ASKED, channel="video")
    assert refused.value.code == "agent_not_available"
    assert not acd.has_room("a", "video")


def test_who_could_be_served_in_the_end_is_asked_with_channel_weight_skills_and_all_steps() -> None:
    card = queue("card", need("card", 5), relaxations=(Relaxation(after_ms=10_000, drop=("card",)),))
    acd = router([card], [AgentConfig(id="a", name="a", skills={"loan": 3}, capacity={"voice": 1, "chat": 2})])
    assert acd.could_serve("card", Asked((), "voice", 1, ()))
    assert acd.could_serve("card", Asked((need("loan", 3),), "chat", 2, ()))
    assert not acd.could_serve("card", Asked((need("loan", 4),), "chat", 2, ()))
    assert not acd.could_serve("card", Asked((), "voice", 2, ())), "one call at a time"
    assert not acd.could_serve("card", Asked((), "chat", 3, ()))
    assert not acd.could_serve("card", Asked((), "video", 1, ()))
    assert not acd.could_serve("card", Asked((), "voice", 1, ("a",)))
    acd.sign_out("a", 1)
    assert not acd.could_serve("card", Asked((), "voice", 1, ()))


def test_an_agent_with_chats_in_hand_counts_as_kept_free_while_they_have_room() -> None:
    """The chat line keeps one agent free: one with a chat and room for another will do, one who is full will not."""
    elder = queue("elder", need("elder"), reserve=1, channel="chat")
    agents = [AgentConfig(id=name, name=name, skills={"elder": 1}, capacity={"voice": 0, "chat": 2}) for name in "ab"]
    acd = router([elder, queue("plain")], agents)
    for number, expected in enumerate(("a", "b", "a")):
        contact = f"t{number}"
        assert offers(acd.enqueue(contact, "plain", number, channel="chat", why=ASKED)) == [(contact, expected)]
        acd.accept(contact, expected, number)
    assert offers(acd.enqueue("t3", "plain", 3, channel="chat", why=ASKED)) == []
    assert acd.explain_waiting("t3", 4).code == "agents_reserved"
    assert offers(acd.enqueue("e1", "elder", 5, channel="chat", why=ASKED)) == [("e1", "b")]
    acd.check()


def test_an_agent_who_asks_for_a_break_beside_a_chat_is_kept_free_for_nobody_any_more() -> None:
    elder = queue("elder", need("elder"), reserve=1, channel="chat")
    agents = [AgentConfig(id=name, name=name, skills={"elder": 1}, capacity={"voice": 0, "chat": 2}) for name in "ab"]
    acd = router([elder, queue("plain")], agents)
    acd.enqueue("t0", "plain", 0, channel="chat", why=ASKED)
    acd.accept("t0", "a", 0)
    acd.request_state("a", AgentState.ON_BREAK, "lunch", 1)
    acd.check()
    assert offers(acd.enqueue("t1", "plain", 2, channel="chat", why=ASKED)) == [("t1", "b")], "room is left beside it"
    acd.accept("t1", "b", 2)
    assert offers(acd.enqueue("t2", "plain", 3, channel="chat", why=ASKED)) == [], "it would be the last"
    assert acd.explain_waiting("t2", 4).detail["reserved_for"] == ["elder"]


def test_whoever_has_room_again_gets_the_next_in_the_same_step() -> None:
    """When an offer is taken or ends, and when a sign-out is taken back: chats that came meanwhile wait no longer."""
    acd = router([queue("card")], [agent("a")])
    for number in range(3):
        acd.enqueue(f"t{number}", "card", number, channel="chat", why=ASKED)
    assert offers(acd.accept("t0", "a", 5)) == [("t1", "a")]
    assert offers(acd.remove("t1", 6)) == [("t2", "a")]
    acd.accept("t2", "a", 7)
    acd.sign_out("a", 8)
    assert offers(acd.enqueue("t3", "card", 9, channel="chat", why=ASKED)) == []
    assert offers(acd.sign_in("a", 10)) == [("t3", "a")]
    acd.check()
