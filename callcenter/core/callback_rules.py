"""Where a callback waits, when it is tried again, and when it is given up. One rule book for core and simulator.

Both ask, neither decides. All times are in ms since 1970.
"""

from __future__ import annotations

from msgspec import Struct

from callcenter.core.calling_hours import Span, later_day, next_span, zone_of
from callcenter.core.state import Callback, Outbound
from callcenter.domain.config import Calendar, CallbackRule

MOST_DAYS_SHIFTED = 30
OUR_FAULT = frozenset({"agent_lost", "lost"})
"""Outcomes that say nothing about the customer; they are not counted as attempts."""


class InQueue(Struct, frozen=True):
    """It waits in its queue, and is looked at again then."""

    until_ms: int


class Outside(Struct, frozen=True):
    """It waits outside until then."""

    at_ms: int


class GivenUp(Struct, frozen=True):
    """It is over: ``expired``, ``never_open``, ``window_missed`` or ``attempts``."""

    reason: str


def place_of(
    callback: Callback, rule: CallbackRule, calendar: Calendar | None, now_ms: int
) -> InQueue | Outside | GivenUp:
    """Where it belongs now. Hours asked for that have passed are moved on by a day, as often as the rule allows."""
    if now_ms >= callback.expires_ms:
        return GivenUp("expired")
    span = _span(callback, rule, calendar, now_ms)
    if span is None:
        return GivenUp("never_open" if callback.until_ms is None else "window_missed")
    if span[0] > now_ms:
        return Outside(span[0])
    return InQueue(min(span[1], callback.expires_ms))


def waits_since_ms(callback: Callback, rule: CallbackRule) -> int:
    """The arrival by which it has its place in the queue."""
    from_window = rule.age_from_window and callback.not_before_ms is not None
    return callback.not_before_ms or 0 if from_window else callback.since_ms


def may_dial(rule: CallbackRule, calendar: Calendar | None, now_ms: int) -> bool:
    """Whether the customer may be called at this moment; the last look before the number is dialled."""
    span = next_span(rule, calendar, now_ms)
    return span is not None and span[0] <= now_ms


def count(outbound: Outbound, outcome: str) -> None:
    """An attempt is over: note what came of it."""
    outbound.outcome = outcome
    outbound.attempts += outcome not in OUR_FAULT


def after_failure(callback: Callback, outbound: Outbound, rule: CallbackRule, now_ms: int) -> GivenUp | None:
    """An attempt reached nobody: when it is tried again, at once where the fault was ours; or it is given up."""
    if outbound.attempts >= rule.attempts or outbound.dials >= 2 * rule.attempts:
        return GivenUp("attempts")
    after = rule.retry
    delays = {
        "busy": after.busy_ms,
        "no_answer": after.no_answer_ms,
        "rejected": after.rejected_ms,
        "failed": after.failed_ms,
        "cancelled": after.cancelled_ms,
    }
    callback.retry_ms = now_ms + delays[outbound.outcome] if outbound.outcome in delays else None
    return None


def _span(callback: Callback, rule: CallbackRule, calendar: Calendar | None, now_ms: int) -> Span | None:
    """When the next attempt may be made."""
    zone = zone_of(rule, calendar)
    earliest = max(now_ms, callback.retry_ms or 0)
    for _ in range(MOST_DAYS_SHIFTED):
        start, end = callback.not_before_ms, callback.until_ms
        span = next_span(rule, calendar, max(earliest, start or 0), end)
        if span is not None or end is None:
            return span
        callback.days += earliest >= end  # a day on which we were closed does not count
        if callback.days > rule.window_days:
            return None
        callback.not_before_ms = None if start is None else later_day(start, zone)
        callback.until_ms = later_day(end, zone)
    return None
