"""What flows and their steps are made of: names, texts, expressions, and what every step has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
"""Lower case, digits and underscores; begins with a letter."""
StepId = Annotated[Id, Field(description="The name of a step of this flow")]
Key = Annotated[str, Field(pattern=r"^[0-9*#]$", description="One telephone key, in quotes")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Text = Annotated[str, Field(min_length=1, max_length=2000)] | dict[Language, str]
"""What is said: one text for all languages, or a text by language."""
Audio = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-/]+$")] | dict[Language, str]
"""A file of the prompts folder without extension, or one by language."""
Expression = Annotated[str, Field(min_length=1, max_length=500, description="An expression such as age(birth) >= 65")]
Value = Expression | bool | int | float | None
"""A number or truth value as it is, or text: an expression (a text in it wants its own quotes)."""


def _terminator(value: str) -> str:
    if not re.fullmatch(r"[0-9*#]?", value):
        raise ValueError("key")
    return value


Terminator = Annotated[str, AfterValidator(_terminator), Field(description="The key that ends the input; '' for none")]


class Plain(BaseModel):
    """Base: no unknown fields, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Part(Plain):
    """A text in one language, heard whatever the caller's language is."""

    language: Language
    text: str = Field(min_length=1, max_length=2000)


class Said(Plain):
    """Something the caller hears: ``text`` (a template), ``parts`` one after the other, or ``audio``.

    ``written`` is what a chat's visitor reads in its place, ``text`` or ``parts`` where it is left out.
    """

    text: Text | None = None
    written: Text | None = None
    parts: tuple[Part, ...] = Field(default=(), strict=False)
    audio: Audio | None = None
    rate: Annotated[float, Field(ge=0.5, le=2.0, strict=False)] | None = None


class Reply(Said):
    """What is said after no input or a wrong one, before the question comes again."""


class StepBase(Plain):
    """What every step has."""

    label: Text | None = Field(default=None, description="The step's name on screens; without one, its id is shown")
    note: str = Field(default="", description="For the reader; the caller never hears it")
    on_error: StepId | None = Field(default=None, description="Where to go when this step fails")

    def targets(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Each step this one may lead to, with the place it is written at."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name in _TARGET_FIELDS and value is not None:
                yield (name,), value


_TARGET_FIELDS = frozenset(
    {
        "next",
        "on_error",
        "on_ok",
        "on_fail",
        "otherwise",
        "open",
        "closed",
        "holiday",
        "unknown",
        "on_low",
        "declined",
        "already",
        "filled",
        "not_understood",
    }
)
