"""Checks what flows say: that there is something to hear, in every language, and that its templates can be filled."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from callcenter.flow import model
from callcenter.flow.loader import LoadedFlow
from callcenter.flow.problems import Problem
from callcenter.flow.templates import TemplateError, names_in
from callcenter.flow.yamlfile import Place

_SILENT = (model.HangupStep, model.ListenStep)
_INNER = ("no_input", "invalid", "ask_number", "confirm", "estimate", "no_estimate", "ask_time")


def check_texts(
    loaded: LoadedFlow, prompts: Collection[str] | None, variables: set[str], secrets: set[str]
) -> Iterator[Problem]:
    """Every problem with prompts of a flow. ``prompts`` None leaves sound files unchecked."""
    for name, said, place in _all_said(loaded.flow):
        empty = said.text is None and not said.parts and said.audio is None
        if empty:
            if not isinstance(said, _SILENT):
                yield Problem(loaded.file, loaded.line(*place), "missing_prompt", {"step": name})
            continue
        if (said.text is not None) + bool(said.parts) + (said.audio is not None) > 1:
            yield Problem(loaded.file, loaded.line(*place), "two_prompts", {"step": name})
        yield from _languages(loaded, said, place)
        yield from _sounds(loaded, said, place, prompts)
        for inner, text in _templates(said, place):
            yield from _template(loaded, inner, text, variables, secrets)
    yield from _transfer_targets(loaded, variables, secrets)


def _all_said(flow: model.Flow) -> Iterator[tuple[str, model.Said, Place]]:
    for name, step in flow.steps.items():
        place = ("steps", name)
        if isinstance(step, model.Said):
            yield name, step, place
        for field in _INNER:
            inner = getattr(step, field, None)
            if isinstance(inner, model.Said):
                yield name, inner, (*place, field)


def _languages(loaded: LoadedFlow, said: model.Said, place: Place) -> Iterator[Problem]:
    languages = loaded.flow.languages
    if isinstance(said.text, str) and len(languages) > 1:
        yield Problem(loaded.file, loaded.line(*place, "text"), "missing_language", {"language": "/".join(languages)})
    for field in ("text", "written", "audio"):
        value = getattr(said, field)
        if not isinstance(value, dict):
            continue
        for language in languages:
            if not (value.get(language) or "").strip():
                line = loaded.line(*place, field, language)
                yield Problem(loaded.file, line, "missing_language", {"language": language})
        for language in value:
            if language not in languages:
                line = loaded.line(*place, field, language)
                yield Problem(loaded.file, line, "unknown_language", {"language": language})


def _sounds(loaded: LoadedFlow, said: model.Said, place: Place, prompts: Collection[str] | None) -> Iterator[Problem]:
    if said.audio is None or prompts is None:
        return
    files = {"": said.audio} if isinstance(said.audio, str) else said.audio
    for language, file in files.items():
        if file not in prompts:
            line = loaded.line(*place, "audio", *([language] if language else []))
            yield Problem(loaded.file, line, "missing_audio", {"name": file})


def _templates(said: model.Said, place: Place) -> Iterator[tuple[Place, str]]:
    for field in ("text", "written"):
        value = getattr(said, field)
        if isinstance(value, str):
            yield (*place, field), value
        elif value is not None:
            for language, text in value.items():
                yield (*place, field, language), text
    for number, part in enumerate(said.parts):
        yield (*place, "parts", str(number), "text"), part.text


def _template(loaded: LoadedFlow, place: Place, text: str, variables: set[str], secrets: set[str]) -> Iterator[Problem]:
    line = loaded.line(*place)
    try:
        names = names_in(text)
    except TemplateError as error:
        yield Problem(loaded.file, line, "bad_template", {"reason": error.reason})
        return
    for name in sorted(names - variables):
        close = get_close_matches(name, sorted(variables), 3, 0.5) or sorted(variables)[:8]
        yield Problem(loaded.file, line, "unknown_variable", {"name": name, "near": close})
    for name in sorted(names & secrets):
        yield Problem(loaded.file, line, "secret_spoken", {"name": name})


def _transfer_targets(loaded: LoadedFlow, variables: set[str], secrets: set[str]) -> Iterator[Problem]:
    for name, step in loaded.flow.steps.items():
        if isinstance(step, model.TransferStep):
            yield from _template(loaded, ("steps", name, "target"), step.target, variables, secrets)
