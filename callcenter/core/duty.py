"""Which queues are outside their hours: nobody need be there, and nobody is missed."""

from __future__ import annotations

from callcenter.domain.config import CenterConfig
from callcenter.flow.hours import DayState, state_at


def off_duty(config: CenterConfig, now_ms: int) -> frozenset[str]:
    """Queues outside their hours. A calendar or a year that is not known is no reason to be silent."""
    over = {
        key
        for key, calendar in config.calendars.items()
        if state_at(calendar, now_ms) in (DayState.CLOSED, DayState.HOLIDAY)
    }
    return frozenset(queue.id for queue in config.queues.values() if queue.calendar in over)


def is_off_duty(config: CenterConfig, queue: str, now_ms: int) -> bool:
    """Whether this one is outside its hours at a moment."""
    found = config.queues.get(queue)
    calendar = config.calendars.get(found.calendar) if found is not None else None
    return calendar is not None and state_at(calendar, now_ms) in (DayState.CLOSED, DayState.HOLIDAY)
