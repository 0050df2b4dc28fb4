"""The preferred agent: whom a contact waits for alone, whom not, and for how long."""

from __future__ import annotations

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, Relaxation
from callcenter.routing.acd import Acd
from tests.routing.build import ASKED, agent, need, offers, queue, router

ALL = queue("all", wrap_up_ms=0)


def own_in_talk() -> Acd:
    """``own`` talks until their call is released; ``other`` is free."""
    acd = router([ALL], [agent("own"), agent("other")])
    acd.offer_direct("talk", "own", "all", 0, ASKED)
    acd.accept("talk", "own", 0)
    return acd


def test_a_contact_waits_for_its_own_agent_and_gets_them_once_they_are_free() -> None:
    acd = own_in_talk()
    assert offers(acd.enqueue("c1", "all", 1, preferred="own", preferred_ms=30_000, why=ASKED)) == []
    assert acd.next_due_ms() == 30_001
    assert offers(acd.release("own", "talk", 10_000)) == [("c1", "own")]
    acd.check()


@pytest.mark.parametrize("bound_ms", [1, 30_000])
def test_others_are_asked_when_the_bound_is_over_and_not_before(bound_ms: int) -> None:
    acd = own_in_talk()
    assert offers(acd.enqueue("c1", "all", 5, preferred="own", preferred_ms=bound_ms, why=ASKED)) == []
    assert offers(acd.tick(5 + bound_ms - 1)) == []
    assert offers(acd.tick(5 + bound_ms)) == [("c1", "other")]


def test_without_a_bound_or_kept_from_their_own_agent_nobody_waits_for_them() -> None:
    for settings in ({"preferred_ms": 0}, {"preferred_ms": 9_000, "excluded": frozenset({"own"})}):
        acd = own_in_talk()
        assert offers(acd.enqueue("c1", "all", 1, preferred="own", why=ASKED, **settings)) == [("c1", "other")]


@pytest.mark.parametrize("wish", ["on_break", "wants_a_break", "wants_to_leave"])
def test_nobody_waits_for_an_agent_who_is_away_or_about_to_go(wish: str) -> None:
    acd = own_in_talk()
    if wish == "wants_to_leave":
        acd.sign_out("own", 1)
    else:
        acd.request_state("own", AgentState.ON_BREAK, "lunch", 1)
    if wish == "on_break":
        acd.release("own", "talk", 2)
        assert acd.agent("own").state is AgentState.ON_BREAK
    assert offers(acd.enqueue("c1", "all", 3, preferred="own", preferred_ms=9_000, why=ASKED)) == [("c1", "other")]


def test_an_agent_of_named_queues_is_waited_for_in_these_alone() -> None:
    agents = [AgentConfig(id="own", name="own", queues=("all",)), agent("other")]
    acd = router([ALL, queue("loan")], agents)
    acd.offer_direct("talk", "own", "all", 0, ASKED)
    acd.accept("talk", "own", 0)
    assert offers(acd.enqueue("c1", "all", 1, preferred="own", preferred_ms=9_000, why=ASKED)) == []
    assert offers(acd.enqueue("c2", "loan", 1, preferred="own", preferred_ms=9_000, why=ASKED)) == [("c2", "other")]


def test_an_agent_without_a_channel_is_not_waited_for_in_it() -> None:
    acd = own_in_talk()
    acd.enqueue("v1", "all", 1, preferred="own", preferred_ms=9_000, channel="video", why=ASKED)
    assert acd.next_due_ms() is None
    assert acd.explain_waiting("v1", 2).code == "nobody_signed_in"
    assert offers(acd.release("own", "talk", 3)) == []


def test_who_waited_for_their_own_agent_asks_for_as_much_less_as_their_whole_wait_allows() -> None:
    steps = (Relaxation(after_ms=10_000, drop=("card",)), Relaxation(after_ms=60_000, drop=("loan",)))
    both = queue("both", need("card"), need("loan"), relaxations=steps)
    acd = router([both], [agent("own", card=1, loan=1), agent("other", loan=1)])
    acd.offer_direct("talk", "own", "both", 0, ASKED)
    acd.accept("talk", "own", 0)
    acd.enqueue("c1", "both", 20_000, arrived_ms=0, preferred="own", preferred_ms=5_000, why=ASKED)
    assert "relaxed" not in acd.explain_waiting("c1", 20_000).detail
    assert offers(acd.tick(25_000)) == [("c1", "other")]
