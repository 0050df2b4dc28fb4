"""Checks of calendars: hours, days, years."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from callcenter.domain.config import Calendar, CenterConfig
from callcenter.routing.check_values import Problems, check_id, check_same_id, problem

DAY_MINUTES = 24 * 60
KINDS = ("holiday", "workday")


def check_calendars(config: CenterConfig, this_year: int | None) -> Problems:
    """Calendars; ``this_year`` None: the date is not known here."""
    for key, calendar in config.calendars.items():
        place = f"calendars.{key}"
        yield from check_id(place, key)
        yield from check_same_id(place, key, calendar.id)
        yield from _zone(place, calendar)
        yield from _hours(place, calendar)
        yield from _days(place, calendar)
        if not calendar.years:
            yield problem(f"{place}.years", "no_years")
        elif this_year is not None and this_year not in calendar.years:
            yield problem(f"{place}.years", "year_unknown_now", False, year=this_year)


def _zone(place: str, calendar: Calendar) -> Problems:
    try:
        ZoneInfo(calendar.timezone)
    except (OSError, KeyError, ValueError):
        yield problem(f"{place}.timezone", "unknown_timezone", id=calendar.timezone)


def _hours(place: str, calendar: Calendar) -> Problems:
    if not calendar.hours:
        yield problem(f"{place}.hours", "never_open", False)
    for index, span in enumerate(calendar.hours):
        here = f"{place}.hours[{index}]"
        if span.weekday not in range(7):
            yield problem(f"{here}.weekday", "bad_weekday", weekday=span.weekday)
        if not 0 <= span.start_minute < span.end_minute <= DAY_MINUTES:
            yield problem(here, "bad_hours", hours=_span(span.start_minute, span.end_minute))
        for other in calendar.hours[:index]:
            same_day = other.weekday == span.weekday
            if same_day and other.start_minute < span.end_minute and span.start_minute < other.end_minute:
                first, second = (_span(s.start_minute, s.end_minute) for s in (other, span))
                yield problem(here, "hours_overlap", weekday=span.weekday, first=first, second=second)


def _days(place: str, calendar: Calendar) -> Problems:
    for day, kind in calendar.days.items():
        here = f"{place}.days.{day}"
        if kind not in KINDS:
            yield problem(here, "bad_day_kind", kind=kind)
        try:
            year = date.fromisoformat(day).year
        except ValueError:
            yield problem(here, "bad_date", date=day)
            continue
        if year not in calendar.years:
            yield problem(here, "year_not_known", year=year)


def _span(start: int, end: int) -> str:
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
