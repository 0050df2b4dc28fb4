"""Agents at their desks: signing in and out, states, a page that goes away and comes back, wrap-up."""

from __future__ import annotations

from callcenter.core import queueing
from callcenter.core.turn import Turn
from callcenter.domain.agent import (
    BREAK_REASON_CONNECTION_LOST,
    AgentState,
)
from callcenter.domain.contact import Place
from callcenter.domain.effects import WrapUpFiled
from callcenter.domain.errors import Rejected
from callcenter.domain.events import (
    AgentSignedIn,
    AgentSignedOut,
    DeskConnected,
    DeskLost,
    OfferDeclined,
    StateRequested,
    WrapUpCompleted,
)


def sign_in(t: Turn, e: AgentSignedIn) -> None:
    """Open a desk. Another desk of the same agent is replaced: an agent is never doubled."""
    if e.agent not in t.state.config.agents:
        raise Rejected("unknown_agent")
    desk = t.desk(e.agent)
    desk.desk, desk.connected = e.desk, True
    _came_back(t, e.agent)
    if t.acd.agent(e.agent).state is AgentState.LOGGED_OUT:
        queueing.apply(t, t.acd.sign_in(e.agent, t.now))


def sign_out(t: Turn, e: AgentSignedOut) -> None:
    """End the shift; a talk in progress is finished first."""
    queueing.apply(t, t.acd.sign_out(e.agent, t.now))
    t.cancel_timer(f"desk:{e.agent}")


def connected(t: Turn, e: DeskConnected) -> None:
    """The page is back (or a tab that was replaced spoke: ignored)."""
    desk = t.desk(e.agent)
    if desk.desk == e.desk:
        desk.connected = True
        _came_back(t, e.agent)


def _came_back(t: Turn, agent: str) -> None:
    t.cancel_timer(f"desk:{agent}")
    contact = t.contact(t.acd.agent(agent).contact)
    if contact is not None and contact.place is Place.TALKING and not contact.rejoining:
        t.cancel_timer(f"grace:{contact.id}")


def lost(t: Turn, e: DeskLost) -> None:
    """The page is gone: an offer goes on to somebody else at once, a talk gets the grace time, idleness a break."""
    desk = t.desk(e.agent)
    if desk.desk != e.desk or not desk.connected:
        return
    desk.connected = False
    status = t.acd.agent(e.agent)
    grace = t.now + t.state.config.agent_grace_ms
    contact = t.contact(status.contact)
    if status.state is AgentState.OFFERED and contact is not None:
        queueing.apply(t, t.acd.refuse(contact.id, e.agent, t.now, "unreachable", BREAK_REASON_CONNECTION_LOST))
    elif contact is not None and contact.agent == e.agent:
        t.start_timer(f"grace:{contact.id}", grace)
    elif status.state is not AgentState.LOGGED_OUT:
        t.start_timer(f"desk:{e.agent}", grace)


def gone(t: Turn, agent: str) -> None:
    """A page did not come back within the grace time: no more offers for this agent."""
    if t.desk(agent).connected or t.acd.agent(agent).state is AgentState.LOGGED_OUT:
        return
    decisions = t.acd.request_state(agent, AgentState.ON_BREAK, BREAK_REASON_CONNECTION_LOST, t.now)
    queueing.apply(t, decisions)


def request_state(t: Turn, e: StateRequested) -> None:
    """Available or on break; what does not suit the moment takes effect after the contact."""
    queueing.apply(t, t.acd.request_state(e.agent, e.state, e.reason, t.now))


def decline(t: Turn, e: OfferDeclined) -> None:
    """No to an offer."""
    c = t.contact(e.contact)
    if c is None or c.place is not Place.OFFERED or c.offered_agent != e.agent:
        raise Rejected("offer_gone")
    queueing.apply(t, t.acd.refuse(c.id, e.agent, t.now, "declined", e.reason))


def wrap_up(t: Turn, e: WrapUpCompleted) -> None:
    """File the result: during the talk, in wrap-up, or late; what an agent typed is never lost."""
    desk = t.desk(e.agent)
    known = {reason.id for reason in t.state.config.dispositions}
    if known and e.disposition not in known:
        raise Rejected("unknown_disposition")
    c = t.state.contacts.get(e.contact)
    in_talk = c is not None and not c.ended and c.agent == e.agent
    if not in_talk and e.contact not in desk.recent:
        raise Rejected("not_your_contact")
    t.emit(WrapUpFiled(contact=e.contact, agent=e.agent, disposition=e.disposition, note=e.note))
    if c is not None and in_talk:
        c.disposition, c.note = e.disposition, e.note
    elif desk.wrap_up == e.contact:
        queueing.apply(t, t.acd.end_wrap_up(e.agent, t.now))


def wrap_up_over(t: Turn, agent: str) -> None:
    """The time for wrap-up ran out."""
    if t.state.desks.get(agent) is not None and t.desk(agent).wrap_up:
        queueing.apply(t, t.acd.end_wrap_up(agent, t.now))
