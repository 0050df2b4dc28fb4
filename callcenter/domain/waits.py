"""Waiting times as they are told to people, and when one that was told has come true."""

from __future__ import annotations

MINUTE_MS = 60_000
TOLERANCE_MS = MINUTE_MS
_FINE_MINUTES, _COARSE_MINUTES = 10, 30


def about_minutes(wait_ms: int) -> int:
    """A wait in whole minutes, never too short: to the minute up to 10, to five minutes up to 30, then to ten."""
    minutes = max(1, -(-wait_ms // MINUTE_MS))
    step = 1 if minutes <= _FINE_MINUTES else 5 if minutes <= _COARSE_MINUTES else 10
    return -(-minutes // step) * step


def tolerance_ms(expected_ms: int) -> int:
    """How far a wait may lie from the expected one to have come true: a minute or, if that is more, half of it."""
    return max(TOLERANCE_MS, expected_ms // 2)


def came_true(expected_ms: int, waited_ms: int) -> bool:
    """Whether a wait came near enough to the expected one."""
    return abs(waited_ms - expected_ms) <= tolerance_ms(expected_ms)
