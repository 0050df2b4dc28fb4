"""Places in the line: who comes in front, who has gone, and what an agent keeps free or leaves unserved."""

from __future__ import annotations

from callcenter.domain.agent import AgentState
from callcenter.domain.config import Relaxation
from callcenter.domain.contact import Why
from callcenter.routing.decisions import Unserved
from tests.routing.build import ASKED, agent, need, offers, queue, router

ALL = queue("all", wrap_up_ms=0)


def test_in_front_is_before_whoever_came_in_the_same_moment() -> None:
    acd = router([ALL], [])
    acd.enqueue("first", "all", 0, why=ASKED)
    acd.enqueue("again", "all", 0, front=True, why=ASKED)
    acd.enqueue("once_more", "all", 0, front=True, why=ASKED)
    assert acd.waiting("all") == ["once_more", "again", "first"]


def test_in_front_takes_no_place_from_whoever_would_be_first_anyway() -> None:
    """A front contact that has waited longest keeps its own place, so that older ones still pass it later."""
    acd = router([ALL], [])
    acd.enqueue("first", "all", 50_000, why=ASKED)
    acd.enqueue("again", "all", 50_000, arrived_ms=20_000, front=True, why=ASKED)
    acd.enqueue("older", "all", 50_000, arrived_ms=10_000, why=ASKED)
    acd.enqueue("between", "all", 50_000, arrived_ms=30_000, why=ASKED)
    assert acd.waiting("all") == ["older", "again", "between", "first"]


def test_in_front_counts_in_the_contacts_own_line() -> None:
    acd = router([ALL], [])
    acd.enqueue("chat", "all", 0, channel="chat", why=ASKED)
    acd.enqueue("call", "all", 10_000, why=ASKED)
    acd.enqueue("again", "all", 20_000, front=True, why=ASKED)
    assert [acd.position(contact) for contact in ("again", "call", "chat")] == [1, 2, 1]
    assert acd.waiting("all") == ["chat", "again", "call"]


def test_a_place_is_counted_among_all_of_the_line_whatever_else_they_ask_for() -> None:
    acd = router([ALL], [])
    asked = ((), (need("card"),), (need("loan"),), (), (need("card"),), ())
    for number, skills in enumerate(asked):
        acd.enqueue(f"c{number}", "all", number, skills=skills, why=ASKED)
    assert [acd.position(f"c{number}") for number in range(6)] == [1, 2, 3, 4, 5, 6]


def test_who_left_is_passed_over_wherever_they_stood() -> None:
    """Gone from the middle and then from the head: the freed agent gets whoever is left, and places close up."""
    acd = router([ALL], [agent("a")])
    for number in range(7):
        acd.enqueue(f"c{number}", "all", number, why=ASKED)
    for contact in ("c2", "c3", "c5"):
        acd.remove(contact, 100)
    assert acd.waiting("all") == ["c1", "c4", "c6"]
    acd.accept("c0", "a", 200)
    assert offers(acd.release("a", "c0", 300)) == [("c1", "a")]
    acd.accept("c1", "a", 400)
    assert [acd.position(contact) for contact in ("c4", "c6")] == [1, 2]
    assert offers(acd.release("a", "c1", 500)) == [("c4", "a")]
    acd.enqueue("front", "all", 600, front=True, why=ASKED)
    assert acd.waiting("all") == ["front", "c6"]
    acd.check()


def test_who_is_kept_from_the_first_gets_the_next_who_may_be_offered_to_them() -> None:
    acd = router([ALL], [agent("a"), agent("b")])
    for name in "ab":
        acd.enqueue(f"talk_{name}", "all", 0, why=ASKED)
        acd.accept(f"talk_{name}", name, 0)
    for number in range(3):
        acd.enqueue(f"not_a{number}", "all", 1 + number, excluded=frozenset({"a"}), why=ASKED)
    acd.enqueue("left", "all", 5, why=ASKED)
    acd.enqueue("anybody", "all", 6, why=ASKED)
    acd.remove("left", 7)
    assert offers(acd.release("a", "talk_a", 10)) == [("anybody", "a")]
    assert offers(acd.release("b", "talk_b", 20)) == [("not_a0", "b")]


def test_the_last_agents_sign_out_names_everybody_whom_nobody_can_serve_now_by_place() -> None:
    card, loan = queue("card", need("card")), queue("loan", need("loan"))
    people = [agent("both", card=1, loan=1), agent("loans", loan=1)]
    acd = router([card, loan], people, ready=False)
    for person in people:
        acd.sign_in(person.id, 0)
    for number, where in enumerate(("card", "loan", "card", "loan")):
        acd.enqueue(f"c{number}", where, 10 + number, why=ASKED)
    acd.remove("c2", 20)
    assert [one.contact for one in acd.sign_out("both", 30) if isinstance(one, Unserved)] == ["c0"]
    acd.sign_in("both", 40)
    assert [one.contact for one in acd.sign_out("loans", 50) if isinstance(one, Unserved)] == []
    out = acd.sign_out("both", 60)
    card_by, loan_by = ({"asks": [f"{skill}>=1"], "agents": agents} for skill, agents in (("card", 1), ("loan", 2)))
    assert [one for one in out if isinstance(one, Unserved)] == [
        Unserved("c0", "card", Why("nobody_signed_in", card_by)),
        Unserved("c1", "loan", Why("nobody_signed_in", loan_by)),
        Unserved("c3", "loan", Why("nobody_signed_in", loan_by)),
    ]
    assert (acd.agent("both").next_state, acd.agent("both").next_reason) == (None, "")


def test_after_the_own_agents_bound_a_contact_has_relaxed_by_its_own_wait() -> None:
    steps = (Relaxation(after_ms=20_000, lower_by=2), Relaxation(after_ms=90_000, lower_by=4))
    acd = router([queue("card", need("card", 5), relaxations=steps)], [agent("own", card=9)])
    acd.enqueue("talk", "card", 60_000, why=ASKED)
    acd.accept("talk", "own", 60_000)
    acd.enqueue("new", "card", 60_000, preferred="own", preferred_ms=5_000, why=ASKED)
    acd.enqueue("old", "card", 60_000, arrived_ms=35_000, preferred="own", preferred_ms=5_000, why=ASKED)
    acd.tick(65_000)
    assert "relaxed" not in acd.explain_waiting("new", 65_000).detail
    assert acd.explain_waiting("new", 65_000).detail["asks"] == ["card>=5"]
    assert acd.explain_waiting("old", 65_000).detail["relaxed"] == 1
    assert acd.explain_waiting("old", 65_000).detail["asks"] == ["card>=3"]
    assert acd.next_due_ms() == 80_000


def test_each_queue_that_reserves_is_looked_at_not_only_the_first() -> None:
    """The first has more free than it keeps; the second would be left without anybody."""
    first, second = queue("first", need("one"), reserve=1), queue("second", need("two"), reserve=1)
    people = [agent("a", one=1, two=1), agent("b", one=1)]
    for reserving in ([first, second], [second, first]):
        acd = router([*reserving, queue("plain", need("two"))], people)
        assert offers(acd.enqueue("c1", "plain", 0, why=ASKED)) == []
        assert acd.explain_waiting("c1", 0).detail["reserved_for"] == ["second"]
        assert acd.explain_idle("a").detail["reserved_for"] == ["second"]
        assert offers(acd.enqueue("c2", "second", 1, why=ASKED)) == [("c2", "a")]


def test_agents_kept_free_are_counted_anew_whenever_somebody_comes_or_goes() -> None:
    acd = router([queue("elder", wrap_up_ms=0, reserve=2), queue("plain", wrap_up_ms=0)], [agent(n) for n in "abcd"])
    taken = [offers(acd.enqueue(f"p{number}", "plain", number, why=ASKED)) for number in range(3)]
    assert taken == [[("p0", "a")], [("p1", "b")], []]
    assert offers(acd.enqueue("e0", "elder", 10, why=ASKED)) == [("e0", "c")]
    for contact, name in (("p0", "a"), ("p1", "b"), ("e0", "c")):
        acd.accept(contact, name, 20)
    assert offers(acd.release("a", "p0", 30)) == [], "two are free: both are kept"
    assert offers(acd.release("b", "p1", 40)) == [("p2", "b")], "a third is free: one of the three may serve"
    acd.accept("p2", "b", 50)
    acd.enqueue("p3", "plain", 60, why=ASKED)
    acd.request_state("a", AgentState.ON_BREAK, "lunch", 70)
    assert offers(acd.release("c", "e0", 80)) == []
    assert offers(acd.request_state("a", AgentState.AVAILABLE, "", 90)) == [("p3", "a")]
    acd.check()


def test_a_line_from_which_most_have_gone_keeps_its_order_and_no_trace_of_them() -> None:
    """They leave from behind the head, where their entries stay for a while; the bound on these is an invariant."""
    acd = router([ALL], [])
    for number in range(200):
        acd.enqueue(f"c{number}", "all", number, priority=number % 3, why=ASKED)
    line = list(acd.waiting("all"))
    while len(line) > 2:
        acd.remove(line.pop(1 if len(line) % 2 else -1), 1_000)
        acd.check()
    assert acd.waiting("all") == line
    assert [acd.position(contact) for contact in line] == [1, 2]
