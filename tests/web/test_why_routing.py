"""The router's reasons as people read them: real routers in the situations that lead to them."""

from __future__ import annotations

from typing import Any

import pytest

from callcenter.app.demo import demo_config
from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, ChannelConfig, Relaxation
from callcenter.domain.contact import Why
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import Decision, Offered
from callcenter.web.i18n import compile_catalogues
from callcenter.web.wording.why import why_sentence
from callcenter.web.wording.words import Words, words_for
from tests.routing.build import ASKED, agent, need, offers, queue, router


@pytest.fixture(scope="module")
def words() -> Words:
    compile_catalogues(only_stale=True)
    return words_for("en", "Asia/Shanghai", demo_config())


def why_of(decisions: list[Decision]) -> Why:
    return next(decision.why for decision in decisions if isinstance(decision, Offered))


def taken(acd: Acd, contact: str, where: str, now: int, **more: Any) -> Why:
    """Let a contact come and be taken; why that agent got it."""
    decisions = acd.enqueue(contact, where, now, why=ASKED, **more)
    [(offered, name)] = offers(decisions)
    acd.accept(offered, name, now)
    return why_of(decisions)


ANNA, BEN, CORA = agent("anna", card=3), agent("ben", card=7), agent("cora", loan=2)


def test_the_agent_who_was_free_longest_and_before_whom(words: Words) -> None:
    acd = router([queue("card", need("card"))], [ANNA, BEN, CORA])
    assert why_sentence(words, taken(acd, "c", "card", 65_000)) == (
        "asked for a person; free longest (1:05); before ben (1:05); 2 free agents fit; not asked: not eligible 1"
    )


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ("least_occupied", "has worked least since signing in (0:00); before anna (0:20)"),
        ("highest_level", "has the highest level (7); before anna (3)"),
        ("round_robin", "next in turn; before anna"),
    ],
)
def test_each_policy_names_its_own_figure(words: Words, policy: str, sentence: str) -> None:
    acd = router([queue("card", need("card"), agent_policy=policy)], [ANNA, BEN])
    acd.request_state("ben", AgentState.ON_BREAK, "lunch", 0)
    taken(acd, "first", "card", 0)
    acd.release("anna", "first", 20_000, wrap_up=False)
    acd.request_state("ben", AgentState.AVAILABLE, "", 30_000)
    assert sentence in why_sentence(words, taken(acd, "c", "card", 40_000))


def test_an_agent_with_chats_in_hand(words: Words) -> None:
    acd = router([queue("card", need("card"))], [ANNA])
    taken(acd, "t1", "card", 0, channel="chat")
    assert "1 contact in hand" in why_sentence(words, taken(acd, "t2", "card", 1_000, channel="chat"))


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ("priority", "next in line after 1:30; priority 2; before loan (2:00)"),
        ("ageing_by_class", "its priority has grown to 3.5 with the wait"),
        ("fixed_queue_ratio", "its queue is furthest above its share of all who wait (by 0.5)"),
        ("generalised_c_mu", "its wait costs most, by cost, wait and handling time"),
    ],
)
def test_each_contact_policy_says_what_put_the_contact_first(words: Words, policy: str, sentence: str) -> None:
    settings = {"contact_policy": policy, "wrap_up_ms": 0}
    queues = [queue("card", need("card"), wait_cost=9, **settings), queue("loan", need("loan"), **settings)]
    if policy == "fixed_queue_ratio":
        queues[1] = queue("loan", need("loan"), share=3, **settings)
    both = AgentConfig(id="anna", name="anna", skills={"card": 1, "loan": 1})
    acd = router(queues, [both])
    taken(acd, "busy", "card", 0)
    acd.enqueue("elsewhere", "loan", 0, why=ASKED)
    acd.enqueue("c", "card", 30_000, priority=2, why=ASKED)
    decisions = acd.release("anna", "busy", 120_000)
    assert offers(decisions) == [("c", "anna")]
    assert sentence in why_sentence(words, why_of(decisions))


def test_skills_are_called_by_their_names() -> None:
    compile_catalogues(only_stale=True)
    chinese = words_for("zh", "Asia/Shanghai", demo_config())
    acd = router([queue("loss", need("card_loss", 5))], [agent("anna", card_loss=4), agent("ben", card_loss=5)])
    taken(acd, "busy", "loss", 0)
    acd.enqueue("c", "loss", 0, why=ASKED)
    assert "要求 挂失 ≥ 5" in why_sentence(chinese, acd.explain_waiting("c", 0))
    assert why_sentence(chinese, acd.explain_idle("anna")).endswith("需要：挂失 ≥ 5（1）")


def test_why_a_contact_still_waits(words: Words) -> None:
    stepped = queue(
        "card", need("card", 5), relaxations=(Relaxation(20_000, lower_by=1), Relaxation(90_000, ("card",)))
    )
    acd = router([stepped], [agent("anna", card=4), agent("ben", card=5), CORA])
    taken(acd, "busy", "card", 0)
    acd.enqueue("c", "card", 0, why=ASKED)
    early = why_sentence(words, acd.explain_waiting("c", 0))
    assert early == (
        "everybody who could take it is at work; asks for card ≥ 5; not asked: on a call 1, not eligible 2"
    )
    acd.request_state("ben", AgentState.ON_BREAK, "lunch", 10)
    acd.request_state("anna", AgentState.ON_BREAK, "lunch", 10)
    acd.tick(30_000)
    late = why_sentence(words, acd.explain_waiting("c", 30_000))
    assert "asks for card ≥ 4; has relaxed 1 step" in late
    acd.release("ben", "busy", 31_000, wrap_up=False)
    assert why_sentence(words, acd.explain_waiting("c", 31_000)).startswith(
        "everybody who could take it is on break; asks for card ≥ 4"
    )
    acd.sign_out("ben", 32_000)
    acd.sign_out("anna", 32_000)
    assert why_sentence(words, acd.explain_waiting("c", 32_000)).startswith(
        "nobody who has all it asks for is signed in; asks for less at 08:01:30"
    )


def test_a_chat_waits_for_room(words: Words) -> None:
    acd = router([queue("card", need("card"))], [ANNA])
    one_at_a_time = {"voice": ChannelConfig("voice", 1), "chat": ChannelConfig("chat", 1)}
    acd.configure({"card": queue("card", need("card"))}, {"anna": ANNA}, 0, one_at_a_time)
    taken(acd, "t1", "card", 0, channel="chat")
    acd.enqueue("t2", "card", 1, channel="chat", why=ASKED)
    assert why_sentence(words, acd.explain_waiting("t2", 1)) == (
        "everybody who could take it is at work; asks for card ≥ 1; 1 agent has no room; not asked: in chats 1"
    )


def test_a_contact_waits_for_its_own_agent_or_is_kept_from_others(words: Words) -> None:
    acd = router([queue("card", need("card"))], [ANNA, BEN])
    taken(acd, "busy", "card", 0)
    acd.enqueue("c", "card", 0, preferred="anna", preferred_ms=15_000, why=ASKED)
    assert why_sentence(words, acd.explain_waiting("c", 0)).startswith("waits for anna alone until 08:00:15")
    acd.enqueue("d", "card", 1, excluded=frozenset({"ben"}), why=ASKED)
    assert why_sentence(words, acd.explain_waiting("d", 1)) == (
        "free agents are kept from it; asks for card ≥ 1; not asked: on a call 1; never to be asked: ben"
    )
    assert why_sentence(words, acd.explain_idle("ben")) == "1 waits and may not be offered to this agent"


def test_agents_kept_free_and_what_the_rest_asks_for(words: Words) -> None:
    elder = queue("elder", need("card"), reserve=1)
    acd = router([queue("english", need("card"), need("english", 3)), queue("general", need("card")), elder], [ANNA])
    acd.enqueue("c", "general", 0, why=ASKED)
    assert why_sentence(words, acd.explain_waiting("c", 0)).startswith("free agents are kept for Senior customers")
    assert why_sentence(words, acd.explain_idle("anna")) == "is kept free for Senior customers"
    acd.remove("c", 1)
    assert why_sentence(words, acd.explain_idle("anna")) == "nobody waits in Senior customers, General banking"
    acd.enqueue("e", "english", 2, why=ASKED)
    acd.enqueue("f", "english", 2, why=ASKED)
    assert why_sentence(words, acd.explain_idle("anna")) == "2 wait elsewhere; they ask for: English ≥ 3 (2)"


def test_what_keeps_an_agent_out_is_named_by_its_kind(words: Words) -> None:
    lone = AgentConfig(id="lone", name="lone", skills={"card": 1}, queues=("general",), capacity={"chat": 0})
    acd = router([queue("elder"), queue("general", need("card")), queue("english", teams=("leads",))], [lone, BEN])
    taken(acd, "busy", "general", 0)
    acd.request_state("ben", AgentState.ON_BREAK, "lunch", 0)
    acd.enqueue("a", "elder", 1, why=ASKED)
    acd.enqueue("b", "general", 1, channel="chat", why=ASKED)
    acd.release("lone", "busy", 2, wrap_up=False)
    said = why_sentence(words, acd.explain_idle("lone"))
    assert said == "2 wait elsewhere; they ask for: Chat (1), Senior customers (1)"
    assert why_sentence(words, acd.explain_idle("ben")) == "not available"


def test_a_queue_of_another_team_and_a_contact_that_waits_for_another_agent(words: Words) -> None:
    acd = router([queue("english", teams=("leads",)), queue("card", need("card"))], [ANNA, BEN])
    acd.enqueue("d", "english", 0, why=ASKED)
    assert why_sentence(words, acd.explain_idle("ben")) == "1 waits elsewhere; they ask for: team Team leads (1)"
    taken(acd, "busy", "card", 0)
    acd.enqueue("own", "card", 0, preferred="anna", preferred_ms=15_000, why=ASKED)
    assert "they ask for: anna (1), team Team leads (1)" in why_sentence(words, acd.explain_idle("ben"))


def test_a_reason_of_another_shape_is_named_rather_than_hidden(words: Words) -> None:
    assert why_sentence(words, Why("best_agent", {"policy": "x"})) == "reason “best agent” (policy x)"
