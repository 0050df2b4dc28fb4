"""What was said: words as a recogniser hears them, and the turns of a talk, the same for calls and chats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace


class Speaker(StrEnum):
    """Who a turn belongs to. In a recorded call ``AGENT`` is all that the customer heard: a person, or a prompt."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


class Word(Struct, frozen=True):
    """One word, or one character of Chinese. Times in ms from the beginning of the audio; confidence 0 to 1."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


class Heard(Struct, frozen=True):
    """What a recogniser made of a piece of audio: one utterance, or while it lasts (``final`` false) a guess at it.

    Times in ms from the beginning of the audio. ``confidence`` is 0 to 1, as the recogniser gives it: comparable
    within one model only.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float
    words: tuple[Word, ...] = ()
    final: bool = True


class Turn(Struct, frozen=True):
    """One stretch of one speaker. Times in ms: of a recording from its beginning, of a chat from its opening."""

    speaker: Speaker
    start_ms: int
    end_ms: int
    text: str
    confidence: float
    channel: int | None = None
    """The recording's channel, from 0; None in a chat."""
    words: tuple[Word, ...] = ()


class Transcript(Struct, frozen=True):
    """The turns of one recording or conversation (``source``), by time."""

    source: str
    contact: str
    language: str
    model: str
    """The recogniser's model; empty in a chat, where nothing was recognised."""
    made_ms: int
    turns: tuple[Turn, ...]


class LiveTalk(Struct, frozen=True):
    """What has been said in a talk so far. Times in ms since the contact arrived.

    ``guesses`` are what is being said just now, one of each speaker at most.
    """

    contact: str
    turns: tuple[Turn, ...] = ()
    guesses: tuple[Turn, ...] = ()
    behind: bool = False
    """Whether the recogniser does not keep up, so that words are late or missing."""


_TAP = "hear"
_TURNS = "talk"
_LIVE = "live-"


def live_source(contact: str) -> str:
    """The source of what was heard while it was said; its times are ms since the contact arrived."""
    return f"{_LIVE}{contact}"


def is_live_source(source: str) -> bool:
    """Whether it was heard while it was said: of a recorded call a better transcript may follow."""
    return source.startswith(_LIVE)


def tap_name(speaker: Speaker, contact: str, number: int, *, turns: bool = False) -> str:
    """The name of a tap on one side of a contact; ``number`` makes it the only one of this name.

    ``turns``: it is a machine that they speak with, so that it matters when their turn is over.
    """
    return f"{_TURNS if turns else _TAP}-{speaker.value}-{contact}-{number}"


def takes_turns(name: str) -> bool:
    """Whether the voice of this tap speaks with a machine."""
    return name.startswith(f"{_TURNS}-")


def tap_of(name: str) -> tuple[Speaker, str] | None:
    """Whose voice a tap of this name brings, and of which contact; None for another one."""
    kind, _, rest = name.partition("-")
    speaker, _, rest = rest.partition("-")
    contact, _, number = rest.rpartition("-")
    if kind not in (_TAP, _TURNS) or speaker not in set(Speaker) or not contact or not number:
        return None
    return Speaker(speaker), contact


class Joined(Struct, frozen=True):
    """A turn among all of a contact's, with times since its first recording began.

    ``source`` and ``number`` say which of which transcript; that recording began ``late_ms`` after the first.
    """

    source: str
    number: int
    late_ms: int
    turn: Turn


def joined(transcripts: Sequence[Transcript], begun: Mapping[str, int]) -> list[Joined]:
    """The turns of a contact's recordings in one order, which is what findings count by.

    ``begun`` tells when each recording began, in ms since 1970; transcripts of others are left out.
    """
    kept = [one for one in transcripts if one.source in begun]
    base_ms = min((begun[one.source] for one in kept), default=0)
    found = [
        Joined(
            one.source,
            number,
            late,
            replace(turn, start_ms=turn.start_ms + late, end_ms=turn.end_ms + late, words=()),
        )
        for one in kept
        for late in (begun[one.source] - base_ms,)
        for number, turn in enumerate(one.turns)
    ]
    return sorted(found, key=lambda one: one.turn.start_ms)


SIDES = (Speaker.CUSTOMER, Speaker.AGENT)
"""Whose voice is on each channel of a recording: left and right."""


def turns_of(sides: tuple[tuple[Heard, ...], ...]) -> tuple[Turn, ...]:
    """The final utterances of each channel of a recording as turns in one order; empty ones are left out."""
    turns = [
        Turn(speaker, heard.start_ms, heard.end_ms, heard.text, heard.confidence, channel, heard.words)
        for channel, (speaker, side) in enumerate(zip(SIDES, sides, strict=False))
        for heard in side
        if heard.final and heard.text.strip()
    ]
    return tuple(sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms)))
