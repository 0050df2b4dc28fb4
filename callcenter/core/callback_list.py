"""The open callbacks as a list for screens. It reads the memory and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.core.center import Center
from callcenter.core.state import Callback, Contact
from callcenter.domain.contact import Place
from callcenter.domain.views import CallbackState, OpenCallback

ESTIMATED = 100
"""Up to this place in its queue a wait is worked out; each takes time that grows with the place."""

_PLACES = {
    Place.WAITING: CallbackState.WAITING,
    Place.OFFERED: CallbackState.OFFERED,
    Place.DIALLING: CallbackState.DIALLING,
}


def open_callbacks(center: Center, now_ms: int) -> Sequence[OpenCallback]:
    """Every callback that is not over, the oldest booking first."""
    contacts, places = center.state.contacts, dict[str, dict[str, int]]()
    found = []
    for contact in center.state.callbacks.values():
        c = contacts.get(contact)
        if c is None or c.callback is None:
            continue
        queue = c.callback.queue
        if c.place is Place.WAITING and queue not in places:
            places[queue] = {waiting: number for number, waiting in enumerate(center.acd.waiting(queue), 1)}
        found.append(_listed(center, c, c.callback, places.get(queue, {}).get(c.id, 0), now_ms))
    return sorted(found, key=lambda callback: (callback.booked_ms, callback.contact))


def _listed(center: Center, c: Contact, callback: Callback, place: int, now_ms: int) -> OpenCallback:
    rule, out = center.state.config.queues.get(callback.queue), c.outbound
    return OpenCallback(
        contact=c.id,
        queue=callback.queue,
        number=c.caller,
        state=_state(c, callback),
        booked_ms=callback.booked_ms,
        not_before_ms=callback.not_before_ms,
        until_ms=callback.until_ms,
        due_ms=callback.due_ms if c.place is Place.SCHEDULED and not callback.awaits_origin else None,
        place=place,
        expected_wait_ms=center.acd.expected_wait_ms(c.id, now_ms) if 0 < place <= ESTIMATED else None,
        attempts=out.attempts if out is not None else 0,
        attempts_allowed=rule.callback.attempts if rule is not None else 0,
        outcome=out.outcome if out is not None else "",
        agent=c.agent or c.offered_agent,
    )


def _state(c: Contact, callback: Callback) -> CallbackState:
    if callback.awaits_origin:
        return CallbackState.ON_THE_LINE
    if callback.suspended:
        return CallbackState.SUSPENDED
    return _PLACES.get(c.place, CallbackState.SCHEDULED)
