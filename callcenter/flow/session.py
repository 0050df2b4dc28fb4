"""Where one contact is in its flow: plain JSON values only, because it is part of the core's snapshot."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from callcenter.domain.errors import FlowError
from callcenter.flow.actions import Output


class FlowSession(Struct):
    """One contact's way through flows.

    ``pending`` is the request an answer is awaited for (empty: none). A secret variable is kept as
    ``{"$secret": KEY}``, a key into the vault, never as digits.
    """

    flow: str
    step: str
    variables: dict[str, Any] = field(default_factory=dict)
    pending: str = ""
    phase: str = ""
    """Which of a step's own questions is open (a callback offer asks up to three)."""
    attempts: int = 0
    """Failed tries at the current step."""
    counter: int = 0
    """Requests made so far; makes request ids."""
    path: list[str] = field(default_factory=list)
    """``flow/step`` as walked, the newest last, at most 100; for the agent's screen."""
    started_ms: int = 0
    asked_ms: int = 0
    """When the open request was made."""
    mishaps: int = 0
    """Errors the flow's own ``on_error`` has taken; a second one ends the flow."""
    heard: int = 0
    """The number of the last sentence that was listened to."""
    outcome: str = ""
    """An end reason that a step has earned: ``voicemail_left``, ``callback_booked``."""
    done: bool = False


class FlowFault(FlowError):
    """A flow failed and did not catch it. ``done`` holds what it yielded in this run before: carry it out first."""

    def __init__(self, flow: str, step: str, message: str, done: list[Output]) -> None:
        super().__init__(flow, step, message)
        self.message = message
        self.done = done
