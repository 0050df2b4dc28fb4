"""Who declined is not asked again for 30 s: what happens when these are over, and what has changed meanwhile."""

from __future__ import annotations

from callcenter.domain.agent import AgentState
from callcenter.routing.acd import Acd
from tests.routing.build import ASKED, agent, need, offers, queue, router

CARD = queue("card", need("card"), wrap_up_ms=0)


def declined(*people: str) -> Acd:
    """``a`` has declined ``c1`` at second 1 and may be asked again at second 31."""
    acd = router([CARD], [agent(name, card=1) for name in people])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.refuse("c1", "a", 1_000, "declined")
    return acd


def test_whoever_is_busy_by_then_is_left_alone_and_asked_when_free() -> None:
    acd = declined("a")
    acd.enqueue("c2", "card", 2_000, why=ASKED)
    acd.accept("c2", "a", 3_000)
    assert acd.tick(31_000) == []
    assert offers(acd.release("a", "c2", 40_000)) == [("c1", "a")]


def test_whoever_is_busy_until_before_that_is_not_asked_on_getting_free() -> None:
    acd = declined("a")
    acd.enqueue("c2", "card", 2_000, why=ASKED)
    acd.accept("c2", "a", 3_000)
    assert offers(acd.release("a", "c2", 30_999)) == []
    assert offers(acd.tick(31_000)) == [("c1", "a")]


def test_a_contact_offered_to_another_by_then_stays_with_them() -> None:
    acd = declined("a", "b")
    assert acd.agent("b").offered == "c1"
    assert acd.tick(31_000) == []
    assert acd.explain_idle("a").code == "nobody_waits"
    assert offers(acd.refuse("c1", "b", 32_000, "declined")) == [("c1", "a")]


def test_an_agent_who_was_removed_by_then_is_not_asked() -> None:
    acd = declined("a")
    acd.configure({"card": CARD}, {}, 2_000)
    assert acd.tick(31_000) == []
    acd.check()


def test_a_contact_that_left_and_came_back_may_be_offered_at_once_and_its_old_hold_off_is_over() -> None:
    acd = declined("a")
    acd.remove("c1", 2_000)
    assert offers(acd.enqueue("c1", "card", 3_000, why=ASKED)) == [("c1", "a")]
    assert acd.tick(31_000) == []
    acd.refuse("c1", "a", 32_000, "declined")
    assert offers(acd.tick(61_999)) == []
    assert offers(acd.tick(62_000)) == [("c1", "a")]


def test_a_second_no_counts_from_its_own_moment() -> None:
    """``a`` and ``b`` say no in turn; the end of an older hold-off ends no newer one."""
    acd = declined("a", "b")
    acd.refuse("c1", "b", 10_000, "declined")
    assert offers(acd.tick(31_000)) == [("c1", "a")]
    assert offers(acd.refuse("c1", "a", 32_000, "declined")) == []
    assert acd.next_due_ms() == 40_000
    assert offers(acd.tick(40_000)) == [("c1", "b")]
    assert offers(acd.refuse("c1", "b", 41_000, "declined")) == []
    assert offers(acd.tick(61_999)) == []
    assert offers(acd.tick(62_000)) == [("c1", "a")]


def test_one_that_is_out_of_date_does_not_hold_up_the_others() -> None:
    acd = router([CARD], [agent("a", card=1), agent("b", card=1)])
    for number in (1, 2):
        acd.enqueue(f"c{number}", "card", 0, why=ASKED)
    acd.refuse("c1", "a", 1_000, "declined")
    acd.refuse("c2", "b", 1_000, "declined")
    assert (acd.agent("a").offered, acd.agent("b").offered) == ("c2", "c1")
    acd.refuse("c2", "a", 1_000, "declined")
    acd.refuse("c1", "b", 1_000, "declined")
    acd.remove("c1", 2_000)
    assert sorted(name for _, name in offers(acd.tick(31_000))) == ["a"]
    assert acd.next_due_ms() is None


def test_a_contact_that_leaves_in_the_moment_its_hold_off_ends_is_not_offered_again() -> None:
    acd = declined("a")
    due = acd.next_due_ms()
    assert due is not None
    assert acd.remove("c1", due) == []
    assert acd.agent("a").state is AgentState.AVAILABLE
    acd.check()
