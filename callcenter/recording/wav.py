"""Reads and joins WAV files of 16-bit samples, a piece at a time."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK_FRAMES = 32_768
_RATES = (8_000, 16_000)
_PCM = {1, 0xFFFE}
_UNFINISHED = {0, 0xFFFFFFFF}


class NotUsable(ValueError):
    """The file is no WAV we can join; the text says why."""


@dataclass(frozen=True, slots=True)
class Mono:
    """Where the samples of a mono file lie: ``rate`` in Hz, ``frames`` from byte ``start`` on."""

    path: Path
    rate: int
    start: int
    frames: int


def open_mono(path: Path) -> Mono:
    """Look at a file's header. Raises ``NotUsable`` (also for no samples at all) and ``OSError``.

    A recorder that was killed leaves the length in the header unset: then everything to the end of the file counts.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        riff = file.read(12)
        if len(riff) < 12 or riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
            raise NotUsable("is empty" if size == 0 else "is no WAV file")
        rate = 0
        while True:
            header = file.read(8)
            if len(header) < 8:
                raise NotUsable("has no sound in it")
            name, length = header[:4], struct.unpack("<I", header[4:])[0]
            if name == b"data":
                break
            body = file.read(length + length % 2)
            if name == b"fmt ":
                rate = _rate_of(body)
        start = file.tell()
    if not rate:
        raise NotUsable("does not say its format")
    there = size - start
    frames = (there if length in _UNFINISHED else min(length, there)) // 2
    if frames == 0:
        raise NotUsable("is empty")
    return Mono(path, rate, start, frames)


def _rate_of(body: bytes) -> int:
    if len(body) < 16:
        raise NotUsable("has a damaged header")
    code, channels, rate, _bytes, _align, bits = struct.unpack("<HHIIHH", body[:16])
    if code not in _PCM or channels != 1 or bits != 16 or rate not in _RATES:
        raise NotUsable(
            f"is not 16-bit mono at 8 or 16 kHz (format {code}, {channels} channels, {bits} bit, {rate} Hz)"
        )
    return int(rate)


def header(rate: int, channels: int, frames: int) -> bytes:
    """The 44 bytes before 16-bit samples."""
    width = 2 * channels
    length = frames * width
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + length, b"WAVE", b"fmt ", 16, 1, channels, rate, rate * width, width, 16, b"data", length),
    )


def joined(sides: Sequence[Mono]) -> Iterator[bytes]:
    """Header and samples of one file with a channel for each side; shorter sides end in silence."""
    frames = max(side.frames for side in sides)
    yield header(sides[0].rate, len(sides), frames)
    with ExitStack() as stack:
        files = [stack.enter_context(side.path.open("rb")) for side in sides]
        for file, side in zip(files, sides, strict=True):
            file.seek(side.start)
        for at in range(0, frames, CHUNK_FRAMES):
            count = min(CHUNK_FRAMES, frames - at)
            yield _interleaved([_read(f, s, at, count) for f, s in zip(files, sides, strict=True)])


def _read(file: BinaryIO, side: Mono, at: int, count: int) -> bytes:
    wanted = max(0, min(count, side.frames - at))
    return file.read(2 * wanted).ljust(2 * count, b"\x00")


def _interleaved(parts: Sequence[bytes]) -> bytes:
    if len(parts) == 1:
        return parts[0]
    # Whole samples are moved, never counted with, so their byte order does not matter.
    assert array("h").itemsize == 2, sys.platform
    mixed = array("h", bytes(len(parts[0]) * len(parts)))
    for channel, part in enumerate(parts):
        mixed[channel :: len(parts)] = array("h", part)
    return mixed.tobytes()
