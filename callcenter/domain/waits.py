"""Waiting times as they are told to people."""

from __future__ import annotations

_FINE_MINUTES, _COARSE_MINUTES = 10, 30


def about_minutes(wait_ms: int) -> int:
    """A wait in whole minutes, never too short: to the minute up to 10, to five minutes up to 30, then to ten."""
    minutes = max(1, -(-wait_ms // 60_000))
    step = 1 if minutes <= _FINE_MINUTES else 5 if minutes <= _COARSE_MINUTES else 10
    return -(-minutes // step) * step
