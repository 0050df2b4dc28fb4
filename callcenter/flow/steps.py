"""What each kind of step does when the contact reaches it. A step returns the next one, or None to wait or end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callcenter.domain.config import SkillRequirement
from callcenter.domain.contact import EndReason, Why
from callcenter.domain.effects import AlarmRaised
from callcenter.flow import booking, listening, model
from callcenter.flow.actions import AskService, Collect, EndCall, JoinQueue, TransferTo
from callcenter.flow.callback_step import outlook_of
from callcenter.flow.handover import briefed
from callcenter.flow.hours import DayState, state_at
from callcenter.flow.numbers import usable_number
from callcenter.flow.run import Run, StepFailure
from callcenter.flow.secrets import is_kept, key_of


def enter(run: Run, step: Any) -> str | None:
    """Do ``step``. Returns the next step's name, or None. Raises :class:`StepFailure`."""
    return _ENTER[type(step)](run, step)


def _say(run: Run, step: model.SayStep) -> str | None:
    if run.reads:
        run.session.variables["said"] = "\n".join(prompt.text for prompt in run.prompts(step))
    return None if run.speak(step) else step.next


def _menu(run: Run, step: model.MenuStep) -> None:
    run.collect_key(step, timeout_ms=step.timeout, choices=run.choices(step.choices))


def ask_digits(run: Run, step: model.GatherStep, *before: model.Said | None) -> None:
    """Ask for the digits of a gather step, after ``before``."""
    run.act(
        Collect(
            run.request(),
            run.prompts(*before, step),
            max_digits=step.longest,
            min_digits=step.shortest,
            terminator=step.terminator,
            first_timeout_ms=step.timeout,
            next_timeout_ms=step.between,
            secret=step.secret,
        )
    )


def _gather(run: Run, step: model.GatherStep) -> str | None:
    if step.secret and run.reads:
        return run.branch(step.on_fail, "secret_not_in_chat")
    ask_digits(run, step)
    return None


def _branch(run: Run, step: model.BranchStep) -> str:
    for case in step.cases:
        if run.compute(case.when):
            return run.branch(case.to, "case", when=case.when)
    return run.branch(step.otherwise, "otherwise")


def _hours(run: Run, step: model.HoursStep) -> str:
    calendar = run.calendars.get(step.calendar)
    if calendar is None:
        raise StepFailure(f"no calendar named {step.calendar}")
    state = state_at(calendar, run.now_ms)
    target = {
        DayState.OPEN: step.open,
        DayState.CLOSED: step.closed,
        DayState.HOLIDAY: step.holiday or step.closed,
        DayState.UNKNOWN: step.unknown or step.closed,
    }[state]
    if state is DayState.UNKNOWN:
        run.tell(
            AlarmRaised(code="calendar_year_unknown", detail={"calendar": step.calendar, "flow": run.session.flow})
        )
    return run.branch(target, f"hours_{state}", calendar=step.calendar)


def _set(run: Run, step: model.SetStep) -> str:
    for name, value in step.values.items():
        result = run.compute(value)
        run.remember(name, result)
    return step.next


def _http(run: Run, step: model.HttpStep) -> None:
    params: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    for name, value in step.params.items():
        held = run.session.variables.get(value.strip()) if isinstance(value, str) else None
        if is_kept(held):
            secrets[name] = key_of(held)
        else:
            params[name] = run.compute(value)
    url = f"service://{step.service}{step.path}"
    run.act(AskService(run.request(), step.method, url, params, secrets, step.timeout, step.retries))


def _queue(run: Run, step: model.QueueStep) -> None:
    skills = tuple(SkillRequirement(skill.skill, skill.level, skill.required) for skill in step.skills)
    why = Why(step.why, {"flow": run.session.flow, "step": run.session.step})
    if step.brief is not None:
        run.tell(briefed(run, step.brief, step.why))
    run.finish(JoinQueue(step.queue or "", step.priority, skills, why))


def _transfer(run: Run, step: model.TransferStep) -> None:
    target = run.fill(step.target)
    if not target.partition(":")[2]:
        raise StepFailure(f"transfer to nobody: '{target}'")
    run.finish(TransferTo(target))


def _voicemail(run: Run, step: model.VoicemailStep) -> str | None:
    if run.reads:
        return run.branch(step.on_fail, "no_voice_in_chat")
    run.speak(step, phase="prompt", tone=True)
    return None


def _callback(run: Run, step: model.CallbackStep) -> None:
    if usable_number(str(run.session.variables.get("caller") or "")):
        run.collect_key(outlook_of(run, step), step, timeout_ms=step.timeout, phase="offer")
    else:
        ask_number(run, step, outlook_of(run, step))


def ask_number(run: Run, step: model.CallbackStep, *before: model.Said | None) -> None:
    """Ask for the number to call back."""
    prompts = run.prompts(*before, step.ask_number)
    run.act(Collect(run.request("number"), prompts, max_digits=15, min_digits=5, first_timeout_ms=step.timeout))


def _survey(run: Run, step: model.SurveyStep) -> None:
    run.collect_key(step, timeout_ms=step.timeout)


def _hangup(run: Run, step: model.HangupStep) -> None:
    if not run.speak(step, phase="bye"):
        hang_up(run, step)


def hang_up(run: Run, step: model.HangupStep) -> None:
    """End the call with the step's reason, or what the flow did for the caller."""
    run.finish(EndCall(step.reason or EndReason(run.session.outcome or EndReason.FLOW_COMPLETED)))


def _goto(run: Run, step: model.GotoStep) -> str:
    session = run.session
    session.flow = step.flow
    for name, value in run.flow.variables.items():
        session.variables.setdefault(name, value)
    return run.flow.start


def _assistant(run: Run, step: model.AssistantStep) -> str:
    raise StepFailure("the assistant's dialogue was not read")


_ENTER: dict[type[Any], Callable[[Run, Any], str | None]] = {
    model.SayStep: _say,
    model.MenuStep: _menu,
    model.GatherStep: _gather,
    model.BranchStep: _branch,
    model.HoursStep: _hours,
    model.SetStep: _set,
    model.HttpStep: _http,
    model.QueueStep: _queue,
    model.TransferStep: _transfer,
    model.VoicemailStep: _voicemail,
    model.CallbackStep: _callback,
    model.SurveyStep: _survey,
    model.HangupStep: _hangup,
    model.GotoStep: _goto,
    model.ListenStep: listening.enter,
    model.BookStep: booking.enter,
    model.AssistantStep: _assistant,
}
