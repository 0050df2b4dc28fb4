"""Scripted callers (``NAME.test.yaml``): what they press, what they must hear, how it must end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from pydantic import Field, ValidationError

from callcenter.domain.understanding import NOT_UNDERSTOOD
from callcenter.flow.durations import Millis
from callcenter.flow.loader import validation_problems
from callcenter.flow.model import Id, Plain, Text
from callcenter.flow.problems import BadFlowFile, Problem
from callcenter.flow.yamlfile import Document, read_bytes, read_text


class Deed(Plain):
    """One thing the caller does or must hear; exactly one field (``means`` and ``entities`` go with ``write``)."""

    hear: str | None = Field(default=None, description="Part of what was said since the last key")
    not_hear: str | None = Field(default=None, description="Must not have been said since the last key")
    press: str | None = Field(default=None, pattern=r"^[0-9*#]+$", description="Keys for the open question")
    silent: bool | None = Field(default=None, description="No key until the time is over")
    write: str | None = Field(default=None, description="A sentence in a chat; in place of a secret, its digits")
    means: Id = Field(default=NOT_UNDERSTOOD, description="The intent that the assistant finds in it")
    entities: dict[Id, str] = Field(default_factory=dict, description="What it finds named in it")
    choose: Id | None = Field(default=None, description="The intent of the button that is chosen")
    leave: Millis | None = Field(default=None, description="Speak a message of this length")


class Canned(Plain):
    """An answer of a business service. The first that fits and is not used up answers."""

    service: str
    path: str
    method: str = "GET"
    given: dict[str, Any] = Field(default_factory=dict, description="Parameters it is for, secrets included")
    times: int | None = Field(default=None, ge=1, description="How often it answers; without it, always")
    ok: bool = True
    status: int = 200
    data: dict[str, Any] = Field(default_factory=dict)


class Expected(Plain):
    """How the flow must end; only what is written is compared."""

    queue: str | None = None
    priority: int | None = None
    why: str | None = None
    skills: dict[str, int] | None = None
    transfer: str | None = None
    hangup: str | None = None
    fails: bool | None = Field(default=None, description="The flow fails and does not catch it")
    callback: str | None = Field(default=None, description="A callback was booked to this number")
    voicemail: bool | None = None
    survey: dict[str, str] | None = None
    variables: dict[str, Any] = Field(default_factory=dict)


class Script(Plain):
    """One caller."""

    name: str
    at: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}$")] = "2026-03-10 10:00"
    caller: str = "13800000001"
    dialled: str = ""
    line: str = "test"
    variables: dict[str, Any] = Field(default_factory=dict)
    expected_wait: Millis | None = Field(default=None, description="What the router expects, for every queue")
    to_be_called: bool = Field(default=False, description="The number is to be called back already")
    services: tuple[Canned, ...] = Field(default=(), strict=False)
    script: tuple[Deed, ...] = Field(default=(), strict=False)
    end: Expected

    def at_ms(self, timezone: str) -> int:
        """When the call begins, ms since 1970; ``at`` is local time of ``timezone``."""
        local = datetime.fromisoformat(self.at).replace(tzinfo=ZoneInfo(timezone))
        return (local - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


class ScriptFile(Plain):
    """All scripted callers of one flow."""

    flow: str
    title: Text | None = None
    services: tuple[Canned, ...] = Field(default=(), strict=False, description="Answers for every caller of this file")
    tests: tuple[Script, ...] = Field(min_length=1, strict=False)


class LoadedScripts(Struct):
    """A test file with its lines."""

    scripts: ScriptFile
    document: Document


def load_scripts(name: str, source: str | bytes) -> LoadedScripts:
    """Read a test file; ``name`` is its name for messages. Raises :class:`BadFlowFile`."""
    document = read_bytes(name, source) if isinstance(source, bytes) else read_text(name, source)
    if not isinstance(document.data, dict):
        raise BadFlowFile([Problem(name, 1, "not_a_record", {"found": "@list"})])
    try:
        return LoadedScripts(ScriptFile.model_validate(document.data), document)
    except ValidationError as error:
        raise BadFlowFile(validation_problems(document, error)) from None
