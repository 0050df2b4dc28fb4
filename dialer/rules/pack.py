"""Packs of rules: what they say, and reading them with errors that name the place and the mend."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, InstanceOf, ValidationError, field_validator, model_validator

from callcenter.domain.errors import ConfigError
from dialer.rules.checks import CHECKS, Check
from dialer.rules.facts import Facts

_FACTS = frozenset(one.name for one in fields(Facts))
SHIPPED = ("cn", "us", "uk", "eu")


class Verdict(StrEnum):
    """What may be done, the strictest last."""

    ALLOW = "allow"
    DUTY = "duty"
    """Allowed, but something must be done."""
    ASK = "ask"
    """A person decides, and gives a reason."""
    REFUSE = "refuse"


class Rule(BaseModel):
    """One rule. It applies where each fact of ``applies`` has one of the values, or is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: Literal["law", "standard", "draft", "custom"]
    sure: Literal["P", "C", "Q", "M"]
    source: str = Field(min_length=2)
    valid_from: date | None = None
    valid_to: date | None = None
    applies: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    check: InstanceOf[Check]
    broken: Verdict = Verdict.REFUSE
    """The verdict where the check does not hold."""
    missing: Verdict = Verdict.REFUSE
    """The verdict where a fact is missing."""
    duty: str = ""
    """What must be done although the check holds."""
    note: str = ""

    @field_validator("check", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = {value: {}}
        if not isinstance(value, dict) or len(value) != 1:
            raise ValueError("write one check, such as {hours: {every: [08:00-21:00]}}")
        ((name, parameters),) = value.items()
        if name not in CHECKS:
            raise ValueError(f"no check is called {name!r}; use one of {', '.join(CHECKS)}")
        return CHECKS[name].model_validate(parameters or {})

    @model_validator(mode="after")
    def _facts_exist(self) -> Rule:
        named = [*self.applies, *(getattr(self.check, name, "") for name in ("fact", "other"))]
        for name in named:
            if isinstance(name, str) and name and name not in _FACTS:
                raise ValueError(f"no fact is called {name!r}")
        return self

    @property
    def on(self) -> bool:
        """Rules from memory and drafts ship off."""
        return self.sure != "M" and self.kind != "draft"


class Pack(BaseModel):
    """Rules of one region, as one version. Counsel signs it before it goes live."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pack: str
    version: str
    review_by: date
    signed_by: str = ""
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_once(self) -> Pack:
        ids = [rule.id for rule in self.rules]
        for twice in sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"rule {twice} stands there twice")
        return self


def parse(text: str, name: str) -> Pack:
    """The pack written in YAML ``text``. ConfigError names ``name``, the place in it and the mend."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark is not None else name
        raise ConfigError(place, "this is not YAML", "check indentation, colons and quotes") from error
    try:
        return Pack.model_validate(data)
    except ValidationError as error:
        raise _fault(error, data, name) from error


def _fault(error: ValidationError, data: Any, name: str) -> ConfigError:
    first = error.errors(include_url=False)[0]
    path = list(first["loc"])
    if len(path) > 1 and path[0] == "rules" and isinstance(path[1], int):
        rule = data["rules"][path[1]]
        path[:2] = [str(rule.get("id", f"rule {path[1] + 1}")) if isinstance(rule, dict) else f"rule {path[1] + 1}"]
    said = str(first["msg"]).removeprefix("Value error, ")
    mend = {"missing": f"add {path[-1]}:" if path else "", "extra_forbidden": "remove it or correct its spelling"}
    return ConfigError(f"{name}: {'.'.join(map(str, path)) or 'pack'}", said, mend.get(first["type"], ""))


def shipped(name: str) -> Pack:
    """A pack that comes with the product, one of :data:`SHIPPED`."""
    if name not in SHIPPED:
        raise ConfigError(f"pack {name}", "is not shipped", f"use one of {', '.join(SHIPPED)}")
    file = f"{name}.yaml"
    return parse((files(__package__) / "packs" / file).read_text(encoding="utf-8"), file)
