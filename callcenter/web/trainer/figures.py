"""What came of intents: sums over days, day by day, and shares. Nothing here is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from callcenter.domain.training import IntentDay
from callcenter.reports.stretches import DAY, stretches

MOST_DAYS = 31
K = TypeVar("K", str, int)
SHARES: tuple[str, ...] = ("closed", "handed_over", "refused")


@dataclass(slots=True)
class Sums:
    """Sums of rows. Contacts are counted for each intent and day they were said in."""

    understood: int = 0
    refused: int = 0
    contacts: int = 0
    handed_over: int = 0
    closed: int = 0

    def add(self, row: IntentDay) -> None:
        """Count a row in."""
        self.understood += row.understood
        self.refused += row.refused
        self.contacts += row.contacts
        self.handed_over += row.handed_over
        self.closed += row.closed

    def share(self, of: str) -> float | None:
        """Per cent: of contacts for ``closed`` and ``handed_over``, of sentences for ``refused``; None of none."""
        whole = self.understood + self.refused if of == "refused" else self.contacts
        return round(100 * getattr(self, of) / whole, 1) if whole else None


def days_of(first: date, last: date, zone: ZoneInfo) -> tuple[Sequence[int], int]:
    """When each of the days begins, and when the last one ends."""
    return stretches(first, last, DAY, zone)


def by_intent(rows: Sequence[IntentDay]) -> list[tuple[str, Sums]]:
    """Sums by intent, the most said first."""
    named = [row for row in rows if row.intent]
    return sorted(_sums(named, lambda row: row.intent).items(), key=lambda one: (-_said(one[1]), one[0]))


def by_day(rows: Sequence[IntentDay], starts: Sequence[int], intent: str) -> list[tuple[int, Sums]]:
    """Sums by day, of one intent or of all; a day without any has noughts."""
    chosen = [row for row in rows if row.intent == intent]
    found = _sums(chosen, lambda row: row.day_ms)
    return [(start, found.get(start, Sums())) for start in starts]


def _said(sums: Sums) -> int:
    return sums.understood + sums.refused


def _sums(rows: Sequence[IntentDay], key: Callable[[IntentDay], K]) -> dict[K, Sums]:
    found: dict[K, Sums] = defaultdict(Sums)
    for row in rows:
        found[key(row)].add(row)
    return found


def span_of(first: str, last: str, today: date) -> tuple[date, date]:
    """The days asked for, at most 31; what can't be read is the last week."""
    end = _day(last) or today
    begin = _day(first) or end - timedelta(days=6)
    if begin > end:
        begin = end
    return max(begin, end - timedelta(days=MOST_DAYS - 1)), end


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None
