"""Checks of single values that several sections share: ids, names, numbers, times."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from callcenter.domain.config_problem import ConfigProblem
from callcenter.domain.names import Names

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,39}")
_PHONE = re.compile(r"\+?[0-9]{2,20}")
MAX_NAME = 60
MAX_SENTENCE = 500
LEVELS = range(1, 11)

Problems = Iterator[ConfigProblem]


def problem(place: str, code: str, blocks: bool = True, **detail: Any) -> ConfigProblem:
    """A problem; ``detail`` fills its sentence."""
    return ConfigProblem(place, code, detail, blocks)


def check_id(place: str, value: str) -> Problems:
    """An id: up to 40 letters, digits, ``_`` and ``-``."""
    if not _ID.fullmatch(value):
        yield problem(place, "bad_id", id=value)


def check_same_id(place: str, key: str, value: str) -> Problems:
    """The id inside an element is the one it stands under."""
    if key != value:
        yield problem(f"{place}.id", "other_id", key=key, id=value)


def check_names(place: str, names: Names, most: int = MAX_NAME) -> Problems:
    """At least one name; each short enough. Told when a language has none."""
    if not any(text.strip() for text in names.values()):
        yield problem(place, "no_name")
        return
    for language, text in names.items():
        if len(text) > most:
            yield problem(f"{place}.{language}", "too_long", most=most, length=len(text))
    missing = [language for language in ("zh", "en") if not names.get(language, "").strip()]
    for language in missing:
        yield problem(f"{place}.{language}", "name_missing", False, language=language)


def check_twice(place: str, ids: Iterable[str]) -> Problems:
    """No id stands twice in a list."""
    seen: set[str] = set()
    for index, value in enumerate(ids):
        if value in seen:
            yield problem(f"{place}[{index}].id", "id_twice", id=value)
        seen.add(value)


def check_range(place: str, value: float, least: float, most: float, unit: str = "") -> Problems:
    """A value within its bounds; for times ``unit`` is ``s`` and all three are in ms."""
    if least <= value <= most:
        return
    scale = 1_000 if unit == "s" else 1
    shown = [f"{number / scale:g}" for number in (value, least, most)]
    yield problem(place, "out_of_range", value=shown[0], least=shown[1], most=shown[2], unit=unit)


def check_level(place: str, level: int) -> Problems:
    """A skill's level."""
    if level not in LEVELS:
        yield problem(place, "bad_level", level=level)


def check_phone(place: str, number: str) -> Problems:
    """A telephone number as it is dialled, or in E.164."""
    if not _PHONE.fullmatch(number):
        yield problem(place, "bad_number", number=number)


def check_known(place: str, value: str, known: Collection[str], kind: str) -> Problems:
    """A reference to something that there is."""
    if value not in known:
        yield problem(place, f"unknown_{kind}", id=value, known=sorted(known)[:8])
