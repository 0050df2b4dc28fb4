"""Recorded prompts that were uploaded, and hearing a prompt before customers do. Fills the ``PromptDesk`` port."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from callcenter.domain.contact import Prompt
from callcenter.domain.errors import ProviderError, Rejected
from callcenter.domain.ports import PromptAudio
from callcenter.speech.pcm import NoSound, levelled, read_wav, resampled, write_wav

UPLOADED = "uploaded/"
MAX_BYTES = 12_000_000
"""A minute at 48 kHz in stereo, with room."""
MAX_SECONDS = 60
RATES = range(8_000, 96_001)


class PromptFiles:
    """Plays uploaded recordings from ``folder`` and everything else as ``voice`` does.

    A recording's name is made of what is in it: it never changes under a version that names it.
    """

    def __init__(self, voice: PromptAudio, folder: Path) -> None:
        self._voice = voice
        self._folder = folder

    async def file_of(self, prompt: Prompt) -> Path:
        """A 16-bit mono WAV at 8 kHz. Raises ``ProviderError`` when it cannot be made."""
        if not prompt.file.startswith(UPLOADED):
            return await self._voice.file_of(prompt)
        path = self._path(prompt.file)
        if prompt.file not in self.names():
            raise ProviderError(f"the uploaded prompt {prompt.file!r} is missing: upload it again")
        return path

    async def hear(self, prompt: Prompt) -> Path:
        """A WAV of the prompt as the customer will hear it."""
        return await self.file_of(prompt)

    async def keep(self, sound: bytes) -> str:
        """Keep an uploaded WAV as the PBX plays it; returns the name for ``Prompt.file``. Raises ``Rejected``."""
        if len(sound) > MAX_BYTES:
            raise Rejected("sound_too_big")
        data = await asyncio.to_thread(_as_played, sound)
        name = UPLOADED + hashlib.sha256(data).hexdigest()[:16]
        try:
            await asyncio.to_thread(self._write, self._path(name), data)
        except OSError as error:
            raise ProviderError(f"the recording could not be kept: {error}", retryable=True) from error
        return name

    def names(self) -> frozenset[str]:
        """The recordings there are."""
        return frozenset(UPLOADED + file.stem for file in self._folder.glob("*.wav"))

    def _path(self, name: str) -> Path:
        return self._folder / f"{Path(name).name}.wav"

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(path)


def _as_played(sound: bytes) -> bytes:
    try:
        rate, samples = read_wav(sound)
    except NoSound as error:
        raise Rejected("sound_not_usable", str(error)) from error
    if rate not in RATES:
        raise Rejected("sound_not_usable", f"{rate} Hz")
    if len(samples) > MAX_SECONDS * rate:
        raise Rejected("sound_too_long")
    if len(samples) < rate // 10:
        raise Rejected("sound_empty")
    return write_wav(levelled(resampled(samples, rate)))
