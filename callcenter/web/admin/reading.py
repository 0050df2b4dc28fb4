"""From a sent form to configuration values, and back. What can't be read is said beside its field, and kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from msgspec import Struct
from starlette.datastructures import FormData

from callcenter.domain.alarms import AlarmRule, Metric
from callcenter.domain.config import Reason
from callcenter.web.admin.fields import Field, fields_of
from callcenter.web.i18n import N_

MAX_ROWS = 200
LANGUAGES = ("zh", "en")
_APART = re.compile(r"[\s,，、;；]+")
_LINE = re.compile(r"\s*([^:：]+?)\s*[:：]\s*(.*)")


@dataclass
class Reading:
    """A form being read: ``faults`` by field name, each an English sentence to translate."""

    form: Mapping[str, Sequence[str]]
    faults: dict[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The value of a field, without spaces around it."""
        values = self.form.get(name, ())
        return values[0].strip().replace("\x00", "").replace("\r\n", "\n") if values else ""


def read_form(form: FormData) -> Reading:
    """The texts of a form, files left out."""
    texts: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            texts.setdefault(name, []).append(value)
    return Reading(texts)


def read(reading: Reading, struct: type[Struct], prefix: str = "", **given: Any) -> Any:
    """A ``struct`` of what the form says; ``given`` wins. Look at ``reading.faults`` before using it."""
    values = {
        each.name: _value(reading, each, prefix + each.name) for each in fields_of(struct) if each.name not in given
    }
    if struct is AlarmRule and str(values.get("metric", "")).endswith("_ms"):
        values["limit"] = values["limit"] * 1_000
    return struct(**values, **given)


def _value(reading: Reading, each: Field, name: str) -> Any:
    text = reading.one(name)
    match each.kind:
        case "switch":
            return bool(text)
        case "whole":
            return _whole(reading, name, text, each.default)
        case "seconds":
            return round(_decimal(reading, name, text, (each.default or 0) / 1_000) * 1_000)
        case "decimal":
            return _decimal(reading, name, text, each.default)
        case "names":
            return {language: said for language in LANGUAGES if (said := reading.one(f"{name}.{language}"))}
        case "choices":
            return tuple(dict.fromkeys(reading.form.get(name, ())))
        case "lines":
            return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        case "list":
            return tuple(dict.fromkeys(part for part in _APART.split(text) if part))
        case "levels":
            return _levels(reading, name)
        case "record":
            assert each.make is not None
            return read(reading, each.make, f"{name}.")
        case "rows":
            return _rows(reading, each, name)
        case "reason_lines":
            return _reasons(reading, name, text)
        case "choice" if each.options == "metrics":
            return Metric(text) if text in set(Metric) else text
        case "choice" if isinstance(each.default, StrEnum):
            return _one_of(reading, name, text, each.default)
        case _:
            return text


def _one_of(reading: Reading, name: str, text: str, default: StrEnum) -> StrEnum:
    """A member of an enumeration; what is none is a fault, never kept."""
    if text in set(type(default)):
        return type(default)(text)
    if text:
        reading.faults[name] = N_("Choose from the list.")
    return default


def _whole(reading: Reading, name: str, text: str, default: Any) -> int:
    if text == "" and default is not None:
        return int(default)
    if re.fullmatch(r"-?\d{1,9}", text):
        return int(text)
    reading.faults[name] = N_("Write a whole number.")
    return 0


def _decimal(reading: Reading, name: str, text: str, default: Any) -> float:
    if text == "" and default is not None:
        return float(default)
    if re.fullmatch(r"-?\d{1,9}(\.\d{1,3})?", text):
        return float(text)
    reading.faults[name] = N_("Write a number, for example 30 or 2.5.")
    return 0.0


def _rows(reading: Reading, each: Field, name: str) -> tuple[Any, ...]:
    """Rows by the numbers in their names; a row whose texts are all empty is left out."""
    assert each.make is not None
    start = f"{name}."
    parts = {key[len(start) :].split(".")[0] for key in reading.form if key.startswith(start)}
    rows = []
    for number in sorted(int(part) for part in parts if part.isdigit())[:MAX_ROWS]:
        prefix = f"{start}{number}."
        if reading.one(f"{prefix}remove"):
            continue
        texts = [f"{prefix}{inner.name}" for inner in each.inner if inner.kind not in ("switch", "choice", "names")]
        named = [f"{prefix}{inner.name}" for inner in each.inner if inner.kind == "names"]
        texts += [f"{name}.{language}" for name in named for language in LANGUAGES]
        if any(reading.one(key) for key in texts):
            rows.append(read(reading, each.make, prefix))
    return tuple(rows)


def _levels(reading: Reading, name: str) -> dict[str, int]:
    """``skills.general`` = 7; a new skill in ``skills.new`` and ``skills.new_level``."""
    levels: dict[str, int] = {}
    for key in reading.form:
        skill = key.removeprefix(f"{name}.")
        if skill == key or skill in ("new", "new_level"):
            continue
        if reading.one(key):
            levels[skill] = _whole(reading, key, reading.one(key), None)
    fresh = reading.one(f"{name}.new")
    if fresh:
        levels[fresh] = _whole(reading, f"{name}.new_level", reading.one(f"{name}.new_level"), None)
    return levels


def _reasons(reading: Reading, name: str, text: str) -> tuple[Reason, ...]:
    """One a line: ``bill: 账单 / Bill``."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            reading.faults[name] = N_("Each line is an id, a colon and the names: bill: 账单 / Bill")
            continue
        parts = [part.strip() for part in match[2].split("/", 1)]
        names = {language: said for language, said in zip(LANGUAGES, parts, strict=False) if said}
        found.append(Reason(match[1], names))
    return tuple(found)


def lines_of(reasons: Sequence[Reason]) -> str:
    """The way :func:`_reasons` reads them."""
    return "\n".join(
        f"{reason.id}: {' / '.join(reason.names.get(language, '') for language in LANGUAGES).rstrip(' /')}"
        for reason in reasons
    )


def written(value: Any) -> dict[str, Any]:
    """Field names and texts of a configuration value, as a form shows them."""
    shown: dict[str, Any] = {}
    struct: Any = type(value)
    for each in fields_of(struct):
        _write(shown, each, each.name, getattr(value, each.name))
    if isinstance(value, AlarmRule) and value.metric.endswith("_ms"):
        shown["limit"] = f"{value.limit / 1_000:g}"
    return shown


def _write(shown: dict[str, Any], each: Field, name: str, value: Any) -> None:
    match each.kind:
        case "seconds":
            shown[name] = f"{value / 1_000:g}"
        case "decimal":
            shown[name] = f"{value:g}"
        case "names" | "levels":
            shown[name] = dict(value)
            shown.update({f"{name}.{key}": str(said) for key, said in value.items()})
        case "record":
            for inner in each.inner:
                _write(shown, inner, f"{name}.{inner.name}", getattr(value, inner.name))
        case "rows":
            shown[name] = len(value)
            for number, row in enumerate(value):
                for inner in each.inner:
                    _write(shown, inner, f"{name}.{number}.{inner.name}", getattr(row, inner.name))
        case "reason_lines":
            shown[name] = lines_of(value)
        case "choices":
            shown[name] = list(value)
        case "list":
            shown[name] = ", ".join(value)
        case "lines":
            shown[name] = "\n".join(value)
        case _:
            shown[name] = value


def typed(reading: Reading, struct: type[Struct]) -> dict[str, Any]:
    """What was typed, as a form shows it again."""
    shown: dict[str, Any] = {name: values[0] for name, values in reading.form.items() if values}
    for each in fields_of(struct):
        _keep(shown, reading, each, each.name)
    return shown


def _keep(shown: dict[str, Any], reading: Reading, each: Field, name: str) -> None:
    start = f"{name}."
    if each.kind == "choices":
        shown[name] = list(reading.form.get(name, ()))
    elif each.kind == "rows":
        parts = {key[len(start) :].split(".")[0] for key in reading.form if key.startswith(start)}
        shown[name] = max((int(part) + 1 for part in parts if part.isdigit()), default=0)
        for number in range(min(shown[name], MAX_ROWS)):
            for inner in each.inner:
                _keep(shown, reading, inner, f"{start}{number}.{inner.name}")
    elif each.kind == "levels":
        rest = ((key[len(start) :], value) for key, value in shown.items() if key.startswith(start))
        shown[name] = {skill: value for skill, value in rest if skill not in ("new", "new_level")}
