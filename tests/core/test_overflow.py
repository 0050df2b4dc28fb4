"""Overflow is looked at as long as somebody waits, whatever changes meanwhile: staff, waits, the rules themselves."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import CallbackRule, Overflow
from callcenter.domain.contact import Place
from callcenter.domain.errors import Rejected
from callcenter.flow.loader import load_text
from callcenter.routing.overflow import LOOK_EVERY_MS
from tests.core.callback_centre import OFFER, offer_flow, press
from tests.core.centre import Centre, config, flows

WAITED = Overflow(target="queue:card", after_ms=60_000)


def publish(centre: Centre, *rules: Overflow, **more: object) -> None:
    """These overflow rules for the general queue, from now on."""
    plain = config()
    general = msgspec.structs.replace(plain.queues["general"], overflow=rules, **more)
    centre(ev.CenterConfigured(config=msgspec.structs.replace(plain, queues={**plain.queues, "general": general})))


def busy(*rules: Overflow, agents: tuple[str, ...] = ("1002",), **more: object) -> Centre:
    """A centre all of whose ``agents`` talk."""
    centre = Centre()
    publish(centre, *rules, **more)
    centre.ready(*agents)
    for _ in agents:
        centre.talking()
    return centre


def where(centre: Centre, contact: str) -> tuple[str, str]:
    c = centre.state(contact)
    assert c.why is not None
    return c.queue, c.why.code


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (Overflow(target="queue:card", when_unstaffed=True), "overflow_unstaffed"),
        (Overflow(target="queue:card", staffed_below=1), "overflow_understaffed"),
    ],
)
def test_who_waits_goes_on_in_the_moment_in_which_the_last_agent_leaves(rule: Overflow, code: str) -> None:
    centre = busy(rule, wrap_up_ms=0)
    waiting = [centre.call() for _ in range(3)]
    centre.advance(600_000)
    assert {where(centre, contact)[0] for contact in waiting} == {"general"}
    centre(ev.AgentSignedOut(agent="1002"))
    began = centre.now
    centre.hang_up("c1")
    assert centre.now == began
    assert {where(centre, contact) for contact in waiting} == {("card", code)}


def test_nobody_signed_in_who_could_take_this_customer_is_nobody() -> None:
    centre = Centre(agents=2)
    plain = config(2)
    rule = Overflow("queue:general", when_unstaffed=True)
    card = msgspec.structs.replace(plain.queues["card"], skills=(), overflow=(rule,))
    centre(ev.CenterConfigured(config=msgspec.structs.replace(plain, queues={**plain.queues, "card": card})))
    centre.ready("1001", "1002")
    for _ in range(2):
        centre.talking()
    plainly = centre.call("12378")
    asking = centre.call("95000")
    c = centre.state(asking)
    c.variables["excluded_agents"] = "1001,1002"
    press(centre, asking, "1")
    assert where(centre, asking) == ("general", "overflow_unstaffed")
    centre.advance(60_000)
    assert centre.state(plainly).queue == "card"


def test_an_expected_wait_that_grows_while_somebody_waits_hands_them_on() -> None:
    centre = Centre()
    publish(centre, Overflow(target="queue:card", expected_ms=300_000), wrap_up_ms=0)
    centre.ready("1002")
    for _ in range(4):
        contact, _agent = centre.talking()
        centre.advance(180_000)
        centre.hang_up(contact)
    centre.ready("1001")
    talks = [centre.talking() for _ in range(2)]
    first, second = centre.call(), centre.call()
    centre.advance(60_000)
    assert (centre.state(first).queue, centre.state(second).queue) == ("general", "general")
    agent = talks[0][1]
    centre(ev.StateRequested(agent=agent, state=AgentState.ON_BREAK, reason="lunch"))
    centre.hang_up(talks[0][0])
    centre.advance(5_000)
    assert centre.center.acd.waiting("general") == [first]
    assert where(centre, second) == ("card", "overflow_expected")


# --- where to

STRAIGHT = """
flow: straight
title: {zh: 直返, en: Straight}
start: back
fallback_queue: general
steps:
  back: {type: queue, queue: general}
"""
TARGETS = {"offer": offer_flow(OFFER), **flows()}


@pytest.mark.parametrize(
    ("target", "place", "flow"),
    [
        ("queue:card", Place.WAITING, ""),
        ("flow:bot", Place.FLOW, "bot"),  # the assistant, which hears chats
        ("flow:menu", Place.FLOW, "menu"),  # which can take a message
        ("callback", Place.FLOW, "offer"),
        ("number:10086", Place.OUTSIDE, ""),
    ],
)
def test_each_target_is_reached_by_whoever_waits(target: str, place: Place, flow: str) -> None:
    centre = Centre()
    centre(ev.FlowsPublished(flows=TARGETS))
    rule = Overflow(target=target, after_ms=30_000, when_unstaffed=True)
    publish(centre, rule, callback=CallbackRule(flow="offer"), wrap_up_ms=0)
    centre.ready("1002")
    talk, _ = centre.talking()
    waiting = centre.chat() if flow == "bot" else centre.call()
    assert centre.state(waiting).place is Place.WAITING
    centre(ev.AgentSignedOut(agent="1002"))
    centre.hang_up(talk)
    c = centre.state(waiting)
    assert (c.place, c.flow.flow if c.flow is not None else "") == (place, flow)
    left = [fact for fact in centre.facts(ef.QueueLeft) if fact.contact == waiting]
    assert [(fact.queue, fact.outcome) for fact in left] == [("general", "overflow")]


@pytest.mark.parametrize("rule", [Overflow("flow:straight", when_unstaffed=True), Overflow("flow:straight")])
def test_a_flow_that_leads_straight_back_goes_round_only_every_few_seconds(rule: Overflow) -> None:
    centre = Centre()
    straight = load_text("straight.yaml", STRAIGHT).flow.to_plain()
    centre(ev.FlowsPublished(flows={**TARGETS, "straight": straight}))
    publish(centre, rule)
    contact = centre.call()
    began = centre.now
    assert centre.state(contact).place is Place.WAITING
    centre.advance(20_000)
    c = centre.state(contact)
    assert (c.place, c.queued_ms) == (Place.WAITING, began)
    left = [fact for fact in centre.facts(ef.QueueLeft) if fact.contact == contact]
    assert len(left) == 1 + 20_000 // LOOK_EVERY_MS
    centre.ready("1002")
    assert centre.state(contact).place is Place.OFFERED


# --- rules that change


def test_a_rule_that_is_published_concerns_those_who_wait_already() -> None:
    centre = busy()
    early = centre.call()
    centre.advance(50_000)
    late = centre.call()
    centre.advance(20_000)
    publish(centre, WAITED)
    assert where(centre, early) == ("card", "overflow_waited")
    assert centre.state(late).queue == "general"
    centre.advance(39_999)
    assert centre.state(late).queue == "general"
    centre.advance(1)
    assert where(centre, late) == ("card", "overflow_waited")


def test_a_watched_rule_that_is_published_concerns_those_who_wait_already() -> None:
    centre = busy()
    waiting = centre.call()
    publish(centre, Overflow(target="queue:card", staffed_below=2))
    assert where(centre, waiting) == ("card", "overflow_understaffed")


def test_a_rule_that_is_taken_away_sends_nobody_on_and_leaves_no_timer() -> None:
    centre = busy(WAITED)
    waiting = centre.call()
    assert f"overflow:{waiting}" in centre.center.state.timers
    publish(centre)
    assert f"overflow:{waiting}" not in centre.center.state.timers
    centre.advance(300_000)
    assert centre.state(waiting).queue == "general"


def test_who_is_being_offered_goes_on_when_the_offer_comes_to_nothing() -> None:
    centre = Centre()
    publish(centre, WAITED, offer_timeout_ms=90_000)
    centre.ready("1002")
    contact = centre.call()
    centre.advance(70_000)
    assert centre.state(contact).place is Place.OFFERED
    publish(centre, WAITED, offer_timeout_ms=90_000)
    assert centre.state(contact).place is Place.OFFERED
    centre(ev.OfferDeclined(agent="1002", contact=contact))
    centre.advance(0)
    assert where(centre, contact) == ("card", "overflow_waited")


def test_all_expected_waits_at_once_are_those_asked_one_by_one() -> None:
    centre = Centre()
    publish(centre, wrap_up_ms=0)
    centre.ready("1002")
    for _ in range(4):
        contact, _agent = centre.talking()
        centre.advance(90_000)
        centre.hang_up(contact)
    centre.talking()
    waiting = [centre.call() for _ in range(5)] + [centre.chat()]
    acd = centre.center.acd
    waits = acd.expected_waits("general", centre.now)
    assert waits == {contact: acd.expected_wait_ms(contact, centre.now) for contact in waiting}
    assert waits[waiting[4]]
    with pytest.raises(Rejected, match="no queue gone"):
        acd.expected_waits("gone", centre.now)
