"""Asterisk's API description (Swagger 1.1 JSON) read into a few plain classes."""

from __future__ import annotations

import json
import keyword
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCALARS = {
    "string": "str",
    "int": "int",
    "long": "int",
    "double": "float",
    "boolean": "bool",
    "Date": "str",
    "object": "dict[str, Any]",
    "containers": "dict[str, Any]",
    "binary": "bytes",
    "void": "None",
    "Variables": "dict[str, Any]",
}


def snake(name: str) -> str:
    """``sendDTMF`` → ``send_dtmf``; a Python keyword gets a trailing underscore."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower().replace("-", "_")
    return name + "_" if keyword.iskeyword(name) or name in {"list", "type"} else name


def python_type(name: str, models: str = "") -> str:
    """The annotation of a description's type; ``models`` prefixes the names of models."""
    if match := re.fullmatch(r"List\[(.+)\]", name):
        return f"list[{python_type(match[1], models)}]"
    return SCALARS.get(name) or models + name


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation."""

    wire: str
    place: str  # path | query | body
    type: str
    required: bool
    multiple: bool

    @property
    def name(self) -> str:
        """The Python name."""
        return snake(self.wire)


@dataclass(frozen=True)
class Operation:
    """One HTTP operation."""

    name: str
    method: str
    path: str
    summary: str
    returns: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class Property:
    """One property of a model."""

    wire: str
    type: str
    required: bool

    @property
    def name(self) -> str:
        """The Python name."""
        return snake(self.wire)


@dataclass(frozen=True)
class Model:
    """One model, with the properties it inherits."""

    name: str
    summary: str
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Resource:
    """One resource: its operations."""

    module: str
    summary: str
    operations: tuple[Operation, ...]


@dataclass
class Description:
    """The whole API."""

    title: str
    resources: list[Resource] = field(default_factory=list)
    models: dict[str, Model] = field(default_factory=dict)
    events: dict[str, Model] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Description:
        """Read ``resources.json`` and what it names. Raises ``SystemExit`` with the mend when there is none."""
        index = folder / "resources.json"
        if not index.is_file():
            raise SystemExit(f"{index}: not there; give the rest-api folder of an Asterisk with --description")
        whole = json.loads(index.read_text())
        description = cls(f"Asterisk's API description, version {whole['apiVersion']}")
        raw: dict[str, Any] = {}
        for entry in whole["apis"]:
            name = re.sub(r".*/|\..*", "", entry["path"])
            document = json.loads((folder / f"{name}.json").read_text())
            raw |= document.get("models", {})
            description.resources.append(Resource(snake(name), entry["description"], _operations(document)))
        description._sort_models(raw)
        return description

    def _sort_models(self, raw: dict[str, Any]) -> None:
        parents = {child: name for name, model in raw.items() for child in model.get("subTypes", ())}
        for name, model in sorted(raw.items()):
            chain = [model]
            while parents.get(chain[-1]["id"]) in raw:
                chain.append(raw[parents[chain[-1]["id"]]])
            properties = {wire: given for part in reversed(chain) for wire, given in part["properties"].items()}
            is_event = any(part["id"] == "Message" for part in chain) and not model.get("subTypes")
            built = Model(name, model.get("description", ""), _properties(properties))
            (self.events if is_event else self.models)[name] = built


def _properties(given: dict[str, Any]) -> tuple[Property, ...]:
    return tuple(Property(wire, p["type"], bool(p.get("required"))) for wire, p in given.items())


def _operations(document: dict[str, Any]) -> tuple[Operation, ...]:
    return tuple(
        Operation(
            name=snake(given["nickname"]),
            method=given["httpMethod"],
            path=api["path"],
            summary=given["summary"],
            returns=given["responseClass"],
            parameters=tuple(_parameter(p) for p in given.get("parameters", ())),
        )
        for api in document["apis"]
        for given in api["operations"]
        if not given.get("upgrade")
    )


def _parameter(p: dict[str, Any]) -> Parameter:
    return Parameter(p["name"], p["paramType"], p["dataType"], bool(p.get("required")), bool(p.get("allowMultiple")))
