"""What the ears tell, one JSON object a line, and what they are told."""

from __future__ import annotations

from msgspec import Struct

from callcenter.domain.speech import Heard


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


News = EarsOpen | EarsFailed | VoiceBegan | VoiceHeard | VoiceEnded


class Begin(Struct, frozen=True, tag=True):
    """The first line the ears are given. ``secret`` is the path on which the PBX comes."""

    secret: str
