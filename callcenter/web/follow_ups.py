"""Whom an agent promised to come back to today, for the desk page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callcenter.domain.records import ContactRecord
from callcenter.web.services import WebServices

SHOWN = 8


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One promise. ``overdue``: its time has passed."""

    contact: ContactRecord
    due_ms: int
    overdue: bool


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Those due until the end of the centre's day, latest first. ``until_ms``: so long the picture holds by itself."""

    due: tuple[FollowUp, ...]
    until_ms: int


NONE = FollowUps((), 0)


async def follow_ups_of(services: WebServices, agent: str) -> FollowUps:
    """The agent's follow-ups now."""
    now = services.clock.now_ms()
    midnight = end_of_day_ms(now, ZoneInfo(services.settings.timezone))
    found = await services.contacts.follow_ups(agent, midnight - 1, SHOWN)
    due = tuple(FollowUp(r, r.follow_up_ms, r.follow_up_ms <= now) for r in found if r.follow_up_ms is not None)
    return FollowUps(due, min((f.due_ms for f in due if not f.overdue), default=midnight))


def end_of_day_ms(now_ms: int, zone: ZoneInfo) -> int:
    """The coming midnight."""
    tomorrow = datetime.fromtimestamp(now_ms / 1_000, zone).date() + timedelta(days=1)
    return int(datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).timestamp() * 1_000)
