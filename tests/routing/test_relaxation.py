"""Asking for less as time passes, waiting for one's own agent, and agents kept free for a queue."""

from __future__ import annotations

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, Relaxation
from tests.routing.build import ASKED, agent, need, offers, queue, router


def in_team(name: str, team: str, **skills: int) -> AgentConfig:
    return AgentConfig(id=name, name=name, skills=skills, team=team)


STEPS = (
    Relaxation(after_ms=20_000, drop=("english",)),
    Relaxation(after_ms=40_000, lower_by=3),
    Relaxation(after_ms=60_000, teams=("west",)),
)


def test_each_step_lets_in_whom_it_names_and_the_contact_keeps_its_place() -> None:
    asked = queue("card", need("card", 5), need("english", 3), teams=("east",), relaxations=STEPS)
    people = [in_team("weak", "east", card=2), in_team("far", "west", card=9), in_team("strong", "east", card=5)]
    acd = router([asked], people, ready=False)
    for person in people:
        acd.sign_in(person.id, 0)
    acd.enqueue("early", "card", 1_000, why=ASKED)
    acd.enqueue("late", "card", 2_000, why=ASKED)
    assert offers(acd.request_state("strong", AgentState.AVAILABLE, "", 10_000)) == []
    assert acd.next_due_ms() == 21_000
    assert offers(acd.tick(21_000)) == [("early", "strong")]
    why = acd.explain_waiting("late", 21_500)
    assert (why.code, why.detail["until_ms"]) == ("waits_to_ask_for_less", 22_000)
    assert offers(acd.request_state("weak", AgentState.AVAILABLE, "", 30_000)) == []
    assert offers(acd.tick(42_000)) == [("late", "weak")]
    acd.enqueue("third", "card", 43_000, why=ASKED)
    assert offers(acd.request_state("far", AgentState.AVAILABLE, "", 44_000)) == []
    assert offers(acd.tick(103_000)) == [("third", "far")]


def test_what_was_waited_before_counts_and_the_order_stays() -> None:
    asked = queue("card", need("card", 5), relaxations=(Relaxation(after_ms=40_000, drop=("card",)),))
    acd = router([asked], [agent("a"), agent("b", card=5)], ready=False)
    for name in ("a", "b"):
        acd.sign_in(name, 0)
    acd.enqueue("new", "card", 50_000, why=ASKED)
    acd.enqueue("old", "card", 50_000, arrived_ms=0, why=ASKED)
    assert acd.waiting("card") == ["old", "new"]
    assert offers(acd.request_state("a", AgentState.AVAILABLE, "", 51_000)) == [("old", "a")]
    assert offers(acd.request_state("b", AgentState.AVAILABLE, "", 51_000)) == [("new", "b")]


def test_a_contact_waits_for_its_own_agent_up_to_the_bound() -> None:
    acd = router([queue("all")], [agent("own"), agent("other")])
    acd.enqueue("before", "all", 1_000, preferred="own", preferred_ms=30_000, why=ASKED)
    acd.accept("before", "own", 1_000)
    assert offers(acd.enqueue("again", "all", 2_000, preferred="own", preferred_ms=30_000, why=ASKED)) == []
    why = acd.explain_waiting("again", 3_000)
    assert (why.detail["prefers"], why.detail["until_ms"]) == ("own", 32_000)
    assert offers(acd.tick(32_000)) == [("again", "other")]


@pytest.mark.parametrize("away", [AgentState.ON_BREAK, AgentState.LOGGED_OUT])
def test_an_own_agent_who_goes_away_is_not_waited_for(away: AgentState) -> None:
    acd = router([queue("all")], [agent("own"), agent("other")])
    acd.enqueue("first", "all", 0, preferred="own", preferred_ms=1, why=ASKED)
    acd.accept("first", "own", 0)
    acd.enqueue("again", "all", 1_000, preferred="own", preferred_ms=600_000, why=ASKED)
    if away is AgentState.ON_BREAK:
        acd.request_state("own", AgentState.ON_BREAK, "lunch", 2_000)
    else:
        acd.sign_out("own", 2_000)
    acd.release("own", "first", 3_000, wrap_up=False)
    due = acd.next_due_ms()
    assert due == 3_000
    assert offers(acd.tick(due)) == [("again", "other")]


def test_an_own_agent_who_is_away_or_unable_is_not_waited_for_at_all() -> None:
    acd = router([queue("card", need("card"))], [agent("own"), agent("able", card=3)])
    assert offers(acd.enqueue("a", "card", 0, preferred="own", preferred_ms=9_000, why=ASKED)) == [("a", "able")]
    assert offers(acd.enqueue("b", "card", 0, preferred="nobody", preferred_ms=9_000, why=ASKED)) == []
    assert "prefers" not in acd.explain_waiting("b", 0).detail


def test_agents_are_kept_free_for_the_queue_that_reserves_them() -> None:
    elder, general = queue("elder", need("elder"), reserve=1), queue("general")
    acd = router([elder, general], [agent("a", elder=5), agent("b", elder=5)])
    assert len(offers(acd.enqueue("g1", "general", 0, why=ASKED))) == 1
    assert offers(acd.enqueue("g2", "general", 0, why=ASKED)) == []
    why = acd.explain_waiting("g2", 0)
    assert (why.code, why.detail["reserved_for"]) == ("agents_reserved", ["elder"])
    assert acd.explain_idle("b").code == "reserved"
    assert offers(acd.enqueue("e1", "elder", 0, why=ASKED)) == [("e1", "b")]


def test_a_freed_agent_beyond_the_reserve_lets_another_serve_who_waits() -> None:
    """``b`` alone can serve the general queue; only when ``c`` is free as well does the reserve hold without ``b``."""
    elder, general = queue("elder", need("elder"), reserve=1), queue("general", need("general"))
    people = [agent("b", elder=5, general=5), agent("c", elder=5)]
    acd = router([elder, general], people, ready=False)
    for person in people:
        acd.sign_in(person.id, 0)
    acd.request_state("b", AgentState.AVAILABLE, "", 0)
    assert offers(acd.enqueue("g", "general", 1_000, why=ASKED)) == []
    assert offers(acd.request_state("c", AgentState.AVAILABLE, "", 2_000)) == [("g", "b")]


def test_relaxed_contacts_and_own_agents_survive_a_snapshot() -> None:
    asked = queue("card", need("card", 5), relaxations=STEPS[:2])
    people = [agent("own", card=9), agent("weak", card=2)]
    acd = router([asked], people)
    acd.enqueue("x", "card", 0, preferred="own", preferred_ms=10_000, why=ASKED)
    acd.accept("x", "own", 0)
    acd.enqueue("y", "card", 1_000, preferred="own", preferred_ms=10_000, why=ASKED)
    again = type(acd).load(acd.dump(), {"card": asked}, {a.id: a for a in people})
    again.check()
    assert again.next_due_ms() == 11_000
    assert offers(again.tick(41_000)) == offers(acd.tick(41_000))
