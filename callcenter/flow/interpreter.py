"""Walks a contact through its flows: one answer in, a list of actions and facts out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.domain.config import Calendar
from callcenter.domain.effects import FlowFailed, StepEntered
from callcenter.domain.events import (
    DigitsGathered,
    PlaybackEnded,
    RecordingEnded,
    SentenceHeard,
    SentenceUnderstood,
    ServiceAnswered,
)
from callcenter.flow.actions import Output
from callcenter.flow.answers import answer
from callcenter.flow.model import Flow
from callcenter.flow.outlook import NO_OUTLOOK, Outlook
from callcenter.flow.run import Run, StepFailure
from callcenter.flow.session import FlowFault, FlowSession
from callcenter.flow.steps import enter

Answer = PlaybackEnded | DigitsGathered | ServiceAnswered | RecordingEnded | SentenceHeard | SentenceUnderstood
MAX_STEPS = 200
"""Steps a contact may pass without an answer from outside."""
_MAX_MISHAPS = 3
_PATH_KEPT = 100


class Interpreter:
    """Runs flows. Holds no state of a contact; that is in its :class:`FlowSession`."""

    def __init__(self, flows: Mapping[str, Flow], calendars: Mapping[str, Calendar]) -> None:
        self.flows = dict(flows)
        self.calendars = dict(calendars)

    def start(
        self,
        contact: str,
        flow: str,
        variables: dict[str, Any],
        now_ms: int,
        *,
        counter: int = 0,
        heard: int = 0,
        outlook: Outlook = NO_OUTLOOK,
    ) -> tuple[FlowSession, list[Output]]:
        """Begin ``flow``. Raises :class:`FlowFault` (a ``FlowError``) when it fails and does not catch it.

        ``counter``: requests the contact has made before, so that a second flow's requests are named anew.
        ``heard``: the number of the last message that is none of this flow's business.
        """
        found = self.flows.get(flow)
        if found is None:
            raise FlowFault(flow, "", f"no flow named {flow}", [])
        values = {"language": found.languages[0], **found.variables, **variables}
        session = FlowSession(
            flow=flow, step=found.start, variables=values, counter=counter, heard=heard, started_ms=now_ms
        )
        run = Run(contact, session, self.flows, self.calendars, now_ms, outlook)
        _walk(run, lambda: found.start)
        return session, run.out

    def resume(
        self, contact: str, session: FlowSession, event: Answer, now_ms: int, *, outlook: Outlook = NO_OUTLOOK
    ) -> list[Output]:
        """Go on with an answer; ``[]`` for a late or double one. Changes ``session``. Raises as :meth:`start`."""
        request = event.recording if isinstance(event, RecordingEnded) else event.request
        if session.done or not session.pending or request != session.pending:
            return []
        session.pending = ""
        run = Run(contact, session, self.flows, self.calendars, now_ms, outlook)
        _walk(run, lambda: answer(run, _step(run), event))
        return run.out


def _walk(run: Run, first: Callable[[], str | None]) -> None:
    """Go from step to step until one waits or the flow ends; failures take the flow's own way out."""
    move = first
    budget = MAX_STEPS
    while True:
        try:
            target = move()
            while target is not None:
                if budget == 0:
                    raise StepFailure(f"more than {MAX_STEPS} steps without waiting for the caller")
                budget -= 1
                _arrive(run, target)
                target = enter(run, _step(run))
            return
        except StepFailure as failure:
            rescue = _rescue(run, str(failure))
            move = lambda rescue=rescue: rescue  # type: ignore[misc]  # noqa: E731
            budget = MAX_STEPS


def _step(run: Run) -> Any:
    try:
        return run.flow.steps[run.session.step]
    except KeyError:
        raise StepFailure(f"no step named {run.session.step}") from None


def _arrive(run: Run, target: str) -> None:
    session = run.session
    session.step = target
    session.attempts = 0
    session.phase = ""
    session.path = [*session.path[1 - _PATH_KEPT :], f"{session.flow}/{target}"]
    kind = _step(run).type
    run.tell(StepEntered(contact=run.contact, flow=session.flow, step=target, kind=kind))


def _rescue(run: Run, message: str) -> str:
    """Where a failed step leads; raises :class:`FlowFault` when the flow has no way out, or has used it too often."""
    session = run.session
    flow = run.flows.get(session.flow)
    step = flow.steps.get(session.step) if flow else None
    target = (step.on_error if step else None) or (flow.on_error if flow else None)
    session.mishaps += 1
    session.pending = ""
    if target is None or session.mishaps > _MAX_MISHAPS:
        session.done = True
        raise FlowFault(session.flow, session.step, message, run.out)
    name = session.step
    run.tell(FlowFailed(contact=run.contact, flow=session.flow, step=name, error=message, target=f"step:{target}"))
    return target
