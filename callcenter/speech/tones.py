"""The voice of a machine that has none: a polite tone sequence in place of each prompt."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from callcenter.domain.contact import Prompt
from callcenter.speech.cache import SoundCache, from_folder
from callcenter.speech.pcm import RATE, Samples, levelled, write_wav
from callcenter.speech.text import parts

_NOTES_HZ = (523.25, 659.25, 783.99, 659.25)
_NOTE_S, _GAP_S = 0.22, 0.06
_LETTERS_A_NOTE, _MOST_NOTES = 4, 24


class ToneVoice:
    """``PromptAudio`` without speech, so that calls work where espeak-ng is missing; a longer text plays longer."""

    spoken = False
    """Prompts are heard as tones: the wiring and ``doctor`` say so."""

    def __init__(self, cache: Path, prompts: Path) -> None:
        self._prompts = prompts
        self._cache = SoundCache(cache)

    async def file_of(self, prompt: Prompt) -> Path:
        """A 16-bit mono WAV at 8 kHz. Raises ``ProviderError`` for a prompt file that is missing."""
        if prompt.file:
            return await from_folder(self._prompts, prompt, self._cache)
        letters = sum(len(text) for _, text in parts(prompt.text, prompt.language))
        notes = max(2, min(-(-letters // _LETTERS_A_NOTE), _MOST_NOTES)) if letters else 0
        return await self._cache.get(f"tones {notes}", lambda: asyncio.to_thread(_melody, notes))

    def prune(self, unused_s: int) -> int:
        """Delete what was not used since ``unused_s`` seconds. Call it in a thread."""
        return self._cache.prune(unused_s)


def _melody(notes: int) -> bytes:
    pause: Samples = np.zeros(int(_GAP_S * RATE), np.float32)
    pieces = [pause]
    for n in range(notes):
        pieces += [_note(_NOTES_HZ[n % len(_NOTES_HZ)]), pause]
    return write_wav(levelled(np.concatenate(pieces)))


def _note(hertz: float) -> Samples:
    at = np.arange(int(_NOTE_S * RATE)) / RATE
    swell = np.sin(np.pi * at / _NOTE_S) ** 0.5
    note: Samples = (0.3 * swell * np.sin(2 * np.pi * hertz * at)).astype(np.float32)
    return note
