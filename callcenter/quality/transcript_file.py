"""Transcripts as JSON files of ours and of other systems: read, checked, and what was odd noted.

A turn that ends before it begins, a language nobody can be in and the like are errors. Turns out of order are sorted,
turns that overlap are kept (people do talk over each other), and both are noted.
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callcenter.domain.errors import ConfigError
from callcenter.quality.oddities import whole_notes
from callcenter.quality.problems import QualityProblem
from callcenter.quality.transcript import SPEAKERS, Call, Note, Span, Speaker, Transcript, Turn, fold

MAX_BYTES = 16_777_216
MAX_TURNS = 50_000

Milliseconds = Annotated[int, Field(ge=0, le=7 * 24 * 3_600_000, strict=False)]


class TurnFile(BaseModel):
    """One turn. ``text`` may be empty (noise); such turns count as time and say nothing."""

    model_config = ConfigDict(extra="ignore", strict=True)
    speaker: Speaker
    start_ms: Milliseconds
    end_ms: Milliseconds | None = None
    text: str = Field(max_length=20_000)
    confidence: float = Field(default=1.0, ge=0, le=1, strict=False)
    channel: int | None = Field(default=None, ge=0, le=63)


class SpanFile(BaseModel):
    """A time on hold."""

    model_config = ConfigDict(extra="ignore", strict=True)
    start_ms: Milliseconds
    end_ms: Milliseconds


class CallFile(BaseModel):
    """What is known of the conversation besides its words."""

    model_config = ConfigDict(extra="ignore", strict=True)
    direction: Literal["inbound", "outbound"] = "inbound"
    purpose: str = ""
    queue: str = ""
    campaign: str = ""
    agent: str = ""
    bot: bool = False
    verified: bool = False
    survey: bool = False
    transfers: int = Field(default=0, ge=0)
    disposition: str = ""
    steps: tuple[str, ...] = Field(default=(), strict=False)
    started_at: datetime | None = Field(default=None, strict=False)
    timezone: str = "Asia/Shanghai"


class TranscriptFile(BaseModel):
    """The documented form; fields it does not name are ignored, so that other systems' files can be used."""

    model_config = ConfigDict(extra="ignore", strict=True)
    id: str = ""
    medium: Literal["voice", "chat"] = "voice"
    language: str = Field(default="zh", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    call: CallFile = CallFile()
    holds: list[SpanFile] = Field(default=[], max_length=10_000)
    turns: list[TurnFile] = Field(max_length=MAX_TURNS)


class BadTranscript(ConfigError):
    """A file that is no transcript; ``problems`` says everything that is wrong, at least one."""

    def __init__(self, problems: list[QualityProblem], language: str = "zh") -> None:
        first = problems[0]
        super().__init__(f"{first.file}:{first.line}", first.message_in(language), first.mend_in(language))
        self.problems = problems


def read_transcript(file: str, raw: bytes) -> Transcript:
    """Read a file's bytes. Raises :class:`BadTranscript`."""
    if len(raw) > MAX_BYTES:
        raise _bad(file, 1, "transcript_big", size=len(raw), limit=MAX_BYTES)
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _bad(file, raw.count(b"\n", 0, error.start) + 1, "not_utf8", byte=error.start + 1) from None
    except json.JSONDecodeError as error:
        raise _bad(file, error.lineno, "not_json", reason=error.msg) from None
    except RecursionError:
        raise _bad(file, 1, "not_json", reason="nested too deeply") from None
    try:
        read = TranscriptFile.model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise BadTranscript([_problem(file, item) for item in error.errors(include_url=False)]) from None
    return build_transcript(file, read)


def build_transcript(file: str, read: TranscriptFile) -> Transcript:
    """The checked model of what was read. Raises :class:`BadTranscript` for times that run backwards."""
    problems = [
        QualityProblem(
            file, 1, "turn_reversed", {"place": f"turns[{number}]", "start": turn.start_ms, "end": turn.end_ms}
        )
        for number, turn in enumerate(read.turns)
        if turn.end_ms is not None and turn.end_ms < turn.start_ms
    ]
    problems += [
        QualityProblem(
            file, 1, "turn_reversed", {"place": f"holds[{number}]", "start": hold.start_ms, "end": hold.end_ms}
        )
        for number, hold in enumerate(read.holds)
        if hold.end_ms < hold.start_ms
    ]
    if read.call.started_at is not None and read.call.started_at.tzinfo is None:
        problems.append(QualityProblem(file, 1, "no_offset", {"value": read.call.started_at.isoformat()}))
    try:
        ZoneInfo(read.call.timezone)
    except (ValueError, OSError, KeyError):
        problems.append(QualityProblem(file, 1, "bad_timezone", {"name": read.call.timezone}))
    if problems:
        raise BadTranscript(problems)
    turns = tuple(_turn(number, turn) for number, turn in enumerate(read.turns))
    notes = [*_order_notes(turns)]
    turns = tuple(sorted(turns, key=lambda turn: turn.start_ms))
    holds = tuple(Span(hold.start_ms, hold.end_ms) for hold in sorted(read.holds, key=lambda hold: hold.start_ms))
    duration = max((*(turn.end_ms for turn in turns), *(hold.end_ms for hold in holds)), default=0)
    call = Call(medium=read.medium, **read.call.model_dump())
    notes += whole_notes(turns, read.language, duration)
    return Transcript(read.id or file, turns, read.language, call, holds, duration, tuple(notes))


def _turn(number: int, turn: TurnFile) -> Turn:
    end = turn.start_ms if turn.end_ms is None else turn.end_ms
    return Turn(turn.speaker, turn.start_ms, end, turn.text, turn.confidence, turn.channel, fold(turn.text), number)


def _order_notes(turns: tuple[Turn, ...]) -> list[Note]:
    return [
        Note("turns_sorted", number + 1)
        for number, (before, after) in enumerate(pairwise(turns))
        if after.start_ms < before.start_ms
    ]


def _bad(file: str, line: int, code: str, **detail: Any) -> BadTranscript:
    return BadTranscript([QualityProblem(file, line, code, detail)])


def _problem(file: str, item: Any) -> QualityProblem:
    place = ""
    for part in item["loc"]:
        place += f"[{part}]" if isinstance(part, int) else ("." if place else "") + str(part)
    kind = item["type"]
    if kind == "missing":
        return QualityProblem(file, 1, "missing_field", {"field": place})
    if place.endswith("speaker"):
        return QualityProblem(file, 1, "bad_speaker", {"place": place, "known": list(SPEAKERS)})
    return QualityProblem(file, 1, "bad_value", {"place": place or "file", "reason": item["msg"]})
