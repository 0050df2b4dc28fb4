"""The router by example."""

from __future__ import annotations

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Why
from callcenter.domain.errors import ConfigError, Rejected
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import (
    AgentChanged,
    Offered,
    OfferWithdrawn,
    Requeued,
    Unserved,
    WrapUpEnded,
    WrapUpStarted,
)
from tests.routing.build import ASKED, agent, need, offers, queue, router

CARD = queue("card", need("card"))


def test_arriving_contact_is_offered_to_whoever_is_idle_longest() -> None:
    acd = router([CARD], [agent("a", card=1), agent("b", card=1)])
    out = acd.enqueue("c1", "card", 5_000, why=ASKED)
    assert out[0] == AgentChanged("a", AgentState.OFFERED, "", "c1")
    assert isinstance(out[1], Offered)
    assert (out[1].agent, out[1].at_ms, out[1].expires_at_ms) == ("a", 5_000, 25_000)
    assert out[1].why.code == "best_agent"
    assert [c["agent"] for c in out[1].why.detail["candidates"]] == ["a", "b"]
    assert acd.queue_of("c1") == "card"
    assert acd.position("c1") == 0


def test_talk_wrap_up_and_the_next_contact() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    assert acd.accept("c1", "a", 1_000) == [AgentChanged("a", AgentState.BUSY, "", "c1")]
    acd.enqueue("c2", "card", 2_000, why=ASKED)
    assert acd.position("c2") == 1
    assert acd.release("a", "c1", 60_000) == [
        AgentChanged("a", AgentState.WRAP_UP, "", "c1"),
        WrapUpStarted("a", "c1", 90_000),
    ]
    out = acd.end_wrap_up("a", "c1", 90_000)
    assert out[0] == WrapUpEnded("a", "c1")
    assert offers(out) == [("c2", "a")]
    assert out[-1].why.code == "next_contact"  # type: ignore[union-attr]
    assert out[-1].why.detail["waited_ms"] == 88_000  # type: ignore[union-attr]


def test_missed_offer_puts_the_agent_on_break_and_keeps_the_contacts_place() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.enqueue("c2", "card", 1, why=ASKED)
    out = acd.refuse("c1", "a", 20_000, "missed")
    assert isinstance(out[0], OfferWithdrawn)
    assert out[1] == AgentChanged("a", AgentState.ON_BREAK, "missed_offer")
    assert isinstance(out[2], Requeued)
    assert out[2].position == 1
    assert acd.waiting("card") == ["c1", "c2"]
    assert offers(acd.request_state("a", AgentState.AVAILABLE, "", 21_000)) == [("c1", "a")]


def test_unreachable_phone_is_named_as_the_break_reason() -> None:
    acd = router([CARD], [agent("a", card=1), agent("b", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    out = acd.refuse("c1", "a", 10, "unreachable")
    assert acd.agent("a").reason == "phone_unreachable"
    assert offers(out) == [("c1", "b")]


def test_declined_contact_comes_back_after_thirty_seconds_and_not_before() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    assert offers(acd.refuse("c1", "a", 1_000, "declined", "busy_elsewhere")) == []
    assert acd.agent("a").state is AgentState.AVAILABLE
    assert acd.explain_waiting("c1", 2_000).code == "free_agents_kept_from_it"
    assert acd.explain_idle("a").code == "kept_from_waiting_contacts"
    assert acd.next_due_ms() == 31_000
    assert acd.tick(30_999) == []
    assert offers(acd.tick(31_000)) == [("c1", "a")]


def test_declining_agent_gets_another_contact_meanwhile() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.enqueue("c2", "card", 1, why=ASKED)
    assert offers(acd.refuse("c1", "a", 1_000, "declined")) == [("c2", "a")]


def test_priority_counts_as_earlier_arrival() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c0", "card", 0, why=ASKED)
    acd.enqueue("plain", "card", 0, why=ASKED)
    acd.enqueue("soon", "card", 59_000, priority=1, why=ASKED)
    acd.enqueue("late", "card", 61_000, priority=1, why=ASKED)
    assert acd.waiting("card") == ["soon", "plain", "late"]
    assert [acd.position(c) for c in ("soon", "plain", "late")] == [1, 2, 3]


def test_front_goes_before_all_who_wait() -> None:
    acd = router([CARD], [agent("a", card=1)])
    for contact in ("c0", "c1", "c2"):
        acd.enqueue(contact, "card", 0, why=ASKED)
    acd.enqueue("again", "card", 50_000, front=True, why=ASKED)
    assert acd.waiting("card") == ["again", "c1", "c2"]


def test_levels_and_extra_skills_decide_who_may_serve() -> None:
    acd = router([CARD], [agent("a", card=3), agent("b", card=5, english=4)])
    assert offers(acd.enqueue("c1", "card", 0, skills=(need("english", 3),), why=ASKED)) == [("c1", "b")]
    acd.enqueue("c2", "card", 0, skills=(need("card", 4),), why=ASKED)
    assert acd.explain_waiting("c2", 1).code == "all_busy"
    assert acd.explain_waiting("c2", 1).detail["ruled_out"] == {"lacks_skill": 1, "offered": 1}
    assert acd.explain_idle("a").code == "waiting_contacts_ask_for_more"


def test_preferred_skill_wins_over_idle_time_but_rules_nobody_out() -> None:
    wanted = queue("card", need("card"), need("calm", required=False))
    acd = router([wanted], [agent("a", card=1), agent("b", card=1, calm=1)])
    assert offers(acd.enqueue("c1", "card", 0, why=ASKED)) == [("c1", "b")]
    assert offers(acd.enqueue("c2", "card", 0, why=ASKED)) == [("c2", "a")]


@pytest.mark.parametrize(
    ("policy", "first"), [("longest_idle", "a"), ("highest_level", "b"), ("least_occupied", "b"), ("round_robin", "b")]
)
def test_policies(policy: str, first: str) -> None:
    acd = router([queue("card", need("card"), agent_policy=policy, wrap_up_ms=0)], [agent("a", card=2)])
    acd.enqueue("c0", "card", 0, why=ASKED)
    acd.accept("c0", "a", 0)
    acd.release("a", "c0", 100_000)
    agents = {"a": agent("a", card=2), "b": agent("b", card=3)}
    acd.configure({"card": queue("card", need("card"), agent_policy=policy, wrap_up_ms=0)}, agents, 100_000)
    acd.sign_in("b", 100_001)
    acd.request_state("b", AgentState.AVAILABLE, "", 100_001)
    assert offers(acd.enqueue("c1", "card", 100_002, why=ASKED)) == [("c1", first)]


def test_unknown_policy_is_refused_and_changes_nothing() -> None:
    acd = router([CARD], [agent("a", card=1)])
    with pytest.raises(ConfigError, match=r"queue card.agent_policy.*use one of longest_idle"):
        acd.configure({"card": queue("card", agent_policy="nicest")}, {}, 1)
    acd.check()
    assert offers(acd.enqueue("c1", "card", 2, why=ASKED)) == [("c1", "a")]


def test_requests_during_work_take_effect_after_it() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    assert acd.request_state("a", AgentState.ON_BREAK, "lunch", 10) == []
    assert acd.agent("a").next_state is AgentState.ON_BREAK
    acd.release("a", "c1", 20)
    assert acd.end_wrap_up("a", "c1", 30) == [WrapUpEnded("a", "c1"), AgentChanged("a", AgentState.ON_BREAK, "lunch")]


def test_sign_out_in_talk_waits_for_the_wrap_up() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    assert acd.sign_out("a", 10) == []
    assert acd.release("a", "c1", 20)[0] == AgentChanged("a", AgentState.WRAP_UP, "", "c1")
    assert acd.end_wrap_up("a", "c1", 30) == [WrapUpEnded("a", "c1"), AgentChanged("a", AgentState.LOGGED_OUT, "")]


def test_sign_out_during_an_offer_gives_it_to_the_next_agent() -> None:
    acd = router([CARD], [agent("a", card=1), agent("b", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    out = acd.sign_out("a", 1)
    assert offers(out) == [("c1", "b")]
    assert acd.agent("a").state is AgentState.LOGGED_OUT


def test_caller_leaving_frees_the_agent_for_the_next() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.enqueue("c2", "card", 0, why=ASKED)
    out = acd.remove("c1", 5)
    assert out[0] == OfferWithdrawn("c1", "a", "caller_left")
    assert offers(out) == [("c2", "a")]
    assert acd.remove("c1", 6) == []


def test_late_acceptance_is_rejected_and_late_refusal_ignored() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.remove("c1", 1)
    with pytest.raises(Rejected) as refused:
        acd.accept("c1", "a", 2)
    assert refused.value.code == "offer_gone"
    assert acd.refuse("c1", "a", 3, "missed") == []


def test_nobody_who_could_serve_is_an_alarm_at_once_and_at_sign_out() -> None:
    acd = router([CARD], [agent("a", card=1)], ready=False)
    out = acd.enqueue("c1", "card", 0, why=ASKED)
    assert [type(d) for d in out] == [Unserved]
    acd.sign_in("a", 1)
    assert acd.explain_waiting("c1", 1).code == "all_on_break"
    out = acd.sign_out("a", 2)
    assert isinstance(out[-1], Unserved)
    assert acd.explain_waiting("c1", 3).code == "nobody_signed_in"


def test_excluded_agent_never_gets_the_contact() -> None:
    acd = router([CARD], [agent("a", card=1), agent("b", card=1)])
    assert offers(acd.enqueue("c1", "card", 0, excluded=frozenset({"a"}), why=ASKED)) == [("c1", "b")]
    out = acd.enqueue("c2", "card", 0, excluded=frozenset({"a", "b"}), why=ASKED)
    assert isinstance(out[0], Unserved)
    acd.check()


def test_direct_offer_and_consultation() -> None:
    acd = router([CARD], [agent("a", card=1), agent("b", card=1), agent("c", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    assert offers(acd.offer_direct("c1", "b", "card", 1, Why("transfer"))) == [("c1", "b")]
    out = acd.refuse("c1", "b", 2, "declined")
    assert not [d for d in out if isinstance(d, Requeued)]
    assert acd.queue_of("c1") is None
    assert acd.seize("c", "c1", 3) == [AgentChanged("c", AgentState.BUSY, "", "c1")]
    assert acd.release("c", "c1", 4)[1] == WrapUpStarted("c", "c1", 30_004)
    with pytest.raises(Rejected) as refused:
        acd.seize("c", "c9", 5)
    assert refused.value.code == "agent_not_available"


def test_configuration_change_keeps_places_and_serves_at_once() -> None:
    acd = router([CARD], [agent("a", english=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.enqueue("c2", "card", 1, why=ASKED)
    out = acd.configure({"card": CARD}, {"a": agent("a", card=1)}, 2)
    assert offers(out) == [("c1", "a")]
    assert acd.waiting("card") == ["c2"]


def test_agent_removed_while_talking_finishes_first() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    assert acd.configure({"card": CARD}, {}, 1) == []
    assert acd.agent("a").state is AgentState.BUSY
    acd.release("a", "c1", 2)
    assert acd.end_wrap_up("a", "c1", 3) == [WrapUpEnded("a", "c1"), AgentChanged("a", AgentState.LOGGED_OUT, "")]
    with pytest.raises(Rejected, match="no agent a"):
        acd.agent("a")
    acd.check()


def test_removed_queue_is_closed_but_drains() -> None:
    acd = router([CARD], [agent("a", card=1)], ready=False)
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.configure({}, {"a": agent("a", card=1)}, 1)
    with pytest.raises(Rejected, match="no queue card"):
        acd.enqueue("c2", "card", 2, why=ASKED)
    acd.sign_in("a", 3)
    assert offers(acd.request_state("a", AgentState.AVAILABLE, "", 3)) == [("c1", "a")]


def test_removed_queue_keeps_the_wrap_up_of_its_talks_and_reserves_nobody() -> None:
    card, loan = queue("card", wrap_up_ms=30_000, reserve=1), queue("loan")
    agents = {"a": agent("a"), "b": agent("b")}
    acd = router([card, loan], list(agents.values()))
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    assert offers(acd.enqueue("c2", "loan", 1, why=ASKED)) == []
    assert offers(acd.configure({"loan": loan}, agents, 2)) == [("c2", "b")]
    assert [d.ends_at_ms for d in acd.release("a", "c1", 5_000) if isinstance(d, WrapUpStarted)] == [35_000]
    acd.check()


def test_clock_going_back_is_not_followed() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 10_000, why=ASKED)
    acd.accept("c1", "a", 4_000)
    assert acd.agent("a").since_ms == 10_000


def test_explanations_stay_small_with_many_agents() -> None:
    acd = router([CARD], [agent(f"a{n:04}", card=1) for n in range(2_000)])
    for number in range(40):
        (changed, offered) = acd.enqueue(f"c{number}", "card", number, why=ASKED)
        assert isinstance(changed, AgentChanged)
        assert isinstance(offered, Offered)
        assert len(offered.why.detail["candidates"]) == 3
        assert len(str(offered.why.detail)) < 600


def test_expected_wait_is_learnt() -> None:
    acd = router([queue("card", need("card"), wrap_up_ms=0)], [agent("a", card=1), agent("b", card=1)])
    for number in range(40):
        acd.enqueue(f"c{number}", "card", 0, why=ASKED)
    assert acd.expected_wait_ms("c9", 0) is None
    now = 0
    for number in range(20):
        name = "ab"[number % 2]
        acd.accept(f"c{number}", name, now)
        now += 30_000
        if number:
            acd.release("ba"[number % 2], f"c{number - 1}", now)
    assert acd.position("c25") == 5
    expected = acd.expected_wait_ms("c25", now)
    assert expected == pytest.approx(150_000, rel=0.2)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda acd: acd.sign_in("nobody", 0), "unknown_agent"),
        (lambda acd: acd.request_state("a", AgentState.BUSY, "", 0), "state_not_requestable"),
        (lambda acd: acd.request_state("b", AgentState.AVAILABLE, "", 0), "not_signed_in"),
        (lambda acd: acd.enqueue("c", "nowhere", 0, why=ASKED), "unknown_queue"),
        (lambda acd: acd.refuse("c", "a", 0, "bored"), "unknown_outcome"),
        (lambda acd: acd.queue_stats("nowhere"), "unknown_queue"),
    ],
)
def test_impossible_requests_are_rejected_with_a_code(call: object, code: str) -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.configure({"card": CARD}, {"a": agent("a", card=1), "b": agent("b", card=1)}, 0)
    with pytest.raises(Rejected) as refused:
        call(acd)  # type: ignore[operator]
    assert refused.value.code == code


def test_reasons_can_be_left_out_without_changing_decisions() -> None:
    loud, silent = (router([CARD], [agent("a", card=1)], explain=explain) for explain in (True, False))
    for acd in (loud, silent):
        acd.enqueue("c1", "card", 0, why=ASKED)
        acd.enqueue("c2", "card", 0, why=ASKED)
    assert isinstance(silent, Acd)
    assert silent.queue_stats("card") == loud.queue_stats("card")
    assert offers(silent.remove("c1", 1)) == offers(loud.remove("c1", 1))


def test_a_reason_given_for_an_unreachable_agent_is_the_reason_of_the_break() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    assert AgentChanged("a", AgentState.ON_BREAK, "connection_lost") in acd.refuse(
        "c1", "a", 10, "unreachable", "connection_lost"
    )


def test_a_lost_ring_goes_back_to_the_agent_at_once_but_a_declined_one_does_not() -> None:
    acd = router([CARD], [agent("a", card=1)])
    acd.enqueue("c1", "card", 0, why=ASKED)
    assert offers(acd.refuse("c1", "a", 1_000, "withdrawn")) == [("c1", "a")]
    assert offers(acd.refuse("c1", "a", 2_000, "declined")) == []
    assert offers(acd.tick(31_999)) == []
    assert offers(acd.tick(32_000)) == [("c1", "a")]
