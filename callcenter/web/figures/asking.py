"""What a page of figures is asked for: days, interval, grouping; and the queries this makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from callcenter.domain.access import Reach
from callcenter.domain.figures import FigureQuery
from callcenter.reports.stretches import BY, DAY, DAYS, EVERY, stretches
from callcenter.web.figures.columns import columns_of, first_choice
from callcenter.web.i18n import N_

MOST_ROWS = 800
"""Stretches of time a page shows; a file may have more."""
_LONGEST = 120
_YEARS = range(2000, 2100)
_DATE = N_("Write a date such as 2026-03-09.")
_ORDER = N_("The last day lies before the first.")
_TOO_MANY_DAYS = N_("At most %(days)s days at once.")
_TOO_FINE = N_("Too many rows for a page. Choose a longer interval or fewer days, or download them.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see. ``only``: of one queue, team, … alone; ``figure``: what the charts show."""

    first: date
    last: date
    every: int
    by: str
    only: str
    figure: str
    today: date
    faults: Mapping[str, str]
    """What can't be read so, by field: the sentence that says how to mend it, yet to be translated."""
    typed: Mapping[str, str]
    """The days as they were written."""

    @property
    def rows(self) -> int:
        """How many stretches of time there are, about."""
        return ((self.last - self.first).days + 1) * DAY // self.every

    def span(self, zone: ZoneInfo) -> tuple[int, int]:
        """When the first day begins and the last one ends."""
        starts, end_ms = stretches(self.first, self.last, DAY, zone)
        return starts[0], end_ms

    def whole(self, zone: ZoneInfo, reach: Reach) -> FigureQuery:
        """All of it in one stretch, by group."""
        start_ms, end_ms = self.span(zone)
        return FigureQuery((start_ms,), end_ms, by=self.by, reach=reach)

    def in_time(self, zone: ZoneInfo, reach: Reach) -> FigureQuery:
        """Stretch by stretch, for the one group that was chosen, else for all as one."""
        starts, end_ms = stretches(self.first, self.last, self.every, zone)
        by = self.by if self.only else ""
        return FigureQuery(starts, end_ms, by=by, only=self.only, reach=reach)

    def filed(self, zone: ZoneInfo, reach: Reach, limit: int) -> FigureQuery:
        """Stretch by stretch and group by group, for a file."""
        starts, end_ms = stretches(self.first, self.last, self.every, zone)
        return FigureQuery(starts, end_ms, by=self.by, only=self.only, reach=reach, limit=limit)

    def address(self, path: str = "/figures", **other: object) -> str:
        """The address of this, with something else in it. A group is named with its kind: ``queue:cards``."""
        said = {"from": self.typed["from"], "to": self.typed["to"], "every": self.every, "by": self.by}
        said |= {"only": f"{self.by}:{self.only}" if self.only else "", "figure": self.figure} | other
        return f"{path}?{urlencode({name: value for name, value in said.items() if value != ''})}"


def asked(given: Mapping[str, str], zone: ZoneInfo, now_ms: int) -> Asked:
    """Read the form; what is missing is today by the hour and queue."""
    today = datetime.fromtimestamp(now_ms / 1_000, zone).date()
    said = {name: given.get(name, "").replace("\x00", "").strip()[:_LONGEST] for name in (*_FIELDS, "from", "to")}
    typed = {name: said[name] or today.isoformat() for name in ("from", "to")}
    days = {name: _day(text) for name, text in typed.items()}
    faults = {name: _DATE for name, day in days.items() if day is None}
    first, last = days["from"] or today, days["to"] or today
    by = said["by"] if said["by"] in BY else BY[0]
    kind, _, only = said["only"].partition(":")
    figures = {column.name for column in columns_of(by) if column.compared}
    found = Asked(
        first=first,
        last=last,
        every=int(said["every"]) if said["every"] in map(str, EVERY) else 60,
        by=by,
        only=only if kind == by else "",
        figure=said["figure"] if said["figure"] in figures else first_choice(by),
        today=today,
        faults=faults,
        typed=typed,
    )
    if not faults and last < first:
        return replace(found, faults={"to": _ORDER})
    if not faults and (last - first).days >= DAYS:
        return replace(found, faults={"to": _TOO_MANY_DAYS})
    return found


def too_fine(wanted: Asked) -> str:
    """What to do when a page would have too many rows; nothing when it has not."""
    return _TOO_FINE if wanted.rows > MOST_ROWS else ""


_FIELDS = ("every", "by", "only", "figure")


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in _YEARS else None
