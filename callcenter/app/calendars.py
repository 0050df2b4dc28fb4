"""Business calendars: hours as written, public holidays and make-up working days from the ``holidays`` library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import holidays
from holidays.countries.china import ChinaStaticHolidays
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from callcenter.domain.config import Calendar, Interval
from callcenter.flow.loader import validation_problems
from callcenter.flow.model import Id, Plain
from callcenter.flow.problems import BadFlowFile, Problem
from callcenter.flow.yamlfile import read_bytes

_SPAN = re.compile(r"^([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])$")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS = {"weekdays": range(5), "weekends": range(5, 7), "every_day": range(7)} | {
    name: range(number, number + 1) for number, name in enumerate(_WEEKDAYS)
}


def _span(value: str) -> str:
    match = _SPAN.match(value)
    if match is None:
        raise ValueError("span")
    start, end = _minutes(value)
    if not start < end <= 24 * 60:
        raise ValueError("span")
    return value


def _minutes(span: str) -> tuple[int, int]:
    hours = [int(part) for part in re.split(r"[:\-]", span)]
    return hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, KeyError):
        raise ValueError("zone") from None
    return value


def _iso_day(value: str) -> str:
    return date.fromisoformat(value).isoformat()


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


Span = Annotated[str, AfterValidator(_span)]
Spans = Annotated[tuple[Span, ...], BeforeValidator(_one_or_more), Field(strict=False)]
Group = Literal[
    "weekdays", "weekends", "every_day",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
]  # fmt: skip


class CalendarFile(Plain):
    """One calendar as written. ``days`` wins over the library; ``years`` adds years that ``days`` makes known."""

    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    holidays: Literal["CN", "none"] = "CN"
    hours: dict[Group, Spans] = Field(min_length=1)
    days: dict[Annotated[str, AfterValidator(_iso_day)], Literal["holiday", "workday", "ordinary"]] = Field(
        default_factory=dict
    )
    years: tuple[Annotated[int, Field(ge=2001, le=2100)], ...] = Field(default=(), strict=False)


class CalendarsFile(Plain):
    """``calendars.yaml``."""

    calendars: dict[Id, CalendarFile] = Field(min_length=1)


def load_calendars(path: Path) -> dict[str, Calendar]:
    """The calendars of a file, by id. Raises :class:`BadFlowFile`, or ``OSError`` when it cannot be read."""
    document = read_bytes(str(path), path.read_bytes())
    if not isinstance(document.data, dict):
        raise BadFlowFile([Problem(document.file, 1, "not_a_record", {"found": "@list"})])
    try:
        written = CalendarsFile.model_validate(document.data)
    except ValidationError as error:
        raise BadFlowFile(validation_problems(document, error)) from None
    return {name: build_calendar(name, calendar) for name, calendar in written.calendars.items()}


def build_calendar(name: str, written: CalendarFile) -> Calendar:
    """A calendar for the core: every day of the known years that is not an ordinary one."""
    days: dict[str, str] = {}
    years: Iterable[int] = range(2001, 2101)
    if written.holidays == "CN":
        years = known_years()
        days = chinese_days(years)
    for day, kind in written.days.items():
        days.pop(day, None)
        if kind != "ordinary":
            days[day] = kind
    spans = [
        Interval(weekday, *_minutes(span))
        for group, texts in written.hours.items()
        for weekday in _GROUPS[group]
        for span in texts
    ]
    known = tuple(sorted({*years, *written.years}))
    return Calendar(name, written.timezone, tuple(spans), dict(sorted(days.items())), known)


def known_years() -> tuple[int, ...]:
    """Years whose days off and make-up days were decreed and are in the library; later ones it only computes."""
    decreed: Mapping[int, Any] = ChinaStaticHolidays.special_public_holidays
    return tuple(sorted(decreed))


def chinese_days(years: Iterable[int]) -> dict[str, str]:
    """``holiday`` or ``workday`` by ISO date: days off, weekends joined to them, and weekends made working days."""
    wanted = set(years)
    library = holidays.country_holidays("CN", years=sorted(wanted))
    off = {day for day in library if day.year in wanted}
    work = {day for day in library.weekend_workdays if day.year in wanted}
    off |= {day for day in _joined_weekends(off, work) if day.year in wanted}
    return {day.isoformat(): "holiday" for day in off} | {day.isoformat(): "workday" for day in work}


def _joined_weekends(off: set[date], work: set[date]) -> set[date]:
    """Weekend days next to a day off belong to it, as in the decrees; the library lists only the other days."""
    joined: set[date] = set()
    for step in (timedelta(days=1), timedelta(days=-1)):
        for day in off:
            beside = day + step
            while beside.weekday() >= 5 and beside not in work:
                joined.add(beside)
                beside += step
    return joined - off
