"""Callbacks that keep their place: a virtual caller waits in the queue for somebody who asked to be called back.

A callback is a contact of its own, linked to the one in which it was booked, with the arrival time of that one; it ages
and is offered like a live caller. Where it waits, and when it is tried again, is :mod:`callback_waits`; what follows
when an agent takes it is :mod:`dialling_out`. There is one open callback for each number and queue. A customer who
rings again and comes to that queue takes its place over.

Legal guard: a callback is made only by :func:`book`, which follows from keys the customer pressed; nobody is dialled
who did not ask for it, nor outside the hours of :mod:`calling_hours`, nor abroad or at a premium number.
"""

from __future__ import annotations

from callcenter.core import callback_waits, dialling_out, ending
from callcenter.core.contact_ids import derived_id
from callcenter.core.state import Callback, Contact, Outbound
from callcenter.core.turn import Turn
from callcenter.domain.config import CallbackRule, QueueConfig
from callcenter.domain.contact import Channel, Direction, EndReason, Place
from callcenter.domain.effects import (
    CallbackBooked,
    CallbackSuperseded,
    CallbackUpdated,
    CallbackWithdrawn,
    ContactOpened,
    PlaceTakenOver,
)
from callcenter.domain.errors import Rejected
from callcenter.domain.events import CallbackCancelled
from callcenter.domain.phone import international

ORIGIN_PATIENCE_MS = 120_000
"""A callback waits so long for the call in which it was booked to be over; nobody can be reached who is on the line."""
REASON_LENGTH = 500


def key_of(queue: str, number: str) -> str:
    """What makes two callbacks the same: the queue, and the number in international form."""
    return f"{queue}|{international(number)}"


def standing(t: Turn, queue: str, number: str) -> Contact | None:
    """The open callback to this number from this queue."""
    if not t.state.callbacks or not number:
        return None
    return t.contact(t.state.callbacks.get(key_of(queue, number), ""))


def all_open(t: Turn) -> list[Contact]:
    """Every open callback, the oldest booking first."""
    return [c for contact in t.state.callbacks.values() if (c := t.contact(contact)) is not None]


def of(c: Contact) -> Callback:
    """What is known of the promise; the contact must be a callback."""
    assert c.callback is not None
    return c.callback


def rule_of(t: Turn, c: Contact) -> CallbackRule:
    """The rule of the queue a callback is for."""
    found = t.state.config.queues.get(of(c).queue)
    return found.callback if found is not None else QueueConfig(id="", names={}).callback


# --- booking


def book(
    t: Turn, origin: Contact, queue: str, number: str, *, not_before_ms: int | None = None, until_ms: int | None = None
) -> None:
    """Promise to call ``number`` back, perhaps between two times. A second promise changes the first."""
    known = standing(t, queue, number)
    c = known or _open(t, origin, queue, number)
    t.emit(
        CallbackBooked(
            contact=origin.id,
            queue=queue,
            number=number,
            callback=c.id,
            known=known is not None,
            not_before_ms=not_before_ms,
            until_ms=until_ms,
        )
    )
    callback = of(c)
    callback.not_before_ms, callback.until_ms, callback.days, callback.retry_ms = not_before_ms, until_ms, 0, None
    callback.expires_ms = max(t.now, until_ms or 0) + rule_of(t, c).keep_ms
    if callback.origin != origin.id:
        callback.origin = origin.id
        t.emit(CallbackUpdated(contact=c.id, origin=origin.id, not_before_ms=not_before_ms, until_ms=until_ms))
    if c.id not in origin.booked:
        origin.booked.append(c.id)
    if c.place is not Place.DIALLING:
        callback_waits.await_origin(t, c, t.now + ORIGIN_PATIENCE_MS)


def _open(t: Turn, origin: Contact, queue: str, number: str) -> Contact:
    """Open the contact that will wait. It knows what is known of the customer, and asks for what the call asked for."""
    same_queue = origin.queue == queue
    flow = origin.flow.variables if origin.flow is not None else {}
    variables = {k: v for k, v in {**origin.variables, **flow}.items() if not isinstance(v, dict)}
    callback = Callback(
        key=key_of(queue, number),
        queue=queue,
        origin=origin.id,
        booked_ms=t.now,
        since_ms=t.now if origin.queued_ms is None else origin.queued_ms,
        expires_ms=t.now,
    )
    c = Contact(
        id=derived_id(origin.id, len(origin.booked) + 1, t.now),
        channel=Channel.VOICE,
        direction=Direction.OUTBOUND,
        caller=number,
        dialled=origin.dialled,
        line=origin.line,
        arrived_ms=t.now,
        customer_leg="",
        place=Place.SCHEDULED,
        queue=queue,
        queue_priority=origin.queue_priority if same_queue else 0,
        queue_skills=origin.queue_skills if same_queue else (),
        flow_path=[*origin.flow_path],
        variables={**variables, "caller": number},
        asked_in=origin.asked_in,
        asked_ms=origin.asked_ms,
        reached=origin.reached,
        outbound=Outbound(number=number),
        callback=callback,
    )
    origin.reached = True  # whether a person answers is from now on the callback's matter
    t.state.contacts[c.id] = c
    t.state.callbacks[callback.key] = c.id
    t.emit(
        ContactOpened(
            contact=c.id,
            channel=c.channel,
            direction=c.direction,
            caller=number,
            dialled=c.dialled,
            line=c.line,
            flow="",
            origin=origin.id,
        )
    )
    return c


# --- ending


def reached(t: Turn, c: Contact) -> None:
    """The customer is on the line: the promise is kept, and from now on it is a talk like any other."""
    forget(t, c)
    t.cancel_timer(f"callback:{c.id}")


def close(t: Turn, c: Contact, reason: EndReason) -> None:
    """The callback is over; a dialling that goes on is stopped."""
    if c.place is Place.DIALLING:
        dialling_out.stop(t, c)
    ending.end(t, c, reason)


def forget(t: Turn, c: Contact) -> None:
    """No open callback any more: its number may be booked again."""
    if c.callback is not None and t.state.callbacks.get(c.callback.key) == c.id:
        del t.state.callbacks[c.callback.key]


# --- the customer rings again


def give_place(t: Turn, c: Contact, queue: str) -> Contact | None:
    """The open callback whose place a live call takes over; the call is as old as it from now on."""
    former = None if c.virtual or c.channel is not Channel.VOICE else standing(t, queue, c.caller)
    if former is None:
        return None
    since = of(former).since_ms
    c.queued_ms = since if c.queued_ms is None else min(c.queued_ms, since)
    if not c.asked_in:
        c.asked_in, c.asked_ms, c.reached = former.asked_in, former.asked_ms, former.reached
        former.reached = True
    return former


def supersede(t: Turn, former: Contact, by: Contact) -> None:
    """The live call waits at the callback's place: the callback is over, and who was reserved for it is free.

    To be called after the live call has joined, so that the agent who becomes free may get it.
    """
    t.emit(
        PlaceTakenOver(contact=by.id, callback=former.id),
        CallbackSuperseded(contact=former.id, by=by.id),
    )
    close(t, former, EndReason.SUPERSEDED)


# --- supervisors


def cancel(t: Turn, e: CallbackCancelled) -> None:
    """Take a callback off the list; its dialling stops. Refused: ``callback_gone``, ``callback_reason``."""
    c = t.contact(e.contact)
    if c is None or c.callback is None or t.state.callbacks.get(c.callback.key) != c.id:
        raise Rejected("callback_gone")
    reason = e.reason.strip()[:REASON_LENGTH]
    if not reason:
        raise Rejected("callback_reason")
    t.emit(CallbackWithdrawn(contact=c.id, by=e.by, note=reason))
    close(t, c, EndReason.CALLBACK_WITHDRAWN)
