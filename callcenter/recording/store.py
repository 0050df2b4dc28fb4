"""Keeps recordings as files by date: two mono sides in, one stereo WAV out."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from callcenter.domain.errors import ProviderError, Rejected
from callcenter.domain.records import Peaks, RecordingRecord
from callcenter.recording.peaks import peaks_of
from callcenter.recording.wav import Mono, NotUsable, joined, open_mono

_SIDES = ("customer", "heard")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST = 80


class WavRecordingStore:
    """The ``RecordingStore`` on a folder: ``YYYY/MM/DD/<contact>-<recording>.wav``, the date in UTC."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def file(
        self, recording: str, contact: str, kind: str, sides: Sequence[Path], started_ms: int
    ) -> RecordingRecord:
        """Join the sides (left = customer, right = what they heard) and keep the file; again replaces it.

        A side that ends earlier is filled with silence. Raises ``ProviderError``: a side is missing, empty or no WAV
        (then again is of no use), or the disk refused (retryable).
        """
        return await asyncio.to_thread(self._file, recording, contact, kind, tuple(sides), started_ms)

    def path_of(self, record: RecordingRecord) -> Path:
        """Where the file is. Raises ``Rejected("recording_missing")`` when it is not there, or not in our folder."""
        root = self._folder.resolve()
        path = (root / record.path).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise Rejected("recording_missing", f"the file of recording {record.id} is not there")
        return path

    async def peaks(self, record: RecordingRecord) -> Peaks:
        """How loud each side is over time. Raises ``Rejected("recording_missing")`` and ``ProviderError``."""
        return await asyncio.to_thread(peaks_of, self.path_of(record))

    def _file(
        self, recording: str, contact: str, kind: str, sides: tuple[Path, ...], started_ms: int
    ) -> RecordingRecord:
        inputs = _inputs(recording, sides)
        relative = _relative_path(recording, contact, started_ms)
        try:
            size, digest = _write(self._folder / relative, inputs)
        except OSError as error:
            raise ProviderError(f"recording {recording} could not be kept: {error}", retryable=True) from error
        frames = max(side.frames for side in inputs)
        duration_ms = frames * 1_000 // inputs[0].rate
        return RecordingRecord(recording, contact, kind, relative.as_posix(), started_ms, duration_ms, size, digest)


def _inputs(recording: str, sides: Sequence[Path]) -> list[Mono]:
    if not 1 <= len(sides) <= len(_SIDES):
        missing = "both sides are" if not sides else f"{len(sides)} sides were given, one or two are"
        raise ProviderError(f"recording {recording}: {missing} {'missing' if not sides else 'wanted'}")
    inputs = [_input(recording, name, path) for name, path in zip(_SIDES, sides, strict=False)]
    if len({side.rate for side in inputs}) > 1:
        rates = " and ".join(f"{side.rate} Hz" for side in inputs)
        raise ProviderError(f"recording {recording}: the sides differ in sample rate ({rates})")
    return inputs


def _input(recording: str, name: str, path: Path) -> Mono:
    try:
        return open_mono(path)
    except FileNotFoundError as error:
        raise ProviderError(f"recording {recording}: the {name} side is missing ({path.name})") from error
    except NotUsable as error:
        raise ProviderError(f"recording {recording}: the {name} side {error} ({path.name})") from error
    except OSError as error:
        raise ProviderError(f"recording {recording}: the {name} side: {error}", retryable=True) from error


def _write(target: Path, inputs: Sequence[Mono]) -> tuple[int, str]:
    """Write beside the target and rename, so that a file under its name is always whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    part = Path(name)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as file:
            for piece in joined(inputs):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o640)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def _relative_path(recording: str, contact: str, started_ms: int) -> Path:
    day = datetime.fromtimestamp(started_ms / 1_000, UTC)
    return Path(f"{day:%Y}", f"{day:%m}", f"{day:%d}", f"{_safe(contact)}-{_safe(recording)}.wav")


def _safe(name: str) -> str:
    """The name itself when it is plain, else a plain form made unique by a hash: no path can come of it."""
    plain = _UNSAFE.sub("_", name)[:_LONGEST]
    if plain == name and plain:
        return plain
    return f"{plain}.{hashlib.sha256(name.encode()).hexdigest()[:12]}"
