"""Agents at their desks: signing in and out, states, a page that goes away and comes back, wrap-up."""

from __future__ import annotations

from callcenter.core import dialling_out, ending, queueing, talk
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.agent import (
    BREAK_REASON_CONNECTION_LOST,
    AgentState,
)
from callcenter.domain.contact import Place
from callcenter.domain.errors import Rejected
from callcenter.domain.events import (
    AgentSignedIn,
    AgentSignedOut,
    DeskConnected,
    DeskLost,
    OfferDeclined,
    StateRequested,
)


def sign_in(t: Turn, e: AgentSignedIn) -> None:
    """Open a desk. Another desk of the same agent is replaced: an agent is never doubled."""
    if e.agent not in t.state.config.agents:
        raise Rejected("unknown_agent")
    desk = t.desk(e.agent)
    desk.desk, desk.connected, desk.lost_ms = e.desk, True, None
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
        desk.connected, desk.lost_ms = True, None
        _came_back(t, e.agent)


def _came_back(t: Turn, agent: str) -> None:
    t.cancel_timer(f"desk:{agent}")
    for contact in map(t.contact, t.acd.agent(agent).talks):
        if contact is not None and contact.place is Place.TALKING and not contact.rejoining:
            t.cancel_timer(f"grace:{contact.id}")


def lost(t: Turn, e: DeskLost) -> None:
    """The page is gone: an offer goes on to somebody else at once, idleness gets the grace time and then a break.

    A talk goes on as long as the voice does: the PBX ends the leg of a telephone that has fallen silent. Chats are
    kept as long as their queue's rule says.
    """
    desk = t.desk(e.agent)
    if desk.desk != e.desk or not desk.connected:
        return
    desk.connected, desk.lost_ms = False, t.now
    status = t.acd.agent(e.agent)
    grace = t.now + t.state.config.agent_grace_ms
    if status.offered:
        queueing.apply(t, t.acd.refuse(status.offered, e.agent, t.now, "unreachable", BREAK_REASON_CONNECTION_LOST))
    mine = [c for c in map(t.contact, status.talks) if c is not None and c.agent == e.agent]
    chats = [c for c in mine if c.chat is not None]
    for call in mine:
        if call.place is Place.DIALLING:
            dialling_out.desk_lost(t, call)
        elif call.chat is None and not _voice_up(call):
            t.start_timer(f"grace:{call.id}", grace)
    if chats:
        t.start_timer(f"desk:{e.agent}", t.now + max(t.chat_rule(c).absent_ms for c in chats))
    elif not mine and not status.offered and status.state is not AgentState.LOGGED_OUT:
        t.start_timer(f"desk:{e.agent}", grace)


def _voice_up(c: Contact) -> bool:
    leg = c.legs.get(c.agent_leg)
    return c.place is Place.TALKING and leg is not None and leg.answered and not c.rejoining


def gone(t: Turn, agent: str) -> None:
    """A page did not come back within the grace time: no more offers for this agent, their chats go to others."""
    if t.desk(agent).connected or t.acd.agent(agent).state is AgentState.LOGGED_OUT:
        return
    decisions = t.acd.request_state(agent, AgentState.ON_BREAK, BREAK_REASON_CONNECTION_LOST, t.now)
    queueing.apply(t, decisions)
    for c in map(t.contact, t.acd.agent(agent).talks):
        if c is not None and c.chat is not None and c.agent == agent:
            talk.back_to_queue(t, c)
        elif c is not None and c.chat is not None and c.consult is not None and c.consult.agent == agent:
            ending.end_consult(t, c, "ended")


def request_state(t: Turn, e: StateRequested) -> None:
    """Available or on break; what does not suit the moment takes effect after the contact."""
    queueing.apply(t, t.acd.request_state(e.agent, e.state, e.reason, t.now))


def decline(t: Turn, e: OfferDeclined) -> None:
    """No to an offer."""
    c = t.contact(e.contact)
    if c is not None and c.chat is not None and c.consult is not None and c.consult.agent == e.agent:
        if c.consult.state == "ringing":
            ending.end_consult(t, c, "refused")
        return
    if c is None or c.place is not Place.OFFERED or c.offered_agent != e.agent:
        raise Rejected("offer_gone")
    queueing.apply(t, t.acd.refuse(c.id, e.agent, t.now, "declined", e.reason))
