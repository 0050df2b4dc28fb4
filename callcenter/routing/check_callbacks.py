"""Checks of how a queue calls back: hours, attempts, the key and the flow by which callbacks are offered."""

from __future__ import annotations

import re
from collections.abc import Collection
from zoneinfo import ZoneInfo

import msgspec

from callcenter.domain.config import CallbackRule, CenterConfig, QueueConfig
from callcenter.routing.check_values import Problems, check_known, check_phone, check_range, problem

MOST_ATTEMPTS = 10
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_KEY = re.compile(r"[0-9*#]")
_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


def check_callbacks(
    place: str,
    queue: QueueConfig,
    config: CenterConfig,
    flows: Collection[str] | None,
    calendars: Collection[str] | None,
) -> Problems:
    """Everything wrong with the callbacks of ``queue``; ``flows`` and ``calendars`` None: not known here."""
    rule, here = queue.callback, f"{place}.callback"
    yield from _key(place, queue)
    if rule.flow and flows is not None:
        yield from check_known(f"{here}.flow", rule.flow, flows, "flow")
    if not rule.flow:
        for index, overflow in enumerate(queue.overflow):
            if overflow.target == "callback":
                yield problem(f"{place}.overflow[{index}].target", "callback_without_flow")
    yield from check_range(f"{here}.attempts", rule.attempts, 1, MOST_ATTEMPTS)
    for name, after_ms in msgspec.structs.asdict(rule.retry).items():
        yield from check_range(f"{here}.retry.{name}", after_ms, 30_000, _DAY_MS, "s")
    yield from check_range(f"{here}.ring_ms", rule.ring_ms, 10_000, 120_000, "s")
    yield from check_range(f"{here}.window_days", rule.window_days, 0, 14)
    yield from check_range(f"{here}.keep_ms", rule.keep_ms, _HOUR_MS, 14 * _DAY_MS, "s")
    if rule.caller_number:
        yield from check_phone(f"{here}.caller_number", rule.caller_number)
    yield from _hours(here, rule)
    if rule.calendar and calendars is not None:
        yield from check_known(f"{here}.calendar", rule.calendar, {*calendars, *config.calendars}, "calendar")


def _key(place: str, queue: QueueConfig) -> Problems:
    told = queue.announcements
    here = f"{place}.announcements.callback_key"
    if told.callback_key and not _KEY.fullmatch(told.callback_key):
        yield problem(here, "bad_key", key=told.callback_key)
    elif told.callback_key and not told.first_after_ms:
        yield problem(here, "key_never_said", False)


def _hours(here: str, rule: CallbackRule) -> Problems:
    clocks = {"call_from": rule.call_from, "call_until": rule.call_until}
    wrong = [name for name, clock in clocks.items() if not _CLOCK.fullmatch(clock)]
    for name in wrong:
        yield problem(f"{here}.{name}", "bad_clock", clock=clocks[name])
    if not wrong and rule.call_from >= rule.call_until:
        yield problem(f"{here}.call_until", "bad_hours", hours=f"{rule.call_from}–{rule.call_until}")
    try:
        ZoneInfo(rule.timezone)
    except (ValueError, OSError, KeyError):
        yield problem(f"{here}.timezone", "unknown_timezone", id=rule.timezone)
