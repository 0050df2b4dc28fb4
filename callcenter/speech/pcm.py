"""Sound as the PBX plays it: 8 kHz, 16 bit, mono, at an even loudness. Arrays are float32 from -1 to 1."""

from __future__ import annotations

import io
import struct
import wave
from functools import lru_cache
from math import gcd
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

RATE = 8_000
"""Hz, what a telephone carries."""

Samples = NDArray[np.float32]

_HALF_WIDTH = 24
"""Zero crossings of the resampling filter on each side; more than speech over a telephone can show."""
_SPEECH_DBFS = -20.0
_LOUDEST = 0.89
_BLOCK = 4_096


class NoSound(ValueError):
    """The bytes are no WAV of 8 or 16 bit PCM; the text says why."""


def read_wav(data: bytes) -> tuple[int, Samples]:
    """Rate and samples, channels mixed to one. A stream whose header does not know its length is read to its end."""
    try:
        with wave.open(io.BytesIO(_with_true_length(data))) as file:
            rate, width, channels = file.getframerate(), file.getsampwidth(), file.getnchannels()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError, struct.error) as error:
        raise NoSound(str(error) or "the file ends too early") from error
    if width != 2:
        raise NoSound(f"{8 * width}-bit samples; 16 are wanted")
    whole = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], "<i2").astype(np.float32) / 32_768
    mixed: Samples = whole.reshape(-1, channels).mean(axis=1, dtype=np.float32)
    return rate, mixed


def _with_true_length(data: bytes) -> bytes:
    # A program that writes to a pipe puts a made-up length into the header.
    at = data.find(b"data", 12, 4_096)
    if data[:4] != b"RIFF" or at < 0:
        return data
    length = len(data) - at - 8
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8 : at + 4] + struct.pack("<I", length) + data[at + 8 :]


def write_wav(samples: Samples) -> bytes:
    """A WAV at 8 kHz."""
    values = np.clip(np.rint(samples * 32_767), -32_768, 32_767).astype("<i2")
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(values.tobytes())
    return target.getvalue()


def is_playable(data: bytes) -> bool:
    """Whether the bytes are a WAV that the PBX plays as it is."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            return (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (RATE, 2, 1)
    except (wave.Error, EOFError):
        return False


def resampled(samples: Samples, rate: int, to: int = RATE) -> Samples:
    """The sound at ``to`` Hz: windowed-sinc low-pass and interpolation in one, a filter for each phase."""
    if rate == to or len(samples) == 0:
        return samples
    common = gcd(rate, to)
    up, down = to // common, rate // common
    filters = _filters(up, down)
    taps = filters.shape[1]
    count = len(samples) * up // down
    padded = np.concatenate([np.zeros(taps // 2 - 1), samples, np.zeros(taps // 2 + 1)]).astype(np.float32)
    windows = sliding_window_view(padded, taps)
    result = np.empty(count, np.float32)
    for first in range(0, count, _BLOCK):
        at = np.arange(first, min(first + _BLOCK, count)) * down
        result[first : first + len(at)] = np.einsum("ij,ij->i", windows[at // up], filters[at % up])
    return result


@lru_cache(maxsize=8)
def _filters(up: int, down: int) -> Samples:
    cutoff = 0.97 * min(1.0, up / down)
    half = int(np.ceil(_HALF_WIDTH / cutoff))
    offsets: NDArray[Any] = np.arange(-half + 1, half + 1)[None, :] - np.arange(up)[:, None] / up
    window = np.where(np.abs(offsets) < half, np.cos(np.pi * offsets / (2 * half)) ** 2, 0.0)
    table = np.sinc(cutoff * offsets) * window
    normal: Samples = (table / table.sum(axis=1, keepdims=True)).astype(np.float32)
    return normal


def levelled(samples: Samples) -> Samples:
    """The same sound with its speech at -20 dBFS and no peak above -1 dBFS; silence stays silence."""
    block = RATE // 50
    whole = len(samples) // block * block
    if whole == 0:
        return samples
    powers = np.mean(samples[:whole].reshape(-1, block) ** 2, axis=1)
    active = powers[powers > 0.01 * powers.max()]
    if powers.max() < 1e-8:
        return samples
    gain = min(10 ** (_SPEECH_DBFS / 20) / float(np.sqrt(active.mean())), _LOUDEST / float(np.abs(samples).max()))
    louder: Samples = (samples * np.float32(gain)).astype(np.float32)
    return louder


def beep(hertz: float = 1_000.0, seconds: float = 0.4) -> bytes:
    """A WAV of one soft tone."""
    at = np.arange(int(seconds * RATE)) / RATE
    edges = np.minimum(1.0, np.minimum(at, seconds - at) * 100)
    return write_wav((0.3 * edges * np.sin(2 * np.pi * hertz * at)).astype(np.float32))
