"""Agents come, ask for states, and go: what each request does, and what it leaves as it was."""

from __future__ import annotations

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Rejected
from callcenter.routing.decisions import AgentChanged, OfferWithdrawn, Requeued, Unserved
from tests.routing.build import ASKED, agent, need, offers, queue, router

CARD = queue("card", need("card"))
A = agent("a", card=1)
AVAILABLE, ON_BREAK, LOGGED_OUT = AgentState.AVAILABLE, AgentState.ON_BREAK, AgentState.LOGGED_OUT


def test_a_shift_begins_with_a_break_and_a_second_sign_in_changes_nothing() -> None:
    acd = router([CARD], [A], ready=False)
    assert acd.sign_in("a", 5_000) == [AgentChanged("a", ON_BREAK, "signed_in")]
    assert acd.agent("a").since_ms == 5_000
    assert acd.sign_in("a", 6_000) == []
    assert acd.queue_stats("card").agents_signed_in == 1
    assert acd.sign_out("a", 7_000) == [AgentChanged("a", LOGGED_OUT, "")]
    assert acd.sign_out("a", 8_000) == []
    assert acd.queue_stats("card").agents_signed_in == 0


def test_asking_for_the_state_one_is_in_changes_nothing() -> None:
    acd = router([CARD], [A])
    assert acd.request_state("a", AVAILABLE, "", 1_000) == []
    assert acd.request_state("a", ON_BREAK, "lunch", 2_000) == [AgentChanged("a", ON_BREAK, "lunch")]
    assert acd.request_state("a", ON_BREAK, "lunch", 3_000) == []
    assert acd.agent("a").since_ms == 2_000
    assert acd.request_state("a", ON_BREAK, "training", 4_000) == [AgentChanged("a", ON_BREAK, "training")]
    assert acd.request_state("a", AVAILABLE, "ignored", 5_000) == [AgentChanged("a", AVAILABLE, "")]


def test_a_wish_during_work_can_be_changed_and_the_last_one_counts() -> None:
    acd = router([CARD], [A])
    acd.enqueue("c1", "card", 0, why=ASKED)
    assert acd.request_state("a", ON_BREAK, "lunch", 1) == []
    assert (acd.agent("a").next_state, acd.agent("a").next_reason) == (ON_BREAK, "lunch")
    acd.accept("c1", "a", 2)
    acd.request_state("a", ON_BREAK, "training", 3)
    assert acd.agent("a").next_reason == "training"
    acd.request_state("a", AVAILABLE, "lunch", 4)
    assert (acd.agent("a").next_state, acd.agent("a").next_reason) == (AVAILABLE, "")
    assert acd.release("a", "c1", 5, wrap_up=False) == [AgentChanged("a", AVAILABLE, "")]
    assert acd.agent("a").next_state is None


def test_signing_in_again_during_the_last_talk_takes_the_sign_out_back() -> None:
    acd = router([CARD], [A])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    acd.sign_out("a", 1)
    assert acd.agent("a").next_state is LOGGED_OUT
    assert acd.sign_in("a", 2) == []
    assert acd.agent("a").next_state is None
    assert acd.release("a", "c1", 3, wrap_up=False) == [AgentChanged("a", AVAILABLE, "")]


def test_a_removed_agent_cannot_take_the_sign_out_back() -> None:
    acd = router([CARD], [A])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    acd.configure({"card": CARD}, {}, 1)
    acd.sign_in("a", 2)
    acd.request_state("a", AVAILABLE, "", 3)
    assert acd.agent("a").next_state is LOGGED_OUT
    assert acd.release("a", "c1", 4, wrap_up=False) == [AgentChanged("a", LOGGED_OUT, "")]


def test_a_removed_agent_who_comes_back_stays() -> None:
    acd = router([CARD], [A])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    acd.configure({"card": CARD}, {}, 1)
    acd.configure({"card": CARD}, {"a": A}, 2)
    assert acd.agent("a").next_state is None
    assert acd.release("a", "c1", 3, wrap_up=False) == [AgentChanged("a", AVAILABLE, "")]


def test_who_signs_out_during_an_offer_gives_it_back_to_its_place() -> None:
    acd = router([CARD], [A])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.enqueue("c2", "card", 1, why=ASKED)
    out = acd.sign_out("a", 2)
    assert [type(one) for one in out[:1]] == [OfferWithdrawn]
    assert out[0].outcome == "withdrawn"  # type: ignore[union-attr]
    assert out[0].why.code == "agent_signed_out"  # type: ignore[union-attr]
    [requeued] = [one for one in out if isinstance(one, Requeued)]
    assert requeued.why.code == "agent_signed_out"
    assert (requeued.contact, requeued.queue, requeued.position) == ("c1", "card", 1)
    assert acd.waiting("card") == ["c1", "c2"]


def test_a_new_shift_begins_without_work_behind_it() -> None:
    """By least occupied: whoever signed in anew has worked nothing, however long yesterday was."""
    acd = router([queue("card", agent_policy="least_occupied", wrap_up_ms=0)], [agent("a"), agent("b")])
    for number, (name, length_ms) in enumerate((("a", 60_000), ("b", 10_000))):
        acd.enqueue(f"c{number}", "card", number * 100_000, why=ASKED)
        acd.accept(f"c{number}", name, number * 100_000)
        acd.release(name, f"c{number}", number * 100_000 + length_ms)
    acd.sign_out("a", 200_000)
    acd.sign_in("a", 210_000)
    acd.request_state("a", AVAILABLE, "", 220_000)
    assert offers(acd.enqueue("next", "card", 230_000, why=ASKED)) == [("next", "a")]


@pytest.mark.parametrize("outcome", ["declined", "missed", "unreachable", "withdrawn"])
@pytest.mark.parametrize("reason", ["", "in_a_meeting"])
def test_why_an_offer_came_to_nothing_is_said_with_the_agent_and_their_reason(outcome: str, reason: str) -> None:
    acd = router([CARD], [A])
    acd.enqueue("c1", "card", 0, why=ASKED)
    out = acd.refuse("c1", "a", 1_000, outcome, reason)
    assert isinstance(out[0], OfferWithdrawn)
    assert out[0].outcome == outcome
    assert out[0].why is not None
    assert out[0].why.code == f"offer_{outcome}"
    assert out[0].why.detail == ({"agent": "a", "reason": reason} if reason else {"agent": "a"})
    [requeued] = [one for one in out if isinstance(one, Requeued)]
    assert requeued.why == out[0].why


def test_a_refusal_of_somebody_who_was_not_asked_does_nothing() -> None:
    acd = router([CARD], [A, agent("b", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    for number in (2, 3):
        acd.enqueue(f"c{number}", "card", number, why=ASKED)
    assert acd.refuse("c1", "b", 5, "declined") == []
    assert acd.refuse("c3", "a", 5, "declined") == []
    assert acd.refuse("unknown", "a", 5, "declined") == []
    for contact, name in (("c1", "b"), ("c3", "a"), ("unknown", "a")):
        with pytest.raises(Rejected) as refused:
            acd.accept(contact, name, 6)
        assert refused.value.code == "offer_gone"
    assert acd.accept("c1", "a", 7) == [AgentChanged("a", AgentState.BUSY, "", "c1")]


def test_who_is_excluded_is_written_in_one_order() -> None:
    acd = router([queue("card")], [agent("a")])
    acd.sign_in("a", 0)
    acd.enqueue("c1", "card", 1, excluded=frozenset({"c", "a", "b"}), why=ASKED)
    [unserved] = [one for one in acd.sign_out("a", 2) if isinstance(one, Unserved)]
    assert unserved.asked.excluded == ("a", "b", "c")
