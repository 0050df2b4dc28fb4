"""Small flows for tests, and answers to what they ask."""

from __future__ import annotations

from typing import Any

from callcenter.domain.config import Calendar
from callcenter.domain.events import DigitsGathered, GatherOutcome, PlaybackEnded
from callcenter.flow.interpreter import Interpreter
from callcenter.flow.loader import load_text
from callcenter.flow.session import FlowSession

HEAD = """\
flow: small
title: {zh: 小, en: small}
languages: [zh]
start: first
fallback_queue: general
"""


def small(steps: str, head: str = HEAD) -> Any:
    """A loaded flow named ``small`` with these steps (YAML, two spaces in)."""
    return load_text("small.yaml", f"{head}steps:\n{steps}")


def interpreter(steps: str, head: str = HEAD, calendars: dict[str, Calendar] | None = None) -> Interpreter:
    """An interpreter with the flow ``small``."""
    return Interpreter({"small": small(steps, head).flow}, calendars or {})


def pressed(session: FlowSession, digits: str = "", secret: str = "") -> DigitsGathered:
    """Keys for the open request; none is a timeout."""
    outcome = GatherOutcome.COMPLETE if digits or secret else GatherOutcome.TIMEOUT
    return DigitsGathered(leg="l", request=session.pending, outcome=outcome, digits=digits, secret=secret)


def played(session: FlowSession) -> PlaybackEnded:
    """The open prompt has been heard."""
    return PlaybackEnded(leg="l", request=session.pending)
