"""Calendars as people write them: ``08:30-12:00, 13:30-20:00`` for a weekday, ``10-01..10-08`` for days of a year."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from callcenter.domain.config import Calendar, Interval
from callcenter.web.admin.reading import Reading
from callcenter.web.i18n import N_

WEEKDAYS = tuple(range(7))
DAY_KINDS = ("holiday", "workday")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})")
_DAYS = re.compile(r"(\d{1,2})-(\d{1,2})(?:\s*\.\.\s*(\d{1,2})-(\d{1,2}))?")
YEARS = range(2001, 2101)


def read_calendar(reading: Reading, key: str) -> Calendar:
    """The calendar a form describes. Look at ``reading.faults`` before using it."""
    hours = tuple(span for day in WEEKDAYS for span in _spans(reading, f"hours.{day}", day))
    years, days = _years(reading), dict[str, str]()
    for year in years:
        for kind in DAY_KINDS:
            for day in _dates(reading, f"days.{year}.{kind}", year):
                if day in days:
                    reading.faults[f"days.{year}.{kind}"] = N_("A day stands under both, or twice.")
                days[day] = kind
    return Calendar(key, reading.one("timezone"), hours, dict(sorted(days.items())), years)


def _years(reading: Reading) -> tuple[int, ...]:
    years = {int(part) for part in reading.form.get("years", ()) if part.isdigit() and int(part) in YEARS}
    fresh = reading.one("new_year")
    if fresh.isdigit() and len(fresh) == 4 and int(fresh) in YEARS:
        years.add(int(fresh))
    elif fresh:
        reading.faults["new_year"] = N_("Write a year such as 2027.")
    return tuple(sorted(years))


def _spans(reading: Reading, name: str, weekday: int) -> Iterable[Interval]:
    for part in filter(None, re.split(r"[,，、;；]", reading.one(name))):
        match = _SPAN.fullmatch(part.strip())
        numbers = [int(number) for number in match.groups()] if match else [99]
        if match is None or numbers[1] > 59 or numbers[3] > 59:
            reading.faults[name] = N_("Write hours like 08:30-12:00, 13:30-20:00.")
            continue
        yield Interval(weekday, numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3])


def _dates(reading: Reading, name: str, year: int) -> Iterable[str]:
    for part in filter(None, re.split(r"[,，、;；\s]+", re.sub(r"\s*\.\.\s*", "..", reading.one(name)))):
        match = _DAYS.fullmatch(part)
        try:
            if match is None:
                raise ValueError
            first = date(year, int(match[1]), int(match[2]))
            last = date(year, int(match[3]), int(match[4])) if match[3] else first
        except ValueError:
            reading.faults[name] = N_("Write days like 01-01, 10-01..10-08.")
            continue
        while first <= last:
            yield first.isoformat()
            first += timedelta(days=1)


def written_calendar(calendar: Calendar) -> dict[str, str]:
    """Field names and texts of a calendar."""
    shown = {"timezone": calendar.timezone}
    for weekday in WEEKDAYS:
        spans = [span for span in calendar.hours if span.weekday == weekday]
        shown[f"hours.{weekday}"] = ", ".join(f"{_clock(s.start_minute)}-{_clock(s.end_minute)}" for s in spans)
    for year in calendar.years:
        for kind in DAY_KINDS:
            days = [day for day, of in calendar.days.items() if of == kind and day.startswith(f"{year}-")]
            shown[f"days.{year}.{kind}"] = ", ".join(_runs(sorted(days)))
    return shown


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _runs(days: list[str]) -> Iterable[str]:
    """Days in a row as ``10-01..10-08``."""
    start = 0
    for index in range(len(days)):
        follows = (
            index + 1 < len(days) and date.fromisoformat(days[index + 1]) - date.fromisoformat(days[index]) == _DAY
        )
        if not follows:
            first, last = days[start][5:], days[index][5:]
            yield first if first == last else f"{first}..{last}"
            start = index + 1


_DAY = timedelta(days=1)
