"""A flow as a Mermaid flowchart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from callcenter.flow import model

_SHAPES: dict[str, tuple[str, str]] = {
    "menu": ("{{", "}}"),
    "gather": ("{{", "}}"),
    "survey": ("{{", "}}"),
    "branch": ("{", "}"),
    "hours": ("{", "}"),
    "http": ("[[", "]]"),
    "queue": ("([", "])"),
    "transfer": ("([", "])"),
    "hangup": ("([", "])"),
    "goto": ("[/", "/]"),
}
_RESERVED = frozenset({"end", "graph", "subgraph", "style", "click", "class", "default", "flowchart"})


def mermaid(flow: model.Flow, language: str = "zh") -> str:
    """The flow as Mermaid text, steps in the order they are written, labels in ``language``."""
    lines = ["flowchart TD", f"  start_here((start)) --> {_id(flow.start)}"]
    for name, step in flow.steps.items():
        left, right = _SHAPES.get(step.type, ("[", "]"))
        lines.append(f'  {_id(name)}{left}"{_quoted(_label(name, step, language))}"{right}')
    for name, step in flow.steps.items():
        for label, target in _ways(step):
            lines.append(f'  {_id(name)} -->|"{_quoted(label)}"| {_id(target)}')
    if flow.on_error:
        lines.append(f"  failure((error)) -.-> {_id(flow.on_error)}")
    return "\n".join(lines) + "\n"


def _id(name: str) -> str:
    return f"{name}_" if name in _RESERVED else name


def _quoted(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace('"', "&quot;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\n", "<br>")
    )


def _label(name: str, step: Any, language: str) -> str:
    return f"{name} · {step.type}\n{_about(step, language)}".strip()


def _about(step: Any, language: str) -> str:
    match step:
        case model.QueueStep():
            return f"{step.queue} ({step.priority})"
        case model.TransferStep():
            return step.target
        case model.GotoStep():
            return f"flow {step.flow}"
        case model.HoursStep():
            return step.calendar
        case model.HttpStep():
            return f"{step.method} {step.service}{step.path}"
        case model.SetStep():
            return ", ".join(f"{key} = {value}" for key, value in step.values.items())
        case model.Said():
            text = step.text.get(language, "") if isinstance(step.text, dict) else step.text or ""
            text = text or " ".join(part.text for part in step.parts) or (str(step.audio) if step.audio else "")
            return text if len(text) <= 40 else text[:39] + "…"
    return ""


def _ways(step: Any) -> Iterator[tuple[str, str]]:
    for place, target in step.targets():
        match place:
            case ("cases", number, _):
                yield step.cases[int(number)].when, target
            case (_, key):
                yield key, target
            case (field,):
                yield field, target
