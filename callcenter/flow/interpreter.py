"""Walks a contact through its flows: one answer in, a list of actions and facts out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callcenter.domain.config import Calendar
from callcenter.domain.events import DigitsGathered, PlaybackEnded, RecordingEnded, ServiceAnswered
from callcenter.flow.actions import Output
from callcenter.flow.model import Flow
from callcenter.flow.session import FlowSession

Answer = PlaybackEnded | DigitsGathered | ServiceAnswered | RecordingEnded


class Interpreter:
    """Runs flows. Holds no state of a contact; that is in its :class:`FlowSession`."""

    def __init__(self, flows: Mapping[str, Flow], calendars: Mapping[str, Calendar]) -> None:
        self.flows = dict(flows)
        self.calendars = dict(calendars)

    def start(
        self, contact: str, flow: str, variables: dict[str, Any], now_ms: int
    ) -> tuple[FlowSession, list[Output]]:
        """Begin ``flow``. Raises :class:`FlowFault` (a ``FlowError``) when it fails and does not catch it."""
        raise NotImplementedError

    def resume(self, contact: str, session: FlowSession, event: Answer, now_ms: int) -> list[Output]:
        """Go on with an answer; ``[]`` for a late or double one. Changes ``session``. Raises as :meth:`start`."""
        raise NotImplementedError
