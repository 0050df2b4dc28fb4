"""Where a callback waits: in its queue, outside until a time, or no more; and what follows when nobody was reached."""

from __future__ import annotations

from callcenter.core import callback_rules, callbacks, queueing
from callcenter.core.callback_rules import GivenUp, InQueue, Outside
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.config import Calendar, CallbackRule
from callcenter.domain.contact import EndReason, Place, Why
from callcenter.domain.effects import CallbackFailed, CallbackScheduled

WAITS = (Place.WAITING, Place.OFFERED)


def await_origin(t: Turn, c: Contact, until_ms: int) -> None:
    """Wait outside until the call in which it was booked is over, or until a time."""
    callback = callbacks.of(c)
    if c.place in WAITS:
        _step_out(t, c, "booked_again")
    callback.awaits_origin, callback.due_ms = True, t.now
    t.start_timer(f"callback:{c.id}", until_ms)


def origin_over(t: Turn, origin: Contact) -> None:
    """The call in which callbacks were booked is over: their numbers can be reached now."""
    for contact in origin.booked:
        c = t.contact(contact)
        if c is not None and c.place is Place.SCHEDULED and callbacks.of(c).awaits_origin:
            go_on(t, c)


def due(t: Turn, contact: str) -> None:
    """The time has come to go into the queue, or to leave it for now, or to give up."""
    c = t.contact(contact)
    if c is not None and c.callback is not None and c.place in (Place.SCHEDULED, *WAITS):
        go_on(t, c)


def suspend(t: Turn, c: Contact) -> None:
    """The queue was closed by hand: wait outside until it is opened again."""
    callback = callbacks.of(c)
    if c.place in WAITS:
        _step_out(t, c, "closed")
    if not callback.suspended:
        why = Why(code="queue_closed", detail={"from": callback.queue})
        t.emit(CallbackScheduled(contact=c.id, at_ms=None, why=why))
    callback.suspended, callback.due_ms = True, None
    t.start_timer(f"callback:{c.id}", callback.expires_ms)


def reopened(t: Turn, queue: str) -> None:
    """The queue takes contacts again."""
    for c in callbacks.all_open(t):
        if callbacks.of(c).queue == queue and callbacks.of(c).suspended:
            go_on(t, c)


def reconfigured(t: Turn) -> None:
    """Hours and rules may be others now. Looks at every open callback that is not being dialled."""
    for c in callbacks.all_open(t):
        if c.place is not Place.DIALLING and not callbacks.of(c).awaits_origin:
            go_on(t, c)


def go_on(t: Turn, c: Contact) -> None:
    """Let the callback wait where it belongs now: in its queue, outside until a time, or no more."""
    callback = callbacks.of(c)
    if callback.awaits_origin:
        callback.awaits_origin, callback.due_ms = False, None
    if callback.queue not in t.state.config.queues:
        _fail(t, c, "queue_gone")
        return
    if callback.queue in t.state.closures and t.now < callback.expires_ms:
        suspend(t, c)
        return
    rule = callbacks.rule_of(t, c)
    match callback_rules.place_of(callback, rule, _calendar(t, rule), t.now):
        case GivenUp(reason=reason):
            _fail(t, c, reason)
        case Outside(at_ms=at_ms):
            _wait_until(t, c, at_ms)
        case InQueue(until_ms=until_ms):
            t.start_timer(f"callback:{c.id}", until_ms)
            if c.place is Place.SCHEDULED:
                _enter(t, c)


def may_dial(t: Turn, c: Contact) -> bool:
    """Whether the customer may be called at this moment; the last look before the number is dialled."""
    rule = callbacks.rule_of(t, c)
    return callback_rules.may_dial(rule, _calendar(t, rule), t.now)


def not_reached(t: Turn, c: Contact) -> None:
    """An attempt reached nobody: try again after a while, or at once where the fault was ours, or give up."""
    assert c.outbound is not None
    given_up = callback_rules.after_failure(callbacks.of(c), c.outbound, callbacks.rule_of(t, c), t.now)
    if given_up is not None:
        _fail(t, c, given_up.reason)
    else:
        go_on(t, c)


def _calendar(t: Turn, rule: CallbackRule) -> Calendar | None:
    """The queue's calendar; one that is not there any more counts as none, for the quiet hours hold all the same."""
    return t.state.config.calendars.get(rule.calendar)


def _wait_until(t: Turn, c: Contact, at_ms: int) -> None:
    callback = callbacks.of(c)
    if c.place in WAITS:
        _step_out(t, c, "paused")
    t.start_timer(f"callback:{c.id}", min(at_ms, callback.expires_ms))
    if callback.due_ms == at_ms:
        return
    callback.due_ms, callback.suspended = at_ms, False
    t.emit(CallbackScheduled(contact=c.id, at_ms=at_ms, why=_why(c, at_ms)))


def _why(c: Contact, at_ms: int) -> Why:
    """Why it waits until then: for the next attempt, for the hours asked for, or for those of the queue."""
    callback = callbacks.of(c)
    if callback.retry_ms == at_ms and c.outbound is not None:
        return Why(code="callback_retry", detail={"outcome": c.outbound.outcome})
    return Why(code="callback_window" if callback.not_before_ms == at_ms else "callback_hours")


def _step_out(t: Turn, c: Contact, outcome: str) -> None:
    queueing.leave(t, c, outcome)
    t.move(c, Place.SCHEDULED)


def _enter(t: Turn, c: Contact) -> None:
    """Into the queue, at the place of its age."""
    callback, outbound = callbacks.of(c), c.outbound
    callback.due_ms, callback.retry_ms, callback.suspended = None, None, False
    c.queued_ms = callback_rules.waits_since_ms(callback, callbacks.rule_of(t, c))
    why = Why(code="callback", detail={"attempt": outbound.dials + 1 if outbound is not None else 1})
    queueing.join(t, c, callback.queue, why, priority=c.queue_priority, skills=c.queue_skills)


def _fail(t: Turn, c: Contact, reason: str) -> None:
    t.emit(CallbackFailed(contact=c.id, reason=reason, attempts=c.outbound.dials if c.outbound is not None else 0))
    callbacks.close(t, c, EndReason.CALLBACK_FAILED)
