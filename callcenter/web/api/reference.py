"""An OpenAPI document taken apart for a readable page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a property of a body."""

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API does."""

    method: str
    path: str
    about: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    status: str

    @property
    def fields(self) -> tuple[Field, ...]:
        """All its fields: parameters, those of the body, those of the answer."""
        return self.parameters + self.body + self.answer


def operations_of(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation, in the document's order."""
    return [
        _operation(document, method, path, values)
        for path, methods in document.get("paths", {}).items()
        for method, values in methods.items()
    ]


def _operation(document: Mapping[str, Any], method: str, path: str, values: Mapping[str, Any]) -> Operation:
    status, answer = next(((s, a) for s, a in values.get("responses", {}).items() if s.startswith("2")), ("", {}))
    parameters = tuple(
        Field(p["name"], _kind(p.get("schema", {})), p.get("required", False), _about(p))
        for p in values.get("parameters", [])
    )
    return Operation(
        method.upper(),
        path,
        values.get("description", values.get("summary", "")),
        parameters,
        _fields(document, values.get("requestBody", {})),
        _fields(document, answer),
        status,
    )


def _fields(document: Mapping[str, Any], holder: Mapping[str, Any]) -> tuple[Field, ...]:
    schema = _resolved(document, holder.get("content", {}).get("application/json", {}).get("schema", {}))
    if schema.get("type") == "array":
        schema = _resolved(document, schema.get("items", {}))
    needed = schema.get("required", [])
    return tuple(
        Field(name, _kind(value), name in needed, _about(value)) for name, value in schema.get("properties", {}).items()
    )


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = document.get("components", {}).get("schemas", {}).get(name, schema) if name else schema
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_kind(part) for part in schema["anyOf"])
    kind = str(schema.get("type", "any"))
    return f"{kind} of {_kind(schema.get('items', {}))}" if kind == "array" else kind


def _about(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description", "") or schema.get("schema", {}).get("description", ""))
