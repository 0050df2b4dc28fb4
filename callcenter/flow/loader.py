"""From the text of a flow file to a :class:`Flow` that still knows its lines."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from msgspec import Struct, field
from pydantic import ValidationError

from callcenter.flow.model import STEP_TYPES, Flow
from callcenter.flow.problems import BadFlowFile, Problem
from callcenter.flow.yamlfile import Document, Place, read_bytes, read_text


class LoadedFlow(Struct):
    """A flow and the file it was read from."""

    flow: Flow
    document: Document
    origin: dict[str, str] = field(default_factory=dict)
    """Steps that were made, and the step they were made from."""

    @property
    def file(self) -> str:
        """The file's name as given."""
        return self.document.file

    def line(self, *place: str) -> int:
        """The line of a place such as ``"steps", "greet", "next"``."""
        if place[:1] == ("steps",) and place[1:2] and place[1] in self.origin:
            place = ("steps", self.origin[place[1]])
        return self.document.line(place)


def load_text(name: str, text: str) -> LoadedFlow:
    """Read a flow from text; ``name`` is the file's name for messages. Raises :class:`BadFlowFile`."""
    return _load(read_text(name, text))


def load_bytes(name: str, raw: bytes) -> LoadedFlow:
    """Read a flow from a file's bytes. Raises :class:`BadFlowFile`."""
    return _load(read_bytes(name, raw))


def _load(document: Document) -> LoadedFlow:
    if not isinstance(document.data, dict):
        detail = {"found": _kind(document.data)}
        raise BadFlowFile([Problem(document.file, document.line(()), "not_a_record", detail)])
    try:
        return LoadedFlow(Flow.model_validate(document.data), document)
    except ValidationError as error:
        raise BadFlowFile(validation_problems(document, error)) from None


def validation_problems(document: Document, error: ValidationError) -> list[Problem]:
    """The model's complaints as problems with lines; one for each innermost place."""
    found: dict[Place, Problem] = {}
    for item in error.errors(include_url=False):
        place = _place(document.data, item["loc"])
        if place not in found:
            found[place] = _problem(document, place, item)
    inner = [
        problem
        for place, problem in found.items()
        if not any(other != place and other[: len(place)] == place for other in found if place)
    ]
    return sorted(inner, key=lambda problem: problem.line)


def _place(data: Any, loc: tuple[str | int, ...]) -> Place:
    """Where in the file ``loc`` is: pydantic mixes in names of types, which the file does not have."""
    place: Place = ()
    for number, part in enumerate(loc):
        if number == 2 and loc[0] == "steps":  # the step's type, which may be a field's name as well
            continue
        if isinstance(data, dict) and str(part) in data:
            data = data[str(part)]
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        elif not (number == len(loc) - 1 and isinstance(data, dict) and str(part).isidentifier()):
            continue
        place = (*place, str(part))
    return place


_EXPECTED = {
    "string_type": "@text",
    "string_too_short": "@text",
    "int_type": "@whole",
    "int_from_float": "@whole",
    "float_type": "@number",
    "bool_type": "@truth",
    "dict_type": "@record",
    "model_type": "@record",
    "model_attributes_type": "@record",
    "tuple_type": "@list",
    "literal_error": "@one_of",
    "enum": "@one_of",
    "string_pattern_mismatch": "@pattern",
    "greater_than_equal": "@at_least",
    "less_than_equal": "@at_most",
    "too_short": "@more",
    "string_too_long": "@at_most",
}
_CAUSES = ("duration", "key", "window")
"""What our own checks of a value say of it."""
_LIMITS = ("expected", "pattern", "ge", "le", "max_length")


def _problem(document: Document, place: Place, item: Any) -> Problem:
    line = document.line(place)
    kind = item["type"]
    last = place[-1] if place else "flow"
    if kind == "missing":
        return Problem(document.file, line, "missing_field", {"field": last})
    if kind == "extra_forbidden":
        near = get_close_matches(last, _fields_around(document, place), 3, 0.5)
        return Problem(document.file, line, "unknown_field", {"field": last, "near": near})
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _bad_type(document, place, item)
    if "[key]" in item["loc"]:
        code = "bad_key" if {"choices", "times"} & set(place) else "bad_name"
        return Problem(document.file, line, code, {"name": last})
    return Problem(document.file, line, "wrong_type", _expected(last, kind, item))


def _bad_type(document: Document, place: Place, item: Any) -> Problem:
    value = _at(document.data, place)
    if isinstance(value, dict) and "type" not in value:
        return Problem(document.file, document.line(place), "missing_field", {"field": "type"})
    found = value.get("type") if isinstance(value, dict) else value
    detail = {"found": str(found), "known": list(STEP_TYPES)}
    return Problem(document.file, document.line((*place, "type")), "unknown_type", detail)


def _expected(field: str, kind: str, item: Any) -> dict[str, Any]:
    context = item.get("ctx", {})
    cause = str(context.get("error", ""))
    expected = f"@{cause}" if cause in _CAUSES else _EXPECTED.get(kind, "@value")
    if field in ("text", "audio", "title"):
        expected = "@text_by_language"
    limit = next((str(context[name]) for name in _LIMITS if name in context), "")
    return {"field": field, "found": _kind(item["input"]), "expected": expected, "limit": limit}


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "@record"
    if isinstance(value, list | tuple):
        return "@list"
    return "@nothing" if value is None or value == "" else str(value)[:60]


def _at(data: Any, place: Place) -> Any:
    for part in place:
        data = data[int(part)] if isinstance(data, list) else data.get(part) if isinstance(data, dict) else None
    return data


def _fields_around(document: Document, place: Place) -> list[str]:
    owner = _at(document.data, place[:-1])
    step = STEP_TYPES.get(str(owner.get("type"))) if isinstance(owner, dict) else None
    if step is not None and len(place) == 3:
        return list(step.model_fields)
    if len(place) == 1:
        return list(Flow.model_fields)
    return ["text", "parts", "audio", "rate", "when", "to", "skill", "level", "required", "language"]
