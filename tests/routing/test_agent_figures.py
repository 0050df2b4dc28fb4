"""An agent as others see them: before their first shift, with several contacts, and among the candidates."""

from __future__ import annotations

import pytest

from callcenter.domain.agent import AgentInput, AgentState
from callcenter.domain.config import AgentConfig
from callcenter.domain.errors import ConfigError, Corrupt
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import AgentStatus, Offered
from tests.routing.build import ASKED, agent, need, offers, queue, router

CARD = queue("card", need("card"), wrap_up_ms=0)


def candidates(acd: Acd, contact: str, queue_name: str, **settings: object) -> list[tuple[str, int]]:
    """Who was considered for a new contact, with their level."""
    (offer,) = (d for d in acd.enqueue(contact, queue_name, 9, why=ASKED, **settings) if isinstance(d, Offered))  # type: ignore[arg-type]
    return [(found["agent"], found["level"]) for found in offer.why.detail["candidates"]]  # type: ignore[union-attr,call-overload,index]


def test_before_the_first_shift_an_agent_has_nothing_and_is_asked_for_nothing() -> None:
    acd = Acd()
    acd.configure({"card": CARD}, {"a": agent("a", card=1)}, 7_000)
    assert acd.agent("a") == AgentStatus(
        agent="a",
        state=AgentState.LOGGED_OUT,
        since_ms=7_000,
        reason="",
        offered="",
        talks=(),
        wrap_ups={},
        next_state=None,
        next_reason="",
        offer_expires_ms=None,
    )
    assert offers(acd.enqueue("c1", "card", 7_000, why=ASKED)) == []
    assert offers(acd.enqueue("c2", "card", 7_000, skills=(need("card", 1),), channel="chat", why=ASKED)) == []
    acd.check()


def test_agents_who_have_not_come_yet_are_not_among_those_who_are_busy() -> None:
    acd = router([CARD], [agent("a", card=1), agent("b", card=1)], ready=False)
    acd.sign_in("a", 0)
    acd.request_state("a", AgentState.AVAILABLE, "", 0)
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    acd.enqueue("c2", "card", 0, why=ASKED)
    assert acd.explain_waiting("c2", 1).detail["ruled_out"] == {"busy": 1}


def test_a_call_is_named_before_chats_whatever_they_are_called() -> None:
    acd = router([CARD], [agent("a", card=1)])
    for contact, channel in (("b_chat", "chat"), ("a_chat", "chat"), ("z_call", "voice")):
        acd.enqueue(contact, "card", 0, channel=channel, why=ASKED)
        acd.accept(contact, "a", 0)
    assert acd.agent("a").talks == ("z_call", "b_chat", "a_chat")


def test_a_move_that_the_table_does_not_have_names_agent_move_and_state() -> None:
    acd = router([CARD], [agent("a", card=1)])
    with pytest.raises(Corrupt, match=r"agent a: .*release.* in state available"):
        acd._pool.agents["a"].after(AgentInput.RELEASE)


def test_the_level_of_a_candidate_is_of_all_that_is_asked() -> None:
    people = [agent("a", card=2, loan=3, calm=9)]
    assert candidates(router([queue("one", need("card"))], people), "c1", "one") == [("a", 2)]
    assert candidates(router([queue("two", need("card"), need("loan"))], people), "c1", "two") == [("a", 5)]


def test_who_is_kept_from_a_contact_is_no_candidate_for_it() -> None:
    acd = router([CARD], [agent(name, card=1) for name in "abcd"])
    found = candidates(acd, "c1", "card", excluded=frozenset({"a", "c"}))
    assert [name for name, _ in found] == ["b", "d"]
    assert offers(acd.refuse("c1", "b", 10, "declined")) == [("c1", "d")]


def test_a_candidate_is_named_once_among_entries_of_agents_who_have_gone() -> None:
    people = [agent(name, card=1, **({"loan": 1} if name in "bcd" else {})) for name in "abcde"]
    acd = router([CARD, queue("loan", need("loan"))], people)
    for number in range(3):
        acd.enqueue(f"l{number}", "loan", 1, why=ASKED)
    assert [name for name, _ in candidates(acd, "c1", "card")] == ["a", "e"]
    assert [name for name, _ in candidates(acd, "c2", "card")] == ["e"]


def test_a_queue_that_only_prefers_a_skill_asks_first_who_has_it() -> None:
    acd = router([queue("card", need("calm", 3, required=False))], [agent("a"), agent("b", calm=3)])
    assert offers(acd.enqueue("c1", "card", 1, why=ASKED)) == [("c1", "b")]
    assert offers(acd.enqueue("c2", "card", 1, why=ASKED)) == [("c2", "a")]


def test_a_chat_queue_is_staffed_by_those_who_chat() -> None:
    chats = queue("chats", channel="chat")
    chatter = AgentConfig(id="a", name="a", capacity={"voice": 0, "chat": 2})
    caller = AgentConfig(id="b", name="b", capacity={"voice": 1, "chat": 0})
    acd = router([chats, queue("calls")], [chatter, caller])
    assert (acd.members("chats"), acd.members("calls")) == (["a"], ["b"])
    assert (acd.signed_in("chats"), acd.queue_stats("chats").agents_available) == (1, 1)
    assert (acd.idle_agents("chats", "chat"), acd.idle_agents("calls")) == (["a"], ["b"])
    acd.request_state("b", AgentState.ON_BREAK, "lunch", 1)
    assert acd.idle_agents("calls") == []
    assert not acd.has_room("b", "voice")


@pytest.mark.parametrize("setting", ["agent_policy", "contact_policy"])
def test_an_unknown_policy_is_refused_with_the_name_of_its_queue(setting: str) -> None:
    acd = router([CARD], [])
    with pytest.raises(ConfigError, match="loan") as refused:
        acd.configure({"card": CARD, "loan": queue("loan", **{setting: "by_weather"})}, {}, 1)
    assert "no policy is called 'by_weather'" in str(refused.value)
    known = {"agent_policy": "longest_idle, ", "contact_policy": "longest_wait, "}[setting]
    assert known in str(refused.value)
    assert acd.waiting("card") == []


def test_scores_are_given_where_a_policy_scores_and_not_for_the_longest_wait() -> None:
    for policy, scored in (("longest_wait", False), ("priority", False), ("generalised_c_mu", True)):
        acd = router([queue("card", contact_policy=policy, wrap_up_ms=0)], [agent("a")])
        acd.enqueue("c1", "card", 0, why=ASKED)
        acd.accept("c1", "a", 0)
        acd.enqueue("c2", "card", 1, why=ASKED)
        (offer,) = (d for d in acd.release("a", "c1", 2) if isinstance(d, Offered))
        assert ("score" in offer.why.detail, "policy" in offer.why.detail) == (scored, scored)


def test_a_contact_offered_directly_is_explained_with_its_wait() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.offer_direct("d", "a", "card", 1_000, ASKED)
    why = acd.explain_waiting("d", 4_000)
    assert (why.code, why.detail["agent"], why.detail["waited_ms"]) == ("being_offered", "a", 3_000)
