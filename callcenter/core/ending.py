"""The end of a contact: once, with one reason, nothing left behind."""

from __future__ import annotations

from callcenter.core import agents, callback_waits, callbacks, leads, listening, queueing
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.contact import EndReason, LegEndCause, Place
from callcenter.domain.effects import ConsultEnded, ContactEnded, EndBridge, FileRecording, HangUp, RecordingChanged
from callcenter.domain.events import RecordingEnded

REMEMBERED_ENDS = 1_000


def end(t: Turn, c: Contact, reason: EndReason, *, cause: LegEndCause = LegEndCause.NORMAL) -> None:
    """End a contact, wherever it is. A reason decided earlier (the agent hung up, a survey ran) wins."""
    if c.ended:
        return
    if c.place in (Place.WAITING, Place.OFFERED):
        queueing.leave(t, c, "abandoned" if reason is EndReason.ABANDONED_IN_QUEUE else "ended")
    end_consult(t, c, "ended")
    if c.agent:
        agents.part(t, c, "customer_hung_up" if reason is EndReason.CUSTOMER_HUNG_UP else "ended")
    agents.stop_recording(t, c)
    listening.stop(t, c)
    for leg in list(c.legs):
        t.emit(HangUp(contact=c.id, leg=leg, cause=cause if leg == c.customer_leg else LegEndCause.NORMAL))
        t.drop_leg(c, leg)
    t.emit(EndBridge(contact=c.id, bridge=c.bridge))
    for timer in [name for name in _timers(c) if name in t.state.timers]:
        t.cancel_timer(timer)
    t.move(c, Place.ENDED)
    c.ended, c.flow, c.pending = True, None, None
    t.emit(ContactEnded(contact=c.id, reason=c.end_reason or reason, duration_ms=t.now - c.arrived_ms))
    remember(t, c.id)
    callbacks.forget(t, c)
    leads.over(t, c)
    t.forget_if_over(c.id)
    callback_waits.origin_over(t, c)


def remember(t: Turn, contact: str) -> None:
    """Recognise the contact for a while, now that it is over."""
    t.state.ended[contact] = True
    while len(t.state.ended) > REMEMBERED_ENDS:
        del t.state.ended[next(iter(t.state.ended))]


def end_consult(t: Turn, c: Contact, outcome: str) -> None:
    """Drop the consulted party, if there is one; the first agent is not moved here."""
    consult, c.consult = c.consult, None
    if consult is None:
        return
    t.emit(ConsultEnded(contact=c.id, agent=c.agent, target=consult.target, outcome=outcome))
    t.emit(HangUp(contact=c.id, leg=consult.leg), EndBridge(contact=c.id, bridge=c.consult_bridge))
    t.drop_leg(c, consult.leg)
    if consult.agent:
        queueing.apply(t, t.acd.release(consult.agent, c.id, t.now, wrap_up=False))


def recording_ended(t: Turn, event: RecordingEnded) -> None:
    """File a closed recording, or say that it is missing."""
    known = t.state.recordings.pop(event.recording, None)
    if known is None:
        return
    contact, kind, started = known
    state = "kept" if event.ok else "failed"
    t.emit(RecordingChanged(contact=contact, recording=event.recording, state=state, duration_ms=event.duration_ms))
    if event.ok:
        t.emit(FileRecording(contact=contact, recording=event.recording, kind=kind, started_ms=started))
    else:
        t.alarm("recording_missing", contact=contact, recording=event.recording)
    c = t.state.contacts.get(contact)
    if c is not None and c.recording is not None and c.recording.id == event.recording:
        c.recording = None
    t.forget_if_over(contact)


def _timers(c: Contact) -> tuple[str, ...]:
    names = (
        *("announce", "overflow", "offer", "grace", "consult", "service", "outside"),
        *("silent", "absent", "callback", "dial", "patience", "connect"),
    )
    return tuple(f"{name}:{c.id}" for name in names)
