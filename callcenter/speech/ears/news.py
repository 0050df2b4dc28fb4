"""What the ears tell, one JSON object a line, and what they are told."""

from __future__ import annotations

from msgspec import Struct

from callcenter.domain.speech import Heard
from callcenter.speech.turns import Act


class EarsOpen(Struct, frozen=True, tag=True):
    """The model is loaded and the PBX may send voices."""

    model: str


class EarsFailed(Struct, frozen=True, tag=True):
    """There can be no ears; ``why`` says what is wrong and the mend."""

    why: str


class VoiceBegan(Struct, frozen=True, tag=True):
    """The first audio of a tap."""

    tap: str


class VoiceHeard(Struct, frozen=True, tag=True):
    """Words of a tap; times in ms from its beginning. ``lag_ms`` is how much audio waited to be recognised."""

    tap: str
    heard: Heard
    lag_ms: int = 0


class VoiceEnded(Struct, frozen=True, tag=True):
    """No more comes from a tap. ``shed_ms`` of audio was never recognised; ``trouble`` says why it broke, if it did."""

    tap: str
    shed_ms: int = 0
    trouble: str = ""


class VoiceActed(Struct, frozen=True, tag=True):
    """What is to be done now in a talk with a machine. ``acted_ms`` is when, by the system's clock."""

    tap: str
    act: Act
    acted_ms: int = 0


News = VoiceActed | EarsOpen | EarsFailed | VoiceBegan | VoiceHeard | VoiceEnded


class BotSpeaks(Struct, frozen=True, tag=True):
    """The machine begins to speak on a tap, or has ended (``on`` false)."""

    tap: str
    on: bool


class KeyPressed(Struct, frozen=True, tag=True):
    """The caller pressed a key."""

    tap: str


Order = BotSpeaks | KeyPressed
"""What the ears are told once they run."""


class Begin(Struct, frozen=True, tag=True):
    """The first line the ears are given. ``secret`` is the path on which the PBX comes."""

    secret: str
