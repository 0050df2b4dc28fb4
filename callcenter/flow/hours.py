"""Whether a calendar is open at a moment. A year the calendar does not know is said to be unknown, never guessed."""

from __future__ import annotations

from enum import StrEnum

from callcenter.domain.config import Calendar
from callcenter.flow.functions import Moment


class DayState(StrEnum):
    """What a calendar says of a moment."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    UNKNOWN = "unknown"


def state_at(calendar: Calendar, now_ms: int) -> DayState:
    """Open, closed, on holiday, or of an unknown year. On a make-up working day Monday's hours apply."""
    local = Moment(now_ms, calendar.timezone).local()
    if local.year not in calendar.years:
        return DayState.UNKNOWN
    day = calendar.days.get(local.date().isoformat(), "")
    if day == "holiday":
        return DayState.HOLIDAY
    weekday = 0 if day == "workday" else local.weekday()
    minute = local.hour * 60 + local.minute
    inside = any(span.weekday == weekday and span.start_minute <= minute < span.end_minute for span in calendar.hours)
    return DayState.OPEN if inside else DayState.CLOSED
