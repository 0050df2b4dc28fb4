"""When a customer may be called: within the queue's opening hours, outside quiet hours, on days that are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callcenter.domain.config import Calendar, CallbackRule

LOOK_AHEAD_DAYS = 15
"""The longest closed stretch looked beyond: a week of holidays with the weekends around it, and some more."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_MINUTES = 24 * 60

Span = tuple[int, int]
"""From (inclusive) and to (exclusive), in ms since 1970."""


def minutes_of(clock: str) -> int:
    """``08:30`` → 510, the minutes since midnight. Raises ValueError for anything else than 00:00 to 24:00."""
    hours, _, minutes = clock.partition(":")
    if not (len(hours) == len(minutes) == 2 and hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):
        raise ValueError(clock)
    found = int(hours) * 60 + int(minutes)
    if found > _DAY_MINUTES:
        raise ValueError(clock)
    return found


def zone_of(rule: CallbackRule, calendar: Calendar | None) -> ZoneInfo:
    """The time zone that the hours are meant in."""
    return ZoneInfo(calendar.timezone if calendar is not None else rule.timezone)


def next_span(rule: CallbackRule, calendar: Calendar | None, from_ms: int, until_ms: int | None = None) -> Span | None:
    """The first stretch of time from ``from_ms`` on, and before ``until_ms``, in which a customer may be called.

    None when there is none within :data:`LOOK_AHEAD_DAYS`. A day of a year that the calendar does not know is closed:
    nobody is called on a guess.
    """
    zone = zone_of(rule, calendar)
    first = _local(from_ms, zone).date()
    for ahead in range(LOOK_AHEAD_DAYS):
        for start, end in _spans(rule, calendar, first + timedelta(days=ahead), zone):
            begins, ends = max(start, from_ms), end if until_ms is None else min(end, until_ms)
            if begins < ends:
                return begins, ends
    return None


def later_day(moment_ms: int, zone: ZoneInfo, days: int = 1) -> int:
    """The same time of day, ``days`` later by the calendar, whatever the clocks do in between."""
    local = _local(moment_ms, zone) + timedelta(days=days)
    return _ms(local)


def _spans(rule: CallbackRule, calendar: Calendar | None, day: date, zone: ZoneInfo) -> Iterator[Span]:
    earliest, latest = minutes_of(rule.call_from), minutes_of(rule.call_until)
    for start, end in _open(calendar, day):
        begins, ends = max(start, earliest), min(end, latest)
        if begins < ends:
            yield _at(day, begins, zone), _at(day, ends, zone)


def _open(calendar: Calendar | None, day: date) -> list[tuple[int, int]]:
    """The opening hours of a day, in minutes; on a make-up working day those of Monday."""
    if calendar is None:
        return [(0, _DAY_MINUTES)]
    kind = calendar.days.get(day.isoformat(), "")
    if day.year not in calendar.years or kind == "holiday":
        return []
    weekday = 0 if kind == "workday" else day.weekday()
    return sorted((span.start_minute, span.end_minute) for span in calendar.hours if span.weekday == weekday)


def _at(day: date, minute: int, zone: ZoneInfo) -> int:
    """A minute of a local day; 1440 is the midnight that ends it."""
    midnight = datetime.combine(day + timedelta(days=minute // _DAY_MINUTES), time(), zone)
    return _ms(midnight + timedelta(minutes=minute % _DAY_MINUTES))


def _local(moment_ms: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=moment_ms)).astimezone(zone)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
