"""From a rule file's values to conditions; everything wrong becomes a problem with its line, nothing is passed over."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import re2
from msgspec import Struct, field

from callcenter.domain.yamlfile import Document, Place
from callcenter.quality import conditions as nodes
from callcenter.quality.conditions import Node, Scope
from callcenter.quality.literals import compile_regex
from callcenter.quality.operators import CALL_FIELDS, OPERATORS, SCOPE, UNITS, UNTRAINED, Field
from callcenter.quality.problems import QualityProblem
from callcenter.quality.transcript import SPEAKERS

NOTHING: Node = nodes.Or(())
"""Stands for a condition that could not be read; its problem is told."""


class References(Struct):
    """Names that were used, with the places they were used at: checked once everything is read."""

    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    used: list[tuple[str, str, int]] = field(default_factory=list)
    models: frozenset[str] = frozenset()


class ConditionReader:
    """Reads the conditions of one document."""

    def __init__(self, document: Document, references: References, problems: list[QualityProblem]) -> None:
        self._document = document
        self._references = references
        self._problems = problems

    def say(self, place: Place, code: str, **detail: Any) -> None:
        """Note a problem."""
        self._problems.append(QualityProblem(self._document.file, self._document.line(place), code, detail))

    def read(self, value: Any, place: Place) -> Node:
        """A condition."""
        if not isinstance(value, dict):
            self.say(place, "not_a_record", found=kind_of(value))
            return NOTHING
        for name in UNTRAINED:
            if name in value:
                self.say((*place, name), "untrained", name=name, known=sorted(self._references.models))
                return NOTHING
        found = [name for name in OPERATORS if name in value]
        if len(found) != 1:
            unknown = [name for name in value if not any(name in fields for fields in OPERATORS.values())]
            if not found and unknown:
                near = get_close_matches(unknown[0], OPERATORS, 3, 0.5) or list(OPERATORS)
                self.say((*place, unknown[0]), "unknown_field", field=unknown[0], near=near)
            elif not found:
                self.say(place, "no_operator", known=list(OPERATORS))
            else:
                self.say(place, "two_operators", found=found)
            return NOTHING
        values = self._fields(value, OPERATORS[found[0]], place)
        return NOTHING if values is None else self._build(found[0], values, place)

    def _fields(self, value: dict[str, Any], fields: dict[str, Field], place: Place) -> dict[str, Any] | None:
        good = True
        values: dict[str, Any] = {}
        for name in value:
            if name not in fields:
                self.say((*place, name), "unknown_field", field=name, near=get_close_matches(name, fields, 3, 0.5))
                good = False
        for name, described in fields.items():
            if name not in value:
                if described.required:
                    self.say(place, "missing_field", field=name)
                    good = False
                continue
            before = len(self._problems)
            values[name] = self._value(described.kind, value[name], (*place, name))
            good = good and len(self._problems) == before
        return values if good else None

    def _value(self, kind: str, value: Any, place: Place) -> Any:
        readers: dict[str, Callable[[Any, Place], Any]] = {
            "words": self.words,
            "speakers": self._speakers,
            "speaker": lambda found, at: self._one_of(found, SPEAKERS, at),
            "unit": lambda found, at: self._one_of(found, UNITS, at),
            "regex": self._regex,
            "condition": self.read,
            "conditions": self._conditions,
            "conditions2": lambda found, at: self._conditions(found, at, 2),
            "call": self._call,
            "hours": self._hours,
            "reference": self._reference,
            "model": self._model,
        }
        reader = readers.get(kind)
        return reader(value, place) if reader else self._number(kind, value, place)

    def _wrong(self, value: Any, expected: str, place: Place, limit: Any = "") -> None:
        self.say(place, "wrong_type", field=place[-1], found=kind_of(value), expected=expected, limit=limit)

    def _number(self, kind: str, value: Any, place: Place) -> Any:
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if kind == "whole":
            if not good or not isinstance(value, int) or value < 1:
                self._wrong(value, "@whole", place, "≥ 1")
        elif kind == "share":
            if not good or not 0 < value <= 1:
                self._wrong(value, "@share", place)
        elif not good or value < 0:
            self._wrong(value, "@positive", place)
        return value

    def words(self, value: Any, place: Place) -> tuple[str, ...]:
        """Words, with the lists they name put in."""
        items = [value] if isinstance(value, str) and value.startswith("$") else value
        if not isinstance(items, list) or not items:
            self._wrong(value, "@words", place)
            return ()
        found: list[str] = []
        for number, item in enumerate(items):
            at = (*place, str(number))
            if not isinstance(item, str):
                self._wrong(item, "@text", at)
            elif item.startswith("$"):
                self._references.used.append(("@word_list", item[1:], self._document.line(at)))
                if item[1:] not in self._references.lists:
                    near = get_close_matches(item[1:], self._references.lists, 3, 0.5)
                    self.say(at, "unknown_reference", what="@word_list", name=item[1:], near=near)
                found += self._references.lists.get(item[1:], ())
            elif "\n" in item:
                self.say(at, "word_lines")
            elif not any(char.isalnum() for char in item):
                self.say(at, "word_empty", word=item)
            else:
                found.append(item.strip())
        return tuple(found)

    def _speakers(self, value: Any, place: Place) -> tuple[str, ...]:
        items = value if isinstance(value, list) else [value]
        for item in items:
            self._one_of(item, SPEAKERS, place)
        return tuple(str(item) for item in items)

    def _one_of(self, value: Any, known: tuple[str, ...], place: Place) -> Any:
        if value not in known:
            self._wrong(value, "@one_of", place, ", ".join(known))
        return value

    def _regex(self, value: Any, place: Place) -> str:
        if not isinstance(value, str):
            self._wrong(value, "@text", place)
            return ""
        try:
            pattern = compile_regex(value)
        except re2.error as error:
            reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
            linear = "perl operator" in reason or "invalid escape sequence: \\" in reason
            self.say(place, "bad_regex", reason=reason, mend="@regex_linear" if linear else "@regex_other")
            return ""
        if pattern.search("") is not None:
            self.say(place, "bad_regex", reason="@regex_empty", mend="@regex_empty_mend")
        capitals = re.findall(r"[A-Z]", re.sub(r"\\[pP]\{\^?\w+\}|\\[A-Za-z]|\(\?P<\w+>", "", value))
        if capitals:
            self.say(place, "regex_upper", found="".join(capitals[:8]))
        return value

    def _conditions(self, value: Any, place: Place, count: int = 0) -> tuple[Node, ...]:
        if not isinstance(value, list) or not value or (count and len(value) != count):
            self._wrong(value, "@list", place, count or "")
            return ()
        return tuple(self.read(item, (*place, str(number))) for number, item in enumerate(value))

    def _call(self, value: Any, place: Place) -> tuple[tuple[str, Any], ...]:
        if not isinstance(value, dict) or not value:
            self._wrong(value, "@record", place)
            return ()
        found: list[tuple[str, Any]] = []
        for name, wanted in value.items():
            at = (*place, name)
            kind = CALL_FIELDS.get(name)
            if kind is None:
                near = get_close_matches(name, CALL_FIELDS, 3, 0.5) or list(CALL_FIELDS)
                self.say(at, "unknown_field", field=name, near=near)
            elif kind == "number":
                found.append((name, self._number("number", wanted, at)))
            elif kind == "truth":
                if not isinstance(wanted, bool):
                    self._wrong(wanted, "@truth", at)
                found.append((name, (wanted,)))
            else:
                texts = wanted if isinstance(wanted, list) else [wanted]
                if not texts or not all(isinstance(text, str) for text in texts):
                    self._wrong(wanted, "@text", at)
                found.append((name, tuple(texts)))
        return tuple(found)

    def _hours(self, value: Any, place: Place) -> tuple[int, int]:
        match = re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", str(value))
        minutes = [int(part) for part in match.groups()] if match else [0, 0, 0, 0]
        start, end = minutes[0] * 60 + minutes[1], minutes[2] * 60 + minutes[3]
        if start >= end:
            self._wrong(value, "@clock", place)
        return start, end

    def _reference(self, value: Any, place: Place) -> str:
        self._references.used.append(("@condition", str(value), self._document.line(place)))
        return str(value)

    def _model(self, value: Any, place: Place) -> str:
        if value not in self._references.models:
            self.say(place, "untrained", name=str(value), known=sorted(self._references.models))
        return str(value)

    def _build(self, name: str, found: dict[str, Any], place: Place) -> Node:
        if found.get("first") and found.get("last"):
            self.say(place, "matches_nothing")
        if name == "if" and ("then" in found) == ("before" in found):
            self.say(place, "not_both", fields=["then", "before"])
        if name == "near" and ("turns" in found) == ("seconds" in found):
            self.say(place, "not_both", fields=["turns", "seconds"])
        return build(name, found)


def build(name: str, found: dict[str, Any]) -> Node:
    """The condition of an operator from its checked fields."""
    scope = Scope(**{field: found[field] for field in SCOPE if field in found})
    value = found[name]
    match name:
        case "any" | "all" | "none":
            return nodes.Words(name, value, scope)
        case "regex":
            return nodes.Regex(value, scope)
        case "figure":
            return nodes.FigureSaid(value, found.get("over"), found.get("under"), scope)
        case "speaks":
            return nodes.Speaks(Scope(by=value, first=found.get("first", 0), last=found.get("last", 0)))
        case "classifier":
            return nodes.Classified(value, found["over"], scope)
        case "near":
            return nodes.Near(value[0], value[1], found.get("turns"), found.get("seconds"))
        case "order":
            return nodes.Order(value)
        case "repeat":
            return nodes.Repeat(value, found["times"])
        case "same_answer":
            return nodes.SameAnswer(value, found["times"], found.get("alike", 0.9))
        case "overlap":
            return nodes.Overlap(value, found.get("times", 1), found.get("over_ms", 300))
        case "speech_rate":
            return nodes.Rate(value, found["over_zh"], found["over_en"], found["for_s"])
        case "talk_share":
            return nodes.TalkShare(value, found["over"])
        case "outside_hours":
            return nodes.OutsideHours(*value)
        case "if":
            limits = (found.get("within_s"), found.get("within_turns"))
            return nodes.If(value, found.get("then"), found.get("before"), *limits)
    plain: dict[str, Callable[[Any], Node]] = {
        "silence_over_s": nodes.Silence,
        "hold_over_s": nodes.Hold,
        "figure_differs": nodes.FigureDiffers,
        "call": nodes.CallData,
        "and": nodes.And,
        "or": nodes.Or,
        "not": nodes.Not,
        "use": nodes.Use,
    }
    return plain[name](value)


def kind_of(value: Any) -> str:
    """What a value is, as a word of the sentences."""
    if value is None:
        return "@nothing"
    if isinstance(value, dict):
        return "@record"
    if isinstance(value, list):
        return "@list"
    return str(value)[:40]
