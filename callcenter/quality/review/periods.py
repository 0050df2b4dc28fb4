"""Days, weeks and months of a time zone, by name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from callcenter.domain.sampling import Period


def name_of(period: Period, at_ms: int, zone: str) -> str:
    """The period that ``at_ms`` lies in: ``2026-03-02``, ``2026-W10`` (ISO 8601) or ``2026-03``."""
    return _name(period, datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).date())


def before(period: Period, name: str) -> str:
    """The period before it."""
    return _name(period, _first(period, name) - timedelta(days=1))


def bounds(period: Period, name: str, zone: str) -> tuple[int, int]:
    """When it begins and ends, ms since 1970; the end lies outside. Raises ``ValueError`` for another kind of name."""
    first = _first(period, name)
    if period is Period.MONTH:
        after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    else:
        after = first + timedelta(days=7 if period is Period.WEEK else 1)
    return _ms(first, zone), _ms(after, zone)


def _name(period: Period, day: date) -> str:
    if period is Period.DAY:
        return day.isoformat()
    if period is Period.MONTH:
        return day.strftime("%Y-%m")
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _first(period: Period, name: str) -> date:
    if period is Period.DAY:
        return date.fromisoformat(name)
    if period is Period.MONTH:
        return date.fromisoformat(f"{name}-01")
    year, _, week = name.partition("-W")
    return date.fromisocalendar(int(year), int(week), 1)


def _ms(day: date, zone: str) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp() * 1000)
