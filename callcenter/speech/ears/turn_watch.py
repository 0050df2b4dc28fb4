"""Watches one caller who speaks with a machine: frames and words in, acts out at once."""

from __future__ import annotations

import time
from collections.abc import Callable

from callcenter.domain.speech import Heard
from callcenter.speech.activity import FRAME_MS, VoiceActivity
from callcenter.speech.ears.news import News, VoiceActed
from callcenter.speech.turns import Act, TurnSettings, TurnTaking

_FRAME_BYTES = 16_000 * FRAME_MS // 1_000 * 2


class TurnWatch:
    """Time is that of the audio at 16 kHz: a frame is :data:`FRAME_MS`."""

    def __init__(self, tap: str, activity: VoiceActivity, settings: TurnSettings, tell: Callable[[News], None]) -> None:
        self._tap, self._activity, self._tell = tap, activity, tell
        self._taking = TurnTaking(settings)
        self._at_ms = 0
        self._rest = b""

    def take(self, pcm: bytes) -> None:
        """Some more audio."""
        data = self._rest + pcm
        whole = len(data) // _FRAME_BYTES * _FRAME_BYTES
        self._rest = data[whole:]
        for at in range(0, whole, _FRAME_BYTES):
            self._at_ms += FRAME_MS
            self._act(self._taking.frame(self._at_ms, self._activity.sure(data[at : at + _FRAME_BYTES])))

    def heard(self, heard: Heard) -> None:
        """The recogniser's words."""
        self._act(self._taking.heard(self._at_ms, heard))

    def bot(self, speaks: bool) -> None:
        """The machine begins or ends to speak."""
        (self._taking.bot_began if speaks else self._taking.bot_ended)(self._at_ms)

    def key(self) -> None:
        """The caller pressed a key."""
        self._act(self._taking.key(self._at_ms))

    def _act(self, acts: list[Act]) -> None:
        for act in acts:
            self._tell(VoiceActed(self._tap, act, time.time_ns() // 1_000_000))
