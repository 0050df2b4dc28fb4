"""Pictures of recordings: how loud each side is over time, counted once and kept beside the file."""

from __future__ import annotations

import os
import struct
import tempfile
from array import array
from pathlib import Path
from typing import BinaryIO

import msgspec

from callcenter.domain.errors import ProviderError
from callcenter.domain.records import Peaks

SUFFIX = ".peaks.json"
MOST = 1_600
"""Pieces a recording is cut into at most: more than a screen has columns."""
LEAST_STEP_MS = 20
_FULL = 32_768
_decode: msgspec.json.Decoder[Peaks] = msgspec.json.Decoder(Peaks)


def peaks_of(path: Path) -> Peaks:
    """The peaks of a WAV file of 16-bit samples; raises ``ProviderError`` when it is none.

    A file that can not be written beside it is no reason to fail: they are counted again next time.
    """
    kept = path.with_name(path.name + SUFFIX)
    try:
        if kept.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            return _decode.decode(kept.read_bytes())
    except (FileNotFoundError, msgspec.DecodeError):
        pass  # not counted yet, or by another version
    try:
        with path.open("rb") as file:
            found = _count(file, path.stat().st_size)
    except (OSError, ValueError) as error:
        raise ProviderError(f"the recording {path.name} can not be drawn: {error}") from error
    _keep(kept, msgspec.json.encode(found))
    return found


def _count(file: BinaryIO, size: int) -> Peaks:
    channels, rate, length = _format(file, size)
    frames = length // (2 * channels)
    duration_ms = frames * 1_000 // rate
    step_ms = max(LEAST_STEP_MS, -(-duration_ms // MOST))
    step = rate * step_ms // 1_000
    sides: list[list[int]] = [[] for _ in range(channels)]
    for at in range(0, frames, step):
        samples = array("h", file.read(2 * channels * min(step, frames - at)))
        for side in range(channels):
            of_side = samples[side::channels]
            loudest = max(max(of_side), -min(of_side)) if of_side else 0
            sides[side].append(min(100, -(-loudest * 100 // _FULL)))
    return Peaks(duration_ms, step_ms, tuple(tuple(side) for side in sides))


def _format(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """Channels, rate in Hz and bytes of samples; the file then stands at the first. Raises ``ValueError``."""
    if file.read(4) != b"RIFF" or len(file.read(4)) < 4 or file.read(4) != b"WAVE":
        raise ValueError("it is no WAV file")
    channels = rate = bits = 0
    while len(header := file.read(8)) == 8:
        name, length = header[:4], struct.unpack("<I", header[4:])[0]
        if name == b"data":
            if channels not in (1, 2) or bits != 16 or rate < 1_000:
                raise ValueError(f"{channels} channels of {bits} bit at {rate} Hz")
            return channels, rate, min(length, size - file.tell())
        body = file.read(length + length % 2)
        if name == b"fmt " and len(body) >= 16:
            _code, channels, rate, _bytes, _align, bits = struct.unpack("<HHIIHH", body[:16])
    raise ValueError("it has no sound in it")


def _keep(target: Path, content: bytes) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    except OSError:
        return  # a folder we may only read
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
