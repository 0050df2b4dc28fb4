"""Whether anybody is at work for a chat entry."""

from __future__ import annotations

from callcenter.domain.config import CenterConfig, ChatEntry
from callcenter.flow.hours import DayState, state_at


def at_work(entry: ChatEntry, config: CenterConfig, now_ms: int) -> bool:
    """False when the entry's calendar is known to be closed; of a year it does not know, visitors are let in."""
    calendar = config.calendars.get(entry.calendar)
    return calendar is None or state_at(calendar, now_ms) in (DayState.OPEN, DayState.UNKNOWN)
