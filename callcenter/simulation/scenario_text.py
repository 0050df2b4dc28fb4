"""A scenario written as the YAML that :mod:`~callcenter.simulation.scenario_file` reads."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, get_args, get_type_hints

import yaml
from pydantic import BaseModel

from callcenter.simulation.durations import Duration, parse_ms
from callcenter.simulation.scenario import Scenario

_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_LAST = ("contacts",)
"""What is long stands last."""


def write(scenario: Scenario) -> str:
    """The scenario as YAML; what is as usual is left out. Times are in seconds."""
    plain = _plain(scenario)
    ordered = {name: value for name, value in plain.items() if name not in _LAST}
    ordered |= {name: plain[name] for name in _LAST if name in plain}
    text: str = yaml.dump(
        ordered, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=120
    )
    return text


def _plain(value: Any, hint: Any = None) -> Any:
    if isinstance(value, Duration):
        return _law(value)
    if isinstance(value, BaseModel):
        return {
            name: _plain(getattr(value, name), hint)
            for name, hint in _hints(type(value)).items()
            if getattr(value, name) != type(value).model_fields[name].get_default(call_default_factory=True)
        }
    if is_dataclass(value) and not isinstance(value, type):
        defaults = {field.name: field.default for field in fields(value)}
        return {
            name: _plain(getattr(value, name), hint)
            for name, hint in _hints(type(value)).items()
            if name in defaults and (defaults[name] is MISSING or getattr(value, name) != defaults[name])
        }
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dict):
        return {key: _plain(item, hint) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item, hint) for item in value]
    return _seconds(value) if isinstance(value, int) and _is_time(hint) else value


def _law(law: Duration) -> Any:
    if law.law == "none":
        return "none"
    if law.law == "fixed":
        return _seconds(law.fixed)
    return {law.law: _plain(getattr(law, law.law), _hints(Duration)[law.law])}


def _seconds(time_ms: int) -> float | int:
    return time_ms // 1_000 if time_ms % 1_000 == 0 else time_ms / 1_000


@lru_cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hint for name, hint in hints.items() if not name.startswith("_") and name != "model_config"}


def _is_time(hint: Any) -> bool:
    """Whether a field of this type, or its items, are lengths of time."""
    if any(getattr(part, "func", None) is parse_ms for part in getattr(hint, "__metadata__", ())):
        return True
    return any(_is_time(part) for part in get_args(hint))
