"""The called person's clock."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from callcenter.quality.transcript import Call


def local_minutes(call: Call) -> int | None:
    """Minutes since midnight where the customer is, when the call began; None when that is not known.

    A time with another UTC offset is converted first.
    """
    if call.started_at is None:
        return None
    local = call.started_at.astimezone(ZoneInfo(call.timezone))
    return local.hour * 60 + local.minute
