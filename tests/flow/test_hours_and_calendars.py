"""Business hours: the library's days against the decrees, and what a calendar says of a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callcenter.app.calendars import CalendarFile as Written
from callcenter.app.calendars import build_calendar, chinese_days, known_years, load_calendars
from callcenter.domain.config import Calendar, Interval
from callcenter.domain.contact import Why
from callcenter.domain.effects import AlarmRaised, BranchTaken
from callcenter.flow.actions import EndCall
from callcenter.flow.hours import DayState, state_at
from callcenter.flow.problems import BadFlowFile
from tests.flow.making import interpreter

SHIPPED = Path(__file__).parents[2] / "ivr_flows" / "calendars.yaml"


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return int(local.astimezone(UTC).timestamp() * 1000)


def span(month: int, first: int, last: int) -> set[str]:
    return {f"2026-{month:02}-{day:02}" for day in range(first, last + 1)}


def test_2026_agrees_with_the_state_council_decree() -> None:
    days = chinese_days([2026])
    off = (
        span(1, 1, 3)
        | span(2, 15, 23)
        | span(4, 4, 6)
        | span(5, 1, 5)
        | span(6, 19, 21)
        | span(9, 25, 27)
        | span(10, 1, 7)
    )
    work = {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}
    assert {day for day, kind in days.items() if kind == "holiday"} == off
    assert {day for day, kind in days.items() if kind == "workday"} == work


def test_only_decreed_years_are_known() -> None:
    years = known_years()
    assert {2023, 2024, 2025, 2026} <= set(years)
    assert max(years) < 2100
    assert set(load_calendars(SHIPPED)["service_hours"].years) == set(years)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-03-10 08:29", DayState.CLOSED),
        ("2026-03-10 08:30", DayState.OPEN),
        ("2026-03-10 19:59", DayState.OPEN),
        ("2026-03-10 20:00", DayState.CLOSED),
        ("2026-03-14 08:45", DayState.CLOSED),
        ("2026-03-14 09:00", DayState.OPEN),
        ("2026-03-15 18:00", DayState.CLOSED),
        ("2026-10-01 10:00", DayState.HOLIDAY),
        ("2026-10-10 19:30", DayState.OPEN),
        ("2026-10-10 08:30", DayState.OPEN),
        ("2031-03-10 10:00", DayState.UNKNOWN),
        ("1999-12-31 23:59", DayState.UNKNOWN),
    ],
)
def test_shipped_service_hours(moment: str, state: DayState) -> None:
    assert state_at(load_calendars(SHIPPED)["service_hours"], at(moment)) is state


def test_the_calendars_own_zone_decides() -> None:
    calendar = Calendar("c", "Asia/Shanghai", (Interval(0, 0, 60),), {}, (2026,))
    assert state_at(calendar, at("2026-03-08 16:30", "UTC")) is DayState.OPEN
    assert state_at(calendar, at("2025-12-31 15:59", "UTC")) is DayState.UNKNOWN
    assert state_at(calendar, at("2025-12-31 16:00", "UTC")) is DayState.CLOSED


def test_overrides_win() -> None:
    written = Written.model_validate(
        {
            "hours": {"weekdays": ["09:00-12:00", "13:00-17:00"]},
            "days": {"2026-03-10": "holiday", "2026-10-01": "ordinary", "2027-02-06": "holiday"},
            "years": [2027],
        }
    )
    calendar = build_calendar("c", written)
    assert state_at(calendar, at("2026-03-10 10:00")) is DayState.HOLIDAY
    assert state_at(calendar, at("2026-10-01 10:00")) is DayState.OPEN
    assert state_at(calendar, at("2026-10-01 12:30")) is DayState.CLOSED
    assert state_at(calendar, at("2027-02-06 10:00")) is DayState.HOLIDAY
    assert state_at(calendar, at("2027-02-08 10:00")) is DayState.OPEN


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ("calendars:\n  a:\n    hours:\n      weekdays: '9-17'\n", 4),
        ("calendars:\n  a:\n    hours:\n      weekdays: '18:00-09:00'\n", 4),
        ("calendars:\n  a:\n    hours:\n      someday: '09:00-17:00'\n", 4),
        ("calendars:\n  a:\n    hours: {weekdays: '09:00-17:00'}\n    days:\n      2026-02-30: holiday\n", 5),
        ("calendars:\n  a:\n    hours: {weekdays: '09:00-17:00'}\n    days:\n      2026-02-20: free\n", 5),
        ("calendars:\n  a:\n    hours: {weekdays: '09:00-17:00'}\n    timezone: Mars/Base\n", 4),
        ("calendars: {}\n", 1),
    ],
)
def test_bad_calendar_files_name_the_line(tmp_path: Path, lines: str, line: int) -> None:
    file = tmp_path / "calendars.yaml"
    file.write_text(lines, encoding="utf-8")
    with pytest.raises(BadFlowFile) as caught:
        load_calendars(file)
    assert caught.value.problems[0].line == line


HOURS = (
    "  first:\n    type: hours\n    calendar: c\n    open: bye\n    closed: shut\n{more}"
    "  bye: {{type: hangup}}\n  shut: {{type: hangup}}\n"
)


def test_an_unknown_year_is_closed_with_an_alarm_or_goes_where_it_is_told() -> None:
    calendar = Calendar("c", "Asia/Shanghai", (Interval(0, 0, 1440),), {}, (2026,))
    for more, target in (("", "shut"), ("    unknown: bye\n", "bye")):
        flow = interpreter(HOURS.format(more=more), calendars={"c": calendar})
        _, out = flow.start("c7", "small", {}, at("2031-03-10 10:00"))
        alarm = AlarmRaised(code="calendar_year_unknown", detail={"calendar": "c", "flow": "small"})
        assert alarm in out
        why = Why("hours_unknown", {"calendar": "c"})
        assert BranchTaken(contact="c7", step="first", target=target, why=why) in out
        assert isinstance(out[-1], EndCall)
