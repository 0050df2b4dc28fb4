"""What each kind of step does with the answer it waited for. Returns the next step, or None to wait or end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callcenter.domain.contact import EndReason
from callcenter.domain.effects import AlarmRaised, DigitsTaken, ServiceUsed, SurveyAnswered, VoicemailTaken
from callcenter.domain.events import (
    DigitsGathered,
    GatherOutcome,
    PlaybackEnded,
    RecordingEnded,
    SentenceHeard,
    SentenceUnderstood,
    ServiceAnswered,
)
from callcenter.flow import listening, model
from callcenter.flow.actions import RecordMessage
from callcenter.flow.callback_step import ask_time, book
from callcenter.flow.numbers import usable_number
from callcenter.flow.run import Run, StepFailure
from callcenter.flow.secrets import DOTS, kept
from callcenter.flow.steps import ask_digits, ask_number, hang_up

_SHORTEST_MESSAGE_MS = 1_000


def answer(run: Run, step: Any, event: Any) -> str | None:
    """Take the awaited ``event`` at ``step``. Raises :class:`StepFailure`."""
    wanted, handler = _ANSWER.get(type(step), ((), None))
    if handler is None or not isinstance(event, wanted):
        raise StepFailure(f"{type(event).__name__} is no answer to this step")
    if isinstance(event, PlaybackEnded) and not event.ok:
        run.tell(AlarmRaised(code="prompt_failed", detail={"flow": run.session.flow, "step": run.session.step}))
    return handler(run, step, event)


def _taken(run: Run, event: DigitsGathered, outcome: str, shown: str | None = None) -> None:
    digits = event.digits if shown is None else shown
    run.tell(DigitsTaken(contact=run.contact, step=run.session.step, digits=digits, outcome=outcome))


def _key(run: Run, event: DigitsGathered, allowed: str) -> str:
    """The key pressed, or '' after noting that it was none or a wrong one and counting the try."""
    if event.outcome is GatherOutcome.FAILED:
        raise StepFailure("the prompt could not be played")
    if event.outcome is GatherOutcome.COMPLETE and len(event.digits) == 1 and event.digits in allowed:
        _taken(run, event, "complete")
        return event.digits
    run.session.attempts += 1
    _taken(run, event, "invalid" if event.digits else "timeout")
    return ""


def _say(run: Run, step: model.SayStep, event: PlaybackEnded) -> str:
    return step.next


def _menu(run: Run, step: model.MenuStep, event: DigitsGathered) -> str | None:
    key = _key(run, event, "".join(step.choices))
    if key:
        return run.branch(step.choices[key], "menu_choice", key=key)
    if run.session.attempts > step.repeats:
        return run.branch(step.on_fail, "menu_no_choice", tries=run.session.attempts)
    said = step.invalid if event.digits else step.no_input
    run.collect_key(said, step, timeout_ms=step.timeout, choices=run.choices(step.choices))
    return None


def _gather(run: Run, step: model.GatherStep, event: DigitsGathered) -> str | None:
    if event.outcome is GatherOutcome.FAILED:
        raise StepFailure("the prompt could not be played")
    outcome = _store(run, step, event)
    shown = (DOTS if event.secret or event.digits else "") if step.secret else None
    _taken(run, event, outcome, shown)
    if outcome == "complete":
        return step.next
    run.session.attempts += 1
    if run.session.attempts > step.retries:
        return run.branch(step.on_fail, "gather_failed", tries=run.session.attempts)
    ask_digits(run, step, step.no_input if outcome == "timeout" else step.invalid)
    return None


def _store(run: Run, step: model.GatherStep, event: DigitsGathered) -> str:
    """Keep the digits when they are good; says ``complete``, ``timeout`` or ``invalid``."""
    if event.outcome is not GatherOutcome.COMPLETE:
        return "invalid" if event.digits or event.secret else "timeout"
    if step.secret:
        if not event.secret:
            return "timeout"
        run.session.variables[step.variable] = kept(event.secret)
        return "complete"
    digits = event.digits
    if not step.shortest <= len(digits) <= step.longest:
        return "invalid" if digits else "timeout"
    if step.valid is not None and not run.compute(step.valid, value=digits):
        return "invalid"
    run.remember(step.variable, digits)
    return "complete"


def _http(run: Run, step: model.HttpStep, event: ServiceAnswered) -> str:
    took = max(0, run.now_ms - run.session.asked_ms)
    used = ServiceUsed(contact=run.contact, step=run.session.step, ok=event.ok, status=event.status, took_ms=took)
    run.tell(used)
    by_status = step.on_status.get(str(event.status))
    if not event.ok:
        return run.branch(by_status or step.on_error, "service_failed", service=step.service, status=event.status)
    for name, path in step.results.items():
        run.remember(name, _at(event.data, path))
    return by_status or step.on_ok


def _at(data: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _voicemail(run: Run, step: model.VoicemailStep, event: PlaybackEnded | RecordingEnded) -> str | None:
    if isinstance(event, PlaybackEnded):
        run.act(RecordMessage(run.request("recording"), step.max, step.terminator))
        return None
    if not event.ok or event.duration_ms < _SHORTEST_MESSAGE_MS:
        return run.branch(step.on_fail, "voicemail_empty", duration_ms=event.duration_ms)
    run.session.outcome = EndReason.VOICEMAIL_LEFT
    run.tell(VoicemailTaken(contact=run.contact, recording=event.recording, duration_ms=event.duration_ms))
    return step.next


def _callback(run: Run, step: model.CallbackStep, event: DigitsGathered) -> str | None:
    return {"offer": _offer, "number": _number, "confirm": _confirm, "time": _time}[run.session.phase](run, step, event)


def _offer(run: Run, step: model.CallbackStep, event: DigitsGathered) -> str | None:
    match _key(run, event, "123"):
        case "1":
            return _settled(run, step, str(run.session.variables["caller"]))
        case "2":
            ask_number(run, step)
        case "3":
            return run.branch(step.declined, "callback_declined")
        case _:
            if run.session.attempts > step.repeats:
                return run.branch(step.declined, "callback_no_answer")
            run.collect_key(step.invalid, step, timeout_ms=step.timeout, phase="offer")
    return None


def _number(run: Run, step: model.CallbackStep, event: DigitsGathered) -> str | None:
    if event.outcome is GatherOutcome.FAILED:
        raise StepFailure("the prompt could not be played")
    good = event.outcome is GatherOutcome.COMPLETE and usable_number(event.digits)
    _taken(run, event, "complete" if good else "invalid" if event.digits else "timeout")
    if good:
        run.remember("number", event.digits)
        run.collect_key(step.confirm, timeout_ms=step.timeout, phase="confirm")
        return None
    run.session.attempts += 1
    if run.session.attempts > step.repeats:
        return run.branch(step.declined, "callback_no_answer")
    ask_number(run, step, step.invalid)
    return None


def _confirm(run: Run, step: model.CallbackStep, event: DigitsGathered) -> str | None:
    match _key(run, event, "12"):
        case "1":
            return _settled(run, step, str(run.session.variables["number"]))
        case "2":
            ask_number(run, step)
        case _:
            if run.session.attempts > step.repeats:
                return run.branch(step.declined, "callback_no_answer")
            run.collect_key(step.invalid, step.confirm, timeout_ms=step.timeout, phase="confirm")
    return None


def _time(run: Run, step: model.CallbackStep, event: DigitsGathered) -> str | None:
    number = str(run.session.variables["number"])
    key = _key(run, event, "".join(step.times))
    if key:
        return book(run, step, number, step.times[key])
    if run.session.attempts > step.repeats:
        return run.branch(step.declined, "callback_no_answer")
    ask_time(run, step, number, step.invalid)
    return None


def _settled(run: Run, step: model.CallbackStep, number: str) -> str | None:
    """The number is known: ask when, or book."""
    if not step.times:
        return book(run, step, number)
    ask_time(run, step, number)
    return None


def _survey(run: Run, step: model.SurveyStep, event: DigitsGathered) -> str | None:
    key = _key(run, event, "123456789"[: step.scale])
    if not key:
        if run.session.attempts > step.repeats:
            return run.branch(step.on_fail, "survey_no_answer")
        run.collect_key(step.invalid, step, timeout_ms=step.timeout)
        return None
    run.tell(SurveyAnswered(contact=run.contact, question=step.question, answer=key))
    run.session.variables[step.question] = int(key)
    if step.on_low is not None and int(key) <= step.low:
        return run.branch(step.on_low, "survey_low", answer=int(key))
    return step.next


def _hangup(run: Run, step: model.HangupStep, event: PlaybackEnded) -> None:
    hang_up(run, step)


_ANSWER: dict[type[Any], tuple[tuple[type[Any], ...], Callable[[Run, Any, Any], str | None]]] = {
    model.SayStep: ((PlaybackEnded,), _say),
    model.MenuStep: ((DigitsGathered,), _menu),
    model.GatherStep: ((DigitsGathered,), _gather),
    model.HttpStep: ((ServiceAnswered,), _http),
    model.VoicemailStep: ((PlaybackEnded, RecordingEnded), _voicemail),
    model.CallbackStep: ((DigitsGathered,), _callback),
    model.SurveyStep: ((DigitsGathered,), _survey),
    model.HangupStep: ((PlaybackEnded,), _hangup),
    model.ListenStep: ((SentenceHeard, SentenceUnderstood), listening.answer),
}
