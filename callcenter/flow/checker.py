"""Everything that can be known to be wrong with flows before a caller meets it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from callcenter.flow import model
from callcenter.flow.expressions import ExpressionError, parse
from callcenter.flow.graph import reached, silent_loops
from callcenter.flow.listening import given
from callcenter.flow.loader import LoadedFlow
from callcenter.flow.problems import Problem
from callcenter.flow.texts import check_texts

BUILT_IN = frozenset({"caller", "dialled", "line", "language", "queue", "agent", "contact"})
"""Variables that are there without a step setting them."""


class Known(Struct, frozen=True):
    """What exists outside the flows. ``None`` means not known here: references to it are not checked."""

    queues: Collection[str] | None = None
    calendars: Collection[str] | None = None
    services: Collection[str] | None = None
    prompts: Collection[str] | None = None
    """Sound files of the prompts folder, without extension."""
    variables: Collection[str] = ()
    """Variables that the core gives besides :data:`BUILT_IN`."""


def check(flows: Mapping[str, LoadedFlow], known: Known) -> list[Problem]:
    """All problems, by file and line; none means the flows may go live."""
    plain = {name: loaded.flow for name, loaded in flows.items()}
    variables = set(BUILT_IN) | set(known.variables) | {name for flow in plain.values() for name in _assigned(flow)}
    secrets = {name for flow in plain.values() for name in _secrets(flow)}
    problems: list[Problem] = []
    for name, loaded in flows.items():
        problems += _check_flow(name, loaded, set(flows), known)
        problems += _check_expressions(loaded, variables, secrets)
        problems += check_texts(loaded, known.prompts, variables, secrets)
    problems += _check_loops(flows, plain)
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.code))


def near(name: str, names: Collection[str]) -> list[str]:
    """Names like ``name``, best first; when none is alike, up to eight of all."""
    return get_close_matches(name, sorted(names), 3, 0.5) or sorted(names)[:8]


def _assigned(flow: model.Flow) -> Iterator[str]:
    yield from flow.variables
    for step in flow.steps.values():
        if isinstance(step, model.GatherStep):
            yield step.variable
        elif isinstance(step, model.SetStep):
            yield from step.values
        elif isinstance(step, model.HttpStep):
            yield from step.results
        elif isinstance(step, model.SurveyStep):
            yield step.question
        elif isinstance(step, model.CallbackStep):
            yield from ("number", "minutes", "callback_from", "callback_until")
        elif isinstance(step, model.ListenStep):
            yield from ("misunderstood", "wanted", "said", *(fill.slot for fill in step.fills))
            if step.slot is not None:
                yield from (step.slot, given(step.slot))


def _secrets(flow: model.Flow) -> Iterator[str]:
    for step in flow.steps.values():
        if isinstance(step, model.GatherStep) and step.secret:
            yield step.variable
        elif isinstance(step, model.ListenStep) and step.secret and step.slot is not None:
            yield step.slot


def _check_flow(name: str, loaded: LoadedFlow, flows: set[str], known: Known) -> Iterator[Problem]:
    flow = loaded.flow
    stem = loaded.file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".yaml").removesuffix(".yml")
    if flow.flow != stem or name != flow.flow:
        yield Problem(loaded.file, loaded.line("flow"), "wrong_flow_name", {"name": flow.flow, "file": stem})
    try:
        ZoneInfo(flow.timezone)
    except (ValueError, OSError, KeyError):
        yield Problem(loaded.file, loaded.line("timezone"), "unknown_timezone", {"name": flow.timezone})
    if flow.fallback_queue:
        yield from _reference(loaded, ("fallback_queue",), "unknown_queue", flow.fallback_queue, known.queues)
    for field, target in (("start", flow.start), ("on_error", flow.on_error)):
        if target is not None:
            yield from _reference(loaded, (field,), "unknown_step", target, flow.steps)
    for step_name, step in flow.steps.items():
        place = ("steps", step_name)
        for inner, target in step.targets():
            yield from _reference(loaded, (*place, *inner), "unknown_step", target, flow.steps)
        yield from _check_step(loaded, place, step, flows, known)
    live = reached(flow)
    for step_name in flow.steps:
        if step_name not in live and step_name not in loaded.origin:
            yield Problem(loaded.file, loaded.line("steps", step_name), "unreachable_step", {"name": step_name})


def _reference(
    loaded: LoadedFlow, place: tuple[str, ...], code: str, name: str, names: Collection[str] | None
) -> Iterator[Problem]:
    if names is not None and name not in names:
        yield Problem(loaded.file, loaded.line(*place), code, {"name": name, "near": near(name, names)})


def _check_step(
    loaded: LoadedFlow, place: tuple[str, ...], step: Any, flows: set[str], known: Known
) -> Iterator[Problem]:
    match step:
        case model.QueueStep() | model.CallbackStep() | model.BookStep():
            if step.queue is not None:
                yield from _reference(loaded, (*place, "queue"), "unknown_queue", step.queue, known.queues)
            if isinstance(step, model.CallbackStep):
                yield from _times(loaded, place, step)
        case model.TransferStep() if step.target.startswith("queue:") and "{" not in step.target:
            queue = step.target.removeprefix("queue:")
            yield from _reference(loaded, (*place, "target"), "unknown_queue", queue, known.queues)
        case model.HoursStep():
            yield from _reference(loaded, (*place, "calendar"), "unknown_calendar", step.calendar, known.calendars)
        case model.HttpStep():
            yield from _reference(loaded, (*place, "service"), "unknown_service", step.service, known.services)
        case model.GotoStep():
            yield from _reference(loaded, (*place, "flow"), "unknown_flow", step.flow, flows)
        case model.GatherStep():
            if step.length is None and step.min_length > step.max_length:
                yield Problem(loaded.file, loaded.line(*place, "min_length"), "length_order")
            if step.secret and step.valid is not None:
                yield Problem(loaded.file, loaded.line(*place, "valid"), "secret_valid")
        case model.SurveyStep():
            if (step.on_low is None) != (step.low == 0) or step.low >= step.scale:
                yield Problem(loaded.file, loaded.line(*place, "low"), "survey_low")


def _times(loaded: LoadedFlow, place: tuple[str, ...], step: model.CallbackStep) -> Iterator[Problem]:
    """A question for the time and its answers belong together, and hours end later than they begin."""
    if bool(step.times) != (step.ask_time is not None):
        yield Problem(loaded.file, loaded.line(*place, "times"), "callback_times")
    for key, window in step.times.items():
        start, _, end = window.partition("-")
        if end and start >= end:
            yield Problem(loaded.file, loaded.line(*place, "times", key), "callback_window", {"window": window})


def _expressions(flow: model.Flow) -> Iterator[tuple[tuple[str, ...], str, bool, frozenset[str]]]:
    """(place, source, a lone secret is allowed, variables of this place)."""
    nothing: frozenset[str] = frozenset()
    for name, step in flow.steps.items():
        place = ("steps", name)
        if isinstance(step, model.BranchStep):
            for number, case in enumerate(step.cases):
                yield (*place, "cases", str(number), "when"), case.when, False, nothing
        elif isinstance(step, model.SetStep):
            for key, value in step.values.items():
                if isinstance(value, str):
                    yield (*place, "values", key), value, False, nothing
        elif isinstance(step, model.HttpStep):
            for key, value in step.params.items():
                if isinstance(value, str):
                    yield (*place, "params", key), value, True, nothing
        elif isinstance(step, model.BookStep):
            for field in ("number", "at"):
                if (written := getattr(step, field)) is not None:
                    yield (*place, field), written, False, nothing
        elif isinstance(step, model.GatherStep) and step.valid is not None:
            yield (*place, "valid"), step.valid, False, frozenset({"value"})


def _check_expressions(loaded: LoadedFlow, variables: set[str], secrets: set[str]) -> Iterator[Problem]:
    for place, source, lone_secret, extra in _expressions(loaded.flow):
        line = loaded.line(*place)
        try:
            names = parse(source).names
        except ExpressionError as error:
            yield Problem(loaded.file, line, error.code, {"source": source[:80], **error.detail})
            continue
        for name in sorted(names - variables - extra):
            detail = {"name": name, "near": near(name, variables | extra)}
            yield Problem(loaded.file, line, "unknown_variable", detail)
        for name in sorted(names & secrets):
            if not (lone_secret and source.strip() == name):
                yield Problem(loaded.file, line, "expression_secret", {"name": name})


def _check_loops(flows: Mapping[str, LoadedFlow], plain: Mapping[str, model.Flow]) -> Iterator[Problem]:
    for group in silent_loops(plain):
        name, step = group[0]
        loaded = flows[name]
        steps = [inner if flow == name else f"{flow}/{inner}" for flow, inner in group]
        yield Problem(
            loaded.file, loaded.line("steps", step), "endless_loop", {"steps": " → ".join([*steps, steps[0]])}
        )
