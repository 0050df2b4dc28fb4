"""What the simulated exchange keeps of each leg, playback and recording."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from callcenter.domain.contact import Prompt
from callcenter.domain.effects import SuperviseMode
from callcenter.telephony.digits import DigitCollector
from callcenter.telephony.simulated.party import SimulatedParty

_MS_PER_WIDE_CHARACTER = 250
_MS_PER_CHARACTER = 70
_SHORTEST_MS = 300
_FILE_MS = 1_000


@dataclass
class SimulatedLeg:
    """One leg in the exchange."""

    id: str
    contact: str
    party: SimulatedParty
    originated: bool
    answered: bool = False
    music: str = ""
    ringback: bool = False
    bridge: str = ""
    request: str = ""
    prompt: str = ""
    playback: asyncio.Task[None] | None = None
    dialling: asyncio.Task[None] | None = None
    collector: DigitCollector = field(default_factory=DigitCollector)
    timer: asyncio.Task[None] | None = None
    watches: str = ""
    mode: SuperviseMode | None = None


@dataclass(frozen=True)
class Segment:
    """A stretch of a recording: who was heard on each side."""

    duration_ms: int
    left: frozenset[str]
    right: frozenset[str]


@dataclass
class SimulatedRecording:
    """A recording in progress."""

    id: str
    leg: str
    since_ms: int
    left: frozenset[str] = frozenset()
    right: frozenset[str] = frozenset()
    paused: bool = False
    segments: list[Segment] = field(default_factory=list)


def duration_ms(prompt: Prompt) -> int:
    """How long a prompt takes: by its length and rate, as a calm voice would."""
    if prompt.file:
        return _FILE_MS
    wide = sum(ord(character) > 0x2E80 for character in prompt.text)
    spoken = wide * _MS_PER_WIDE_CHARACTER + (len(prompt.text) - wide) * _MS_PER_CHARACTER
    return max(_SHORTEST_MS, round(spoken / (prompt.rate or 1.0)))
