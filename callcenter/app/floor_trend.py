"""Lets the floor's trend look at the counts, also while nobody watches the page."""

from __future__ import annotations

from callcenter.app.alarms import WatchedDesk
from callcenter.core.floor_trend import FloorTrend
from callcenter.domain.ports import Clock

AT_MOST_EVERY_MS = 5_000


async def keep_trend(desk: WatchedDesk, clock: Clock, trend: FloorTrend) -> None:
    """After changes, at most every few seconds; without changes there is nothing new to count."""
    async for _ in desk.changes():
        trend.note(desk.floor_view())
        await clock.sleep_until(clock.now_ms() + AT_MOST_EVERY_MS)
