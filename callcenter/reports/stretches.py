"""The stretches of time that figures are read by: local days, whole or cut into intervals."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 1_440
EVERY = (15, 30, 60, DAY)
"""Minutes a stretch may have."""
BY = ("queue", "channel", "team", "agent")
"""What figures may be grouped by; the last two are figures of agents."""
DAYS = 92
"""How many days are read at once."""


def midnight_ms(day: date, zone: ZoneInfo) -> int:
    """When the local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1_000)


def stretches(first: date, last: date, every: int, zone: ZoneInfo) -> tuple[tuple[int, ...], int]:
    """The beginnings of all stretches of ``every`` minutes from the first day to the last, and when the last ends."""
    midnights = [midnight_ms(first + timedelta(days=n), zone) for n in range((last - first).days + 2)]
    starts = midnights[:-1] if every == DAY else range(midnights[0], midnights[-1], every * 60_000)
    return tuple(starts), midnights[-1]
