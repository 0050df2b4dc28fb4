"""A queue that nobody signed in can serve: one alarm for it, not one for each contact, until somebody can again.

What the contacts asked for is remembered by kind, so that the alarm stands also when they have gone elsewhere, and ends
as soon as somebody is signed in for each kind.
"""

from __future__ import annotations

from callcenter.core.turn import Turn
from callcenter.domain.alarms import UNSERVED_RULE, Alarm, Metric
from callcenter.domain.effects import AlarmStood
from callcenter.routing.decisions import Unserved


def note(t: Turn, found: Unserved) -> None:
    """Nobody signed in could ever take a contact that waits: the queue's alarm begins, unless it stands."""
    if found.queue not in t.state.config.queues:
        return
    asked = t.state.unserved.setdefault(found.queue, [])
    if found.asked not in asked:
        asked.append(found.asked)
    alarm = Alarm(UNSERVED_RULE, found.queue, Metric.UNSERVED, value=1.0, limit=0.0, since_ms=t.now, sound=True)
    if alarm.id not in t.state.alarms:
        t.state.alarms[alarm.id] = alarm
        t.emit(AlarmStood(alarm=alarm, raised=True))


def look(t: Turn) -> None:
    """End the alarms of queues that can be served again, or are gone. Costs nothing while none stands."""
    for queue, asked in list(t.state.unserved.items()):
        left = [kind for kind in asked if queue in t.state.config.queues and not t.acd.could_serve(queue, kind)]
        if left:
            t.state.unserved[queue] = left
            continue
        del t.state.unserved[queue]
        alarm = t.state.alarms.pop(f"{UNSERVED_RULE}:{queue}", None)
        if alarm is not None:
            t.emit(AlarmStood(alarm=alarm, raised=False))
