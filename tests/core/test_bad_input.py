"""What people and administrators do at the wrong moment: sign in twice, remove who talks, publish in the rush."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import LegEndCause, Place
from tests.core.centre import Centre, config

AGENT, OTHER = "1002", "1004"
Moment = Callable[[Centre], str]
"""Brings AGENT into a moment; returns the contact, if there is one."""


def free(centre: Centre) -> str:
    return ""


def offered(centre: Centre) -> str:
    return centre.call()


def talking(centre: Centre) -> str:
    return centre.talking()[0]


def on_hold(centre: Centre) -> str:
    contact = talking(centre)
    centre(ev.HoldRequested(agent=AGENT, contact=contact))
    return contact


def asking_another(centre: Centre) -> str:
    contact = talking(centre)
    target, mode = "number:10086", ev.TransferMode.WARM
    centre(ev.TransferRequested(agent=AGENT, contact=contact, target=target, mode=mode))
    consult = centre.state(contact).consult
    assert consult is not None
    centre(ev.LegAnswered(leg=consult.leg))
    return contact


def chatting(centre: Centre) -> str:
    contact = centre.chatting()[0]
    centre.chatting()
    return contact


def wrapping_up(centre: Centre) -> str:
    contact = talking(centre)
    centre.hang_up(contact)
    return contact


MOMENTS: tuple[Moment, ...] = (free, offered, talking, on_hold, asking_another, chatting, wrapping_up)
each_moment = pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)


def without(*agents: str) -> CenterConfig:
    plain = config(4)
    return replace(plain, agents={name: agent for name, agent in plain.agents.items() if name not in agents})


@each_moment
def test_an_agent_who_signs_in_twice_is_one_agent_and_goes_on_with_their_work(moment: Moment) -> None:
    centre = Centre(agents=4)
    centre.ready(AGENT)
    contact = moment(centre)
    before, place = centre.center.acd.agent(AGENT), centre.state(contact).place if contact else None
    effects = centre(ev.AgentSignedIn(agent=AGENT, desk="second"))
    assert not [e for e in effects if isinstance(e, (ef.AgentStateChanged, ef.OfferEnded, ef.HangUp))]
    centre(ev.DeskLost(agent=AGENT, desk=f"desk-{AGENT}"))  # the first page is told that it was replaced, and closes
    centre.advance(10_000)
    assert centre.center.acd.agent(AGENT) == before
    assert (centre.state(contact).place if contact else None) is place
    assert [agent.id for agent in centre.center.state.config.agents.values()].count(AGENT) == 1
    centre.advance(60_000)
    second = centre.call()
    assert centre.center.acd.agent(AGENT).offered in ("", second)


@each_moment
def test_an_agent_who_is_removed_finishes_what_they_have_and_is_gone_and_no_customer_is_lost(moment: Moment) -> None:
    centre = Centre(agents=4)
    centre.ready(AGENT)
    contact = moment(centre)
    held = centre.center.acd.agent(AGENT).talks
    centre(ev.CenterConfigured(config=without(AGENT)))
    assert centre.center.acd.agent(AGENT).talks == held if held else True
    if moment is offered:
        assert centre.state(contact).place is Place.WAITING
        centre.ready(OTHER)
        assert centre.state(contact).offered_agent == OTHER
    for talk in held:
        assert centre.state(talk).place is Place.TALKING
        assert not [fact for fact in centre.facts(ef.ContactEnded) if fact.contact == talk]
        centre(ev.HangUpRequested(agent=AGENT, contact=talk))
    centre.advance(60_000)
    assert centre.center.acd.config_of(AGENT) is None
    ended = [fact.contact for fact in centre.facts(ef.ContactEnded)]
    assert len(ended) == len(set(ended))
    centre(ev.CenterConfigured(config=config(4)))
    centre.ready(AGENT)
    assert centre.agent(AGENT) in (AgentState.AVAILABLE, AgentState.OFFERED)


def test_an_agent_who_is_put_back_during_the_talk_stays() -> None:
    centre = Centre(agents=4)
    centre.ready(AGENT)
    contact = talking(centre)
    centre(ev.CenterConfigured(config=without(AGENT)))
    centre(ev.CenterConfigured(config=config(4)))
    centre.hang_up(contact)
    centre.advance(20_000)
    assert centre.agent(AGENT) is AgentState.AVAILABLE


def test_a_customer_whose_queue_is_removed_during_the_talk_still_comes_to_somebody() -> None:
    centre = Centre(agents=4)
    centre.ready("1001")
    contact, _ = centre.talking("12378")
    plain = config(4)
    numbers = {**plain.numbers, "12378": "queue:general"}
    centre(ev.CenterConfigured(config=replace(plain, queues={"general": plain.queues["general"]}, numbers=numbers)))
    centre.leg_fails(centre.state(contact).agent_leg, LegEndCause.UNREACHABLE)
    centre.advance(20_000)
    assert (centre.state(contact).place, centre.state(contact).queue) == (Place.WAITING, "general")
    centre.ready(AGENT)
    assert centre.state(contact).offered_agent == AGENT


# --- the busiest second

STAFF = 30


def rush_config(round_: int) -> CenterConfig:
    """Another configuration each time: levels, priorities, wrap-up, who is there, which queues there are."""
    plain = config(STAFF)
    general, card = plain.queues["general"], plain.queues["card"]
    agents = {
        name: replace(agent, skills={"card": 1 + (number + round_) % 10} if (number + round_) % 3 else {})
        for number, (name, agent) in enumerate(plain.agents.items())
        if (number + round_) % 7
    }
    queues = {"general": replace(general, overflow=(), wrap_up_ms=5_000 * (round_ % 3), priority=round_ % 4)}
    if round_ % 5 != 4:
        queues["card"] = replace(card, reserve=round_ % 2)
    numbers = {**plain.numbers, "12378": "queue:card" if "card" in queues else "queue:general"}
    return replace(plain, agents=agents, queues=queues, numbers=numbers)


def test_configurations_published_in_the_busiest_second_drop_nobody_and_leave_nobody_stuck() -> None:
    centre = Centre(agents=STAFF)
    names = [f"{1001 + number}" for number in range(STAFF)]
    centre(ev.CenterConfigured(config=rush_config(1)))
    centre.ready(*(name for name in names if name in rush_config(1).agents))
    callers = [centre.call() for _ in range(120)]
    began = centre.now
    for round_ in range(2, 42):
        centre(ev.CenterConfigured(config=rush_config(round_)))
        callers += [centre.call(), centre.call("12378"), centre.chat()]
        for contact in callers[round_ : round_ + 40 : 7]:
            if contact in centre.center.state.contacts and centre.state(contact).place is Place.OFFERED:
                centre.answer(contact)
        talks = [c.id for c in centre.center.state.contacts.values() if c.place is Place.TALKING and c.chat is None]
        for contact in talks[: round_ % 3]:
            centre.hang_up(contact)
        centre.ready(*(name for name in names[round_ % STAFF :][:2] if name in rush_config(round_).agents))
        centre.now += 25
    assert centre.now - began == 1_000
    ended = [fact.contact for fact in centre.facts(ef.ContactEnded)]
    there = {c.id for c in centre.center.state.contacts.values() if not c.ended}
    assert len(ended) == len(set(ended))
    assert {*ended, *there} >= set(callers)
    assert not {*ended} & there
    hung_up = {fact.contact for fact in centre.facts(ef.ContactEnded) if fact.reason.value == "customer_hung_up"}
    assert set(ended) == hung_up  # nobody was ended by us
    assert not [fact for fact in centre.facts(ef.AlarmRaised) if fact.code == "core_failed"]
    waiting = centre.center.acd.waiting("general")
    plain = [contact for contact in waiting if contact in callers[:120]]
    assert plain == sorted(plain, key=callers.index), "who came first is still first"
    for c in list(centre.center.state.contacts.values()):
        if not c.ended:
            centre.hang_up(c.id)
    centre.advance(120_000)
    assert all(c.ended and c.recording for c in centre.center.state.contacts.values()), "only recordings are open"
    for name in centre.center.state.config.agents:
        assert centre.agent(name) in (AgentState.AVAILABLE, AgentState.ON_BREAK, AgentState.LOGGED_OUT), name
