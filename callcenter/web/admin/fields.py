"""What a form asks for, worked out from a configuration type: one field for each attribute."""

from __future__ import annotations

import typing
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from callcenter.domain.config import Reason
from callcenter.web.admin import labels


class NumberRow(Struct, frozen=True):
    """A dialled number and the flow it begins."""

    number: str
    flow: str = ""


class Numbers(Struct, frozen=True):
    """The page of numbers."""

    numbers: tuple[NumberRow, ...] = ()
    caller_number: str = ""
    agent_grace_ms: int = 8_000


class Reasons(Struct, frozen=True):
    """A page that is one list of ids and names."""

    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``kind`` says how it is shown and read; ``inner`` are the fields of a record or of a list's rows."""

    name: str
    kind: str
    label: str
    hint: str = ""
    options: str = ""
    suggestions: str = ""
    inner: tuple[Field, ...] = ()
    make: type[Struct] | None = None
    required: bool = False
    below: bool = False
    """Whether it is shown below the choices that are explained, because they give it its meaning."""
    default: Any = None


@lru_cache
def fields_of(struct: type[Struct]) -> tuple[Field, ...]:
    """The fields of a form for ``struct``."""
    hints = typing.get_type_hints(struct)
    return tuple(_field(struct, info, hints[info.name]) for info in msgspec.structs.fields(struct))


def _field(struct: type[Struct], info: msgspec.structs.FieldInfo, hint: Any) -> Field:
    place = f"{struct.__name__}.{info.name}"
    options = labels.OPTIONS.get(place, "")
    kind, inner, make = _kind(place, info.name, hint, options)
    if kind == "choice" and options in labels.EXPLAINED:
        kind = "explained"
    missing = info.default is msgspec.NODEFAULT and info.default_factory is msgspec.NODEFAULT
    return Field(
        name=info.name,
        kind=kind,
        label=labels.FIELDS.get(info.name, info.name),
        hint=labels.HINTS.get(place, ""),
        options=options,
        suggestions=labels.SUGGESTIONS.get(place, ""),
        inner=inner,
        make=make,
        required=missing and kind in ("text", "names"),
        below=place in labels.BELOW,
        default=None if info.default is msgspec.NODEFAULT else info.default,
    )


def _kind(place: str, name: str, hint: Any, options: str) -> tuple[str, tuple[Field, ...], type[Struct] | None]:
    if place == "Article.variants":
        return "lines", (), None
    if name in ("valid_from", "valid_until"):
        return "day", (), None
    if place == "FormField.choices":
        return "reason_lines", (), Reason
    if hint is bool:
        return "switch", (), None
    if hint is int:
        return ("seconds" if name.endswith("_ms") else "whole"), (), None
    if hint is float:
        return "decimal", (), None
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        inside = arguments[0]
        if inside is str:
            return ("choices" if options else "list"), (), None
        return "rows", fields_of(inside), inside
    if origin is dict:
        return ("levels" if arguments[1] is int else "names"), (), None
    if isinstance(hint, type) and issubclass(hint, Struct):
        return "record", fields_of(hint), hint
    if options or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return "choice", (), None
    return "text", (), None
