"""The step that offers to call back: which number, when, and what is said about the wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from callcenter.domain.contact import EndReason
from callcenter.domain.waits import about_minutes
from callcenter.flow import model
from callcenter.flow.actions import BookCallback
from callcenter.flow.functions import Moment
from callcenter.flow.run import Run, StepFailure

SOON = "soon"
LEAST_LEFT = timedelta(minutes=10)
"""Hours of which less is left today are those of tomorrow."""


def queue_of(run: Run, step: model.CallbackStep) -> str:
    """The queue the callback is for. Raises :class:`StepFailure` for a contact that never waited."""
    queue = step.queue or str(run.session.variables.get("queue") or "")
    if not queue:
        raise StepFailure("the step names no queue, and the customer has not waited in one")
    return queue


def outlook_of(run: Run, step: model.CallbackStep) -> model.Said | None:
    """What is said about the wait before the offer; ``minutes`` is set where it may be told."""
    if step.estimate is None and step.no_estimate is None:
        return None
    wait_ms = run.outlook.told_wait_ms(queue_of(run, step))
    if wait_ms is None:
        return step.no_estimate
    run.session.variables["minutes"] = about_minutes(wait_ms)
    return step.estimate


def ask_time(run: Run, step: model.CallbackStep, number: str, *before: model.Said | None) -> None:
    """Ask when to call ``number``."""
    run.session.variables["number"] = number
    run.collect_key(*before, step.ask_time, timeout_ms=step.timeout, phase="time")


def book(run: Run, step: model.CallbackStep, number: str, window: str = SOON) -> str:
    """Book it; returns the next step."""
    queue = queue_of(run, step)
    known = run.outlook.to_be_called(queue, number)
    start, end = hours_of(window, run.now_ms, run.flow.timezone) if window != SOON else (None, None)
    if window != SOON:
        run.session.variables["callback_from"], _, run.session.variables["callback_until"] = window.partition("-")
    run.act(BookCallback(queue, number, start, end))
    run.session.outcome = EndReason.CALLBACK_BOOKED
    if known and step.already is not None:
        return run.branch(step.already, "callback_known")
    return run.branch(step.next, "callback_booked")


def hours_of(window: str, now_ms: int, timezone: str) -> tuple[int, int]:
    """``15:00-16:00`` as ms since 1970: today, or tomorrow when they are (nearly) over."""
    now = Moment(now_ms, timezone).local()
    start, end = (_at(now, clock) for clock in window.split("-"))
    if end - now < LEAST_LEFT:
        start, end = start + timedelta(days=1), end + timedelta(days=1)
    return _ms(start), _ms(end)


def _at(day: datetime, clock: str) -> datetime:
    hours, minutes = (int(part) for part in clock.split(":"))
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1) if hours == 24 else midnight.replace(hour=hours, minute=minutes)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
