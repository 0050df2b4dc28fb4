"""A conversation as text: one model for voice and chat, and what rules ask of it."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

Speaker = Literal["agent", "customer", "bot", "system"]
SPEAKERS: tuple[Speaker, ...] = ("agent", "customer", "bot", "system")


class Turn(Struct, frozen=True, gc=False):
    """What one speaker says in one go. ``folded`` is ``text`` as rules read it, character for character.

    ``confidence`` is the recogniser's, 0 to 1; text that was typed has 1. ``system`` says what the screen showed.
    """

    speaker: Speaker
    start_ms: int
    end_ms: int
    text: str
    confidence: float = 1.0
    channel: int | None = None
    folded: str = ""
    number: int = 0
    """Its place in the file, from 0: what findings cite."""


class Span(Struct, frozen=True, gc=False):
    """A time of the conversation in ms from its beginning."""

    start_ms: int
    end_ms: int


class Call(Struct, frozen=True):
    """What is known of a conversation besides its words; empty texts mean: not known.

    ``started_at`` bears its UTC offset; ``timezone`` is the called person's. ``verified``: identity was checked before
    (in the IVR, by sign-in). ``survey``: the queue asks for an invitation to the survey.
    """

    medium: Literal["voice", "chat"] = "voice"
    direction: Literal["inbound", "outbound"] = "inbound"
    purpose: str = ""
    queue: str = ""
    campaign: str = ""
    agent: str = ""
    bot: bool = False
    verified: bool = False
    survey: bool = False
    transfers: int = 0
    disposition: str = ""
    steps: tuple[str, ...] = ()
    started_at: datetime | None = None
    timezone: str = "Asia/Shanghai"


class Transcript(Struct, frozen=True):
    """A conversation, turns by their beginning. ``duration_ms`` is 0 for an empty one."""

    id: str
    turns: tuple[Turn, ...]
    language: str = "zh"
    call: Call = Call()
    holds: tuple[Span, ...] = ()
    duration_ms: int = 0
    notes: tuple[Note, ...] = ()


class Note(Struct, frozen=True):
    """Something odd in a transcript that was judged all the same; ``turn`` from 0, None for the whole."""

    code: str
    turn: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def fold(text: str) -> str:
    """``text`` as rules read it: lower case, full-width forms as plain ones, one character for each of the original."""
    if text.isascii():
        return text.lower()
    return "".join(_folded(character) for character in text)


_FOLDED: dict[str, str] = {"’": "'", "‘": "'", "`": "'"}


def _folded(character: str) -> str:
    found = _FOLDED.get(character)
    if found is None:
        plain = unicodedata.normalize("NFKC", character).lower()
        found = _FOLDED[character] = plain if len(plain) == 1 else character
    return found


_ENDS = frozenset("。！？!?；;\n")
LONGEST_SIDE = 200
"""Characters before and after a place that still count as its sentence, where nothing marks its end."""


def sentence_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around ``text[start:end]``: up to the marks that end sentences, those after it included."""
    first, least = start, max(0, start - LONGEST_SIDE)
    while first > least and not _ends(text, first - 1):
        first -= 1
    last = max(end, start + 1)
    most = min(len(text), last + LONGEST_SIDE)
    while last < most and not _ends(text, last - 1):
        last += 1
    return first, min(last, len(text))


def _ends(text: str, at: int) -> bool:
    """A full stop ends an English sentence when it is not inside a number or an address."""
    if text[at] == ".":
        return at + 1 == len(text) or text[at + 1].isspace()
    return text[at] in _ENDS
