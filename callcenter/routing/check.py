"""Is a configuration fit to run? Every problem with its place, in words of either language. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any

from msgspec import Struct, field

from callcenter.domain.config import CenterConfig, Reason
from callcenter.domain.config_problem import ConfigProblem
from callcenter.domain.names import Names
from callcenter.routing.check_articles import check_articles
from callcenter.routing.check_calendars import check_calendars
from callcenter.routing.check_channels import check_channels
from callcenter.routing.check_chat import check_chat
from callcenter.routing.check_people import check_agents, check_alarms, check_roles, check_teams
from callcenter.routing.check_queues import check_queues
from callcenter.routing.check_sentences import SENTENCES, UNITS, WORDS
from callcenter.routing.check_service import check_service
from callcenter.routing.check_values import (
    MAX_SENTENCE,
    Problems,
    check_id,
    check_known,
    check_names,
    check_phone,
    check_range,
    check_twice,
    problem,
)

SOUND_FILE = "file:"
_HOLE = re.compile(r"\{(\w*)\}")


class Known(Struct, frozen=True):
    """What exists around the configuration; None: not known here, so not checked.

    ``calendars`` are those of the flows' folder, besides the configuration's own. ``sentences`` are the centre's own by
    key and language, ``sounds`` the recordings that may be played, ``used`` what live flows refer to:
    ``queue:general`` → names of flows.
    """

    flows: frozenset[str] | None = None
    calendars: frozenset[str] | None = None
    sentences: Mapping[str, Names] = field(default_factory=dict)
    sounds: frozenset[str] | None = None
    this_year: int | None = None
    used: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    chat_keys: frozenset[str] | None = None
    """Names of the keys in the environment."""


def check(config: CenterConfig, known: Known | None = None) -> list[ConfigProblem]:
    """Every problem, those that block publishing first."""
    known = known or Known()
    found = chain(
        check_queues(config, known.flows, known.calendars),
        check_service(config),
        check_channels(config),
        check_agents(config),
        check_teams(config),
        check_roles(config),
        check_alarms(config),
        check_calendars(config, known.this_year),
        check_chat(config, known.flows, known.chat_keys),
        check_articles(config),
        _lists(config),
        _numbers(config, known),
        _prompts(config, known),
        _used(config, known),
        _rest(config),
    )
    return sorted(found, key=lambda problem: not problem.blocks)


def said(problem: ConfigProblem, language: str) -> tuple[str, str]:
    """What is wrong and how to mend it, in ``zh`` or ``en``."""
    chosen = language if language in ("zh", "en") else "zh"
    what, mend = SENTENCES[problem.code][chosen]
    words = {name: _word(name, value, chosen) for name, value in problem.detail.items()}
    return what.format(**words), mend.format(**words)


def _word(name: str, value: Any, language: str) -> str:
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(str(item) for item in value) or "–"
    if name == "unit":
        return UNITS[str(value)][language]
    if name == "weekday":
        return WORDS[f"weekday_{value}"][language] if value in range(7) else str(value)
    if name in ("language", "right", "policy", "other_policy", "channel", "paused"):
        return WORDS.get(str(value), {}).get(language, str(value))
    return str(value)


def _lists(config: CenterConfig) -> Problems:
    lists = {"break_reasons": 60, "dispositions": 60, "skill_names": 60, "emergency_messages": MAX_SENTENCE}
    for name, most in lists.items():
        reasons: tuple[Reason, ...] = getattr(config, name)
        yield from check_twice(name, (reason.id for reason in reasons))
        for index, reason in enumerate(reasons):
            yield from check_id(f"{name}[{index}].id", reason.id)
            yield from check_names(f"{name}[{index}].names", reason.names, most)


def _numbers(config: CenterConfig, known: Known) -> Problems:
    for number, flow in config.numbers.items():
        if number != "*":
            yield from check_phone(f"numbers.{number}", number)
        if flow.startswith("queue:"):
            yield from check_known(f"numbers.{number}", flow.removeprefix("queue:"), config.queues, "queue")
        elif known.flows is not None:
            yield from check_known(f"numbers.{number}", flow, known.flows, "flow")


def _prompts(config: CenterConfig, known: Known) -> Problems:
    for key, names in config.prompts.items():
        place = f"prompts.{key}"
        if known.sentences and key not in known.sentences:
            yield from check_known(place, key, known.sentences, "prompt")
            continue
        for language, text in names.items():
            ours = known.sentences.get(key, {}).get(language, "")
            yield from _sentence(f"{place}.{language}", text, set(_HOLE.findall(ours)), known)


def _sentence(place: str, text: str, holes: set[str], known: Known) -> Problems:
    if text.startswith(SOUND_FILE):
        if holes:
            yield problem(place, "sound_has_no_holes", holes=sorted(holes))
        elif known.sounds is not None and text.removeprefix(SOUND_FILE) not in known.sounds:
            yield problem(place, "unknown_sound", id=text.removeprefix(SOUND_FILE))
        return
    if len(text) > MAX_SENTENCE:
        yield problem(place, "too_long", most=MAX_SENTENCE, length=len(text))
    given = set(_HOLE.findall(text))
    if given - holes:
        yield problem(place, "hole_unknown", holes=sorted(given - holes))
    if text.strip() and holes - given:
        yield problem(place, "hole_missing", holes=sorted(holes - given))


def _used(config: CenterConfig, known: Known) -> Problems:
    """What live flows lead to must stay."""
    for what, flows in known.used.items():
        kind, _, value = what.partition(":")
        section = {"queue": "queues", "calendar": "calendars"}[kind]
        if value not in getattr(config, section):
            yield problem(f"{section}.{value}", f"{kind}_in_use", id=value, flows=flows)


def _rest(config: CenterConfig) -> Problems:
    if config.caller_number:
        yield from check_phone("caller_number", config.caller_number)
    yield from check_range("agent_grace_ms", config.agent_grace_ms, 0, 60_000, "s")
