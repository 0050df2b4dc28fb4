"""Audio for recognisers: made speech-like sound, prompts that real people spoke, and the telephone's coding."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

RATE = 8_000


def spoken(rate: int, seconds: float, hertz: float = 170.0) -> bytes:
    """A sound as loud and as long as an utterance; no recogniser takes it for words."""
    at = np.arange(int(seconds * rate)) / rate
    tone = sum(np.sin(2 * np.pi * hertz * n * at) / n for n in (1, 2, 3, 5))
    return bytes((4_000 * tone * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at))).astype("<i2").tobytes())


def silence(rate: int, seconds: float) -> bytes:
    return bytes(2 * int(rate * seconds))


def talk(rate: int, lengths: Sequence[float], *, pause: float = 0.9) -> bytes:
    """Utterances of these lengths in seconds, parted by pauses."""
    return b"".join(silence(rate, pause) + spoken(rate, length) for length in lengths) + silence(rate, pause)


def write(path: Path, *sides: bytes, rate: int = RATE) -> Path:
    """A WAV with a channel for each side."""
    longest = max(len(side) for side in sides)
    columns = [np.frombuffer(side.ljust(longest, b"\0"), "<i2") for side in sides]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(sides))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.stack(columns, axis=1).tobytes())
    return path


def samples_of(path: Path) -> tuple[int, bytes]:
    """Rate and samples of a mono WAV."""
    with wave.open(str(path)) as file:
        return file.getframerate(), file.readframes(file.getnframes())
