"""When a campaign may dial a person: its own windows, in the time of the place where the person is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callcenter.domain.campaign_records import CampaignSpec, Window

_AHEAD_DAYS = 15
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def clock(text: str) -> time:
    """``08:30``; ``24:00`` is the end of the day. Raises ValueError for anything else."""
    return time.max if text == "24:00" else time.fromisoformat(text)


def is_open(spec: CampaignSpec, zones: Iterable[str], now_ms: int) -> bool:
    """Whether it may dial now, wherever of ``zones`` the person is. Without a known zone: no."""
    names = tuple(zones)
    return bool(names) and all(_is_open_at(spec, _local(now_ms, name)) for name in names)


def next_open_ms(spec: CampaignSpec, zones: Iterable[str], now_ms: int) -> int | None:
    """The first moment from ``now_ms`` on at which :func:`is_open`; None: none within two weeks."""
    names = tuple(zones)
    if is_open(spec, names, now_ms):
        return now_ms
    begins = sorted(
        {
            _ms(datetime.combine(day, clock(window.begins), ZoneInfo(name)))
            for name in names
            for day in (_local(now_ms, name).date() + timedelta(days=ahead) for ahead in range(_AHEAD_DAYS))
            for window in spec.windows
            if window.weekday == day.weekday()
        }
    )
    return next((at for at in begins if at > now_ms and is_open(spec, names, at)), None)


def last_close_ms(spec: CampaignSpec, midnight_ms: int, weekday: int, now_ms: int) -> int:
    """When the last hours of the day that began at ``midnight_ms`` end, there; ``now_ms`` after them or without any."""
    ends = (clock(window.ends) for window in spec.windows if window.weekday == weekday)
    return max([now_ms, *(midnight_ms + (end.hour * 60 + end.minute) * 60_000 for end in ends)])


def _is_open_at(spec: CampaignSpec, local: datetime) -> bool:
    day = local.date().isoformat()
    if (spec.first_day and day < spec.first_day) or (spec.last_day and day > spec.last_day):
        return False
    return any(_holds(window, local) for window in spec.windows)


def _holds(window: Window, local: datetime) -> bool:
    return window.weekday == local.weekday() and clock(window.begins) <= local.time() < clock(window.ends)


def _local(moment_ms: int, zone: str) -> datetime:
    return (_EPOCH + timedelta(milliseconds=moment_ms)).astimezone(ZoneInfo(zone))


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
