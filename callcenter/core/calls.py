"""A call arrives, legs answer, legs end: what telephony tells us."""

from __future__ import annotations

from callcenter.core import agents, dialling_out, ending, flows, queueing, supervision, talk, transfer
from callcenter.core.state import Contact, Leg
from callcenter.core.turn import Turn
from callcenter.domain.contact import Channel, Direction, EndReason, LegEndCause, LegRole, Place, Why
from callcenter.domain.effects import AnswerLeg, ContactOpened, HangUp, StartRecording
from callcenter.domain.errors import Rejected
from callcenter.domain.events import CallArrived, LegAnswered, LegEnded

OUR_LEGS = "leg-"
"""Legs that we dialled are named so; others came from outside."""

DECLINED = (LegEndCause.REJECTED, LegEndCause.BUSY)


def arrived(t: Turn, e: CallArrived) -> None:
    """Open a contact and begin the flow of the number that was dialled."""
    if e.contact in t.state.contacts or e.contact in t.state.ended or e.leg in t.state.legs:
        return
    numbers = t.state.config.numbers
    target = numbers.get(e.dialled) or numbers.get("*", "")
    c = Contact(
        id=e.contact,
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        caller=e.caller,
        dialled=e.dialled,
        line=e.line,
        arrived_ms=t.now,
        customer_leg=e.leg,
        variables={"caller": e.caller, "dialled": e.dialled, "line": e.line, "language": "zh"},
    )
    c.legs[e.leg] = Leg(id=e.leg, role=LegRole.CUSTOMER, party=e.caller, answered=True)
    t.state.contacts[c.id] = c
    t.state.legs[e.leg] = c.id
    t.emit(
        ContactOpened(
            contact=c.id,
            channel=c.channel,
            direction=c.direction,
            caller=e.caller,
            dialled=e.dialled,
            line=e.line,
            flow=target,
        )
    )
    if not target:
        t.alarm("unknown_number", dialled=e.dialled)
        ending.end(t, c, EndReason.UNKNOWN_NUMBER, cause=LegEndCause.UNREACHABLE)
        return
    if not e.answered:
        t.emit(AnswerLeg(contact=c.id, leg=e.leg))
    begin(t, c, target)


def begin(t: Turn, c: Contact, target: str) -> None:
    """Send a new contact where it was bound for: straight into a queue (``queue:ID``), or through a flow."""
    if target.startswith("queue:"):
        queueing.join(t, c, target.removeprefix("queue:"), Why(code="dialled", detail={"number": c.dialled}))
    else:
        flows.start(t, c, target.removeprefix("flow:"))


def leg_answered(t: Turn, e: LegAnswered) -> None:
    """Somebody we dialled picked up. A leg that is no longer wanted is hung up."""
    c = t.contact_of_leg(e.leg)
    if c is None or c.ended or e.leg not in c.legs:
        if e.leg.startswith(OUR_LEGS):
            t.emit(HangUp(contact="", leg=e.leg))
        return
    if c.legs[e.leg].answered:
        return
    if e.leg == c.offer_leg:
        _offer_answered(t, c, e.leg)
    elif e.leg == c.customer_leg and c.place is Place.DIALLING:
        dialling_out.answered(t, c, machine=e.machine)
    elif e.leg == c.agent_leg and c.rejoining:
        talk.rejoined(t, c)
    elif c.consult is not None and e.leg == c.consult.leg:
        transfer.consult_answered(t, c)
    elif e.leg == c.outside_leg:
        transfer.outside_answered(t, c)
    elif e.leg in c.supervisors.values():
        supervision.supervisor_answered(t, c, e.leg)


def _offer_answered(t: Turn, c: Contact, leg: str) -> None:
    agent = c.offered_agent
    try:
        decisions = t.acd.accept(c.id, agent, t.now)
    except Rejected:
        t.emit(HangUp(contact=c.id, leg=leg))
        t.drop_leg(c, leg)
        return
    t.cancel_timer(f"offer:{c.id}")
    c.offered_agent, c.offer_leg, c.offered_ms = "", "", None
    if c.virtual:
        queueing.accepted(t, c, agent, "dialling")
        queueing.apply(t, decisions)
        dialling_out.begin(t, c, agent, leg)
        return
    queueing.accepted(t, c, agent)
    agents.connect(t, c, agent, leg)
    queueing.apply(t, decisions)
    c.queued_ms = None


def leg_ended(t: Turn, e: LegEnded) -> None:
    """A party is gone. What it means depends on whose leg it was and where the contact is."""
    c = t.contact_of_leg(e.leg)
    if c is None or c.ended or e.leg not in c.legs:
        return
    if c.place is Place.DIALLING and e.leg == c.customer_leg:
        dialling_out.customer_leg_ended(t, c, e.cause)
    elif c.place is Place.DIALLING and e.leg == c.agent_leg:
        dialling_out.agent_leg_ended(t, c, e.cause)
    elif e.leg == c.customer_leg:
        customer_gone(t, c, e.cause)
    elif e.leg == c.offer_leg:
        _offer_leg_ended(t, c, e.cause)
    elif e.leg == c.agent_leg:
        _agent_leg_ended(t, c, e.cause)
    elif c.consult is not None and e.leg == c.consult.leg:
        transfer.consult_leg_ended(t, c)
    elif e.leg == c.outside_leg:
        transfer.outside_ended(t, c, c.legs[e.leg].answered)
    elif e.leg in c.supervisors.values():
        supervision.supervisor_left(t, c, e.leg)


def customer_gone(t: Turn, c: Contact, cause: LegEndCause) -> None:
    """The customer hung up, or the PBX lost them."""
    t.drop_leg(c, c.customer_leg)
    ending.end(t, c, _reason(c, cause))


def _reason(c: Contact, cause: LegEndCause) -> EndReason:
    if cause is LegEndCause.LOST:
        return EndReason.TELEPHONY_LOST
    if c.place in (Place.WAITING, Place.OFFERED):
        return EndReason.ABANDONED_IN_QUEUE
    if c.place is Place.FLOW:
        if c.flow is not None and c.flow.outcome:
            return EndReason(c.flow.outcome)
        if c.recording is not None and c.recording.kind == "voicemail":
            return EndReason.VOICEMAIL_LEFT
        return EndReason.ABANDONED_IN_FLOW
    if c.place is Place.OUTSIDE:
        return EndReason.TRANSFERRED_OUT
    return EndReason.CUSTOMER_HUNG_UP


def _offer_leg_ended(t: Turn, c: Contact, cause: LegEndCause) -> None:
    """The rung agent's telephone said no, was not there, or rang out."""
    if cause in DECLINED or cause is LegEndCause.NORMAL:
        outcome = "declined"
    elif cause is LegEndCause.NO_ANSWER:
        outcome = "missed"
    elif cause is LegEndCause.LOST:
        outcome = "withdrawn"  # the ring fell away while we were: no fault of the agent's
    else:
        outcome = "unreachable"
    queueing.apply(t, t.acd.refuse(c.id, c.offered_agent, t.now, outcome))


def _agent_leg_ended(t: Turn, c: Contact, cause: LegEndCause) -> None:
    """The agent hung up on their telephone, or it fell away."""
    page_gone = bool(t.desk(c.agent).desk) and not t.desk(c.agent).connected
    if cause is LegEndCause.NORMAL and not page_gone and not c.rejoining:
        t.drop_leg(c, c.agent_leg)
        c.agent_leg = ""
        if not transfer.first_agent_left(t, c):
            talk.agent_hung_up(t, c)
        return
    c.rejoining = False
    talk.agent_lost(t, c)


def legs_missing(t: Turn, c: Contact, alive: frozenset[str]) -> None:
    """The PBX no longer has some legs of this contact."""
    for leg in list(c.legs) if c.chat is None else ():
        if leg not in alive and not c.ended and leg in c.legs:
            leg_ended(t, LegEnded(leg=leg, cause=LegEndCause.LOST))


def restart_recording(t: Turn, c: Contact) -> None:
    """After an absence the recording may have stopped; starting it again does nothing when it runs."""
    if c.recording is not None and c.recording.state == "on" and c.recording.kind == "call":
        t.emit(StartRecording(contact=c.id, recording=c.recording.id, leg=c.customer_leg))
