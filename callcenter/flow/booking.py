"""Booking a callback without asking: number and time are in variables already."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callcenter.domain.contact import EndReason
from callcenter.flow import model
from callcenter.flow.actions import BookCallback
from callcenter.flow.numbers import usable_number
from callcenter.flow.run import Run

WINDOW = timedelta(hours=1)
"""How long after the time asked for it may still be called."""


def enter(run: Run, step: model.BookStep) -> str:
    """Book it and go on."""
    number = str(run.compute(step.number) or "")
    if not usable_number(number):
        return run.branch(step.on_fail, "no_number")
    start, end = _window(run, run.compute(step.at) if step.at is not None else None)
    run.act(BookCallback(step.queue, number, start, end))
    run.session.outcome = EndReason.CALLBACK_BOOKED
    return run.branch(step.next, "callback_booked")


def _window(run: Run, at: object) -> tuple[int | None, int | None]:
    """The time asked for as ms since 1970; none where it is no moment to come."""
    try:
        moment = datetime.strptime(str(at), "%Y-%m-%dT%H:%M").replace(tzinfo=ZoneInfo(run.flow.timezone))
    except ValueError:
        return None, None
    start = round(moment.timestamp() * 1000)
    if start <= run.now_ms:
        return None, None
    return start, start + round(WINDOW.total_seconds() * 1000)
