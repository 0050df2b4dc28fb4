"""A queue that nobody signed in can serve: one alarm for it, not one for each contact, until somebody can again.

What the contacts asked for is remembered by kind, so that the alarm stands also when they have gone elsewhere, and ends
as soon as somebody is signed in for each kind. Outside the queue's hours nobody need be there: then the alarm stands
only while somebody waits in vain who was promised service, and kinds are remembered only while anybody does.
"""

from __future__ import annotations

from callcenter.core.duty import is_off_duty
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.alarms import UNSERVED_RULE, Alarm, Metric
from callcenter.domain.effects import AlarmStood
from callcenter.routing.decisions import Unserved

TIMER = "unserved"
LOOK_EVERY_MS = 60_000
"""How often hours are looked at while a queue cannot be served: they begin and end by themselves."""


def note(t: Turn, found: Unserved) -> None:
    """Nobody signed in could ever take a contact that waits: the queue's alarm begins if it is due (:func:`look`)."""
    if found.queue not in t.state.config.queues:
        return
    asked = t.state.unserved.setdefault(found.queue, [])
    if found.asked not in asked:
        asked.append(found.asked)


def look(t: Turn) -> None:
    """Begin and end the alarms of queues that nobody can serve. Costs nothing while all can be."""
    if not t.state.unserved:
        return
    for queue, asked in list(t.state.unserved.items()):
        left = [kind for kind in asked if queue in t.state.config.queues and not t.acd.could_serve(queue, kind)]
        due = bool(left)
        if left and is_off_duty(t.state.config, queue, t.now):
            waiting = _in_vain(t, queue)
            due = any(was_promised(t, c) for c in waiting)
            left = left if waiting else []
        if left:
            t.state.unserved[queue] = left
        else:
            del t.state.unserved[queue]
        _stand(t, queue, due)
    if not t.state.unserved:
        t.cancel_timer(TIMER)
    elif TIMER not in t.state.timers:
        t.start_timer(TIMER, t.now + LOOK_EVERY_MS)


def due(t: Turn, subject: str) -> None:
    """The timer ran out: what is to be done, :func:`look` does after every event."""


def was_promised(t: Turn, c: Contact) -> bool:
    """Whether a customer may count on a person though the queue's hours are over.

    They began to wait in the hours, wait for a callback, or were sent on by a person who had them on the line.
    """
    since_ms = c.joined_ms if c.queued_ms is None else c.queued_ms
    came_ms = t.now if since_ms is None else since_ms
    return c.callback is not None or c.reached or not is_off_duty(t.state.config, c.queue, came_ms)


def _in_vain(t: Turn, queue: str) -> list[Contact]:
    """Who waits there and can be served by nobody signed in."""
    return [t.state.contacts[contact] for contact in t.acd.waiting(queue) if t.acd.is_unserved(contact)]


def _stand(t: Turn, queue: str, due: bool) -> None:
    alarm = Alarm(UNSERVED_RULE, queue, Metric.UNSERVED, value=1.0, limit=0.0, since_ms=t.now, sound=True)
    standing = t.state.alarms.get(alarm.id)
    if due and standing is None:
        t.state.alarms[alarm.id] = alarm
        t.emit(AlarmStood(alarm=alarm, raised=True))
    elif standing is not None and not due:
        del t.state.alarms[alarm.id]
        t.emit(AlarmStood(alarm=standing, raised=False))
