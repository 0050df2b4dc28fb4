"""faster-whisper: OpenAI's Whisper on CTranslate2, utterance by utterance, in many languages."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from callcenter.domain.errors import ProviderError
from callcenter.domain.speech import Heard, Word
from callcenter.speech.pcm import Samples, resampled
from callcenter.speech.recognisers.files import channels_of
from callcenter.speech.recognisers.loading import library
from callcenter.speech.recognisers.text import mean_confidence, tidy
from callcenter.speech.utterances import LEAD_MS, Utterance, UtteranceCutter

RATE = 16_000
SPAN_MS = 28_000
"""Whisper hears windows of 30 s; speech of one side is put together up to this length for one pass."""
_TOKENS_A_SECOND = 12
"""More than people speak: on noise the decoder would repeat itself to its own limit."""


class WhisperRecogniser:
    """``Recogniser`` on a CTranslate2 folder of Whisper. No guesses while somebody speaks: whole utterances only."""

    def __init__(self, folder: Path, languages: tuple[str, ...], model: str = "", threads: int = 1) -> None:
        self._folder, self._languages, self._threads = folder, languages, threads
        self._name = model or folder.name
        self._model: Any = None
        self._loading = asyncio.Lock()

    @property
    def model(self) -> str:
        """The folder's name, unless another was given."""
        return self._name

    async def listen(self, rate: int, language: str) -> WhisperHearing:
        """See the port."""
        await self._ready(language)
        return WhisperHearing(self, rate, language)

    async def transcribe(self, audio: Path, language: str) -> list[list[Heard]]:
        """See the port."""
        await self._ready(language)
        rate, sides = await asyncio.to_thread(channels_of, audio)
        return [await asyncio.to_thread(self._side, side, rate, language) for side in sides]

    async def close(self) -> None:
        """Let the model go."""
        self._model = None

    def heard_in(self, pcm: bytes, rate: int, start_ms: int, language: str) -> list[Heard]:
        """Recognise one span of speech. Blocks; raises ``ProviderError``."""
        samples: Samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32_768)
        seconds = len(samples) / rate
        try:
            segments, _ = self._model.transcribe(
                _at_16_khz(samples, rate),
                language=language,
                beam_size=1,
                temperature=0.0,
                condition_on_previous_text=False,
                word_timestamps=True,
                max_new_tokens=8 + int(seconds * _TOKENS_A_SECOND),
            )
            return [_heard(one, start_ms) for one in segments if one.text.strip()]
        except (RuntimeError, ValueError) as error:
            raise ProviderError(f"the model {self._name} failed: {error}", retryable=True) from error

    def _side(self, pcm: bytes, rate: int, language: str) -> list[Heard]:
        cutter = UtteranceCutter(rate)
        found: list[Heard] = []
        for start_ms, end_ms in _spans([*cutter.feed(pcm), *cutter.end()]):
            first, last = max(0, start_ms - LEAD_MS), end_ms + LEAD_MS
            found += self.heard_in(pcm[first * rate // 1_000 * 2 : last * rate // 1_000 * 2], rate, first, language)
        return found

    async def _ready(self, language: str) -> None:
        if language not in self._languages:
            raise ProviderError(f"the model {self._name} understands {', '.join(self._languages)}, not {language!r}")
        async with self._loading:
            if self._model is None:
                self._model = await asyncio.to_thread(_load, self._folder, self._threads)


class WhisperHearing:
    """One voice, an utterance at a time."""

    def __init__(self, recogniser: WhisperRecogniser, rate: int, language: str) -> None:
        self._recogniser, self._rate, self._language = recogniser, rate, language
        self._cutter = UtteranceCutter(rate)

    async def feed(self, pcm: bytes) -> list[Heard]:
        """See the port."""
        return await self._all(list(self._cutter.feed(pcm)))

    async def end(self) -> list[Heard]:
        """See the port."""
        return await self._all(list(self._cutter.end()))

    async def close(self) -> None:
        """Nothing is held."""

    async def _all(self, utterances: Sequence[Utterance]) -> list[Heard]:
        found: list[Heard] = []
        for one in utterances:
            heard = self._recogniser.heard_in
            found += await asyncio.to_thread(heard, one.pcm, self._rate, one.from_ms, self._language)
        return found


def _spans(utterances: Sequence[Utterance]) -> Iterator[tuple[int, int]]:
    """Neighbouring utterances together, each span at most :data:`SPAN_MS` long."""
    start = end = 0
    for one in utterances:
        if end and one.end_ms - start <= SPAN_MS:
            end = one.end_ms
            continue
        if end:
            yield start, end
        start, end = one.start_ms, one.end_ms
    if end:
        yield start, end


def _heard(segment: Any, start_ms: int) -> Heard:
    words = tuple(
        Word(one.word.strip(), start_ms + _ms(one.start), start_ms + _ms(one.end), round(float(one.probability), 4))
        for one in segment.words or ()
    )
    confidence = mean_confidence(words) if words else min(1.0, math.exp(segment.avg_logprob))
    begins, ends = (words[0].start_ms, words[-1].end_ms) if words else (0, 0)
    if not words:
        begins, ends = start_ms + _ms(segment.start), start_ms + _ms(segment.end)
    return Heard(tidy(segment.text), begins, ends, confidence, words)


def _ms(seconds: float) -> int:
    return round(float(seconds) * 1_000)


def _at_16_khz(samples: Samples, rate: int) -> Samples:
    return samples if rate == RATE else resampled(samples, rate, RATE)


def _load(folder: Path, threads: int) -> Any:
    whisper = library("faster_whisper")
    if not (folder / "model.bin").is_file():
        raise ProviderError(f"the model {folder} has no model.bin: callcenter models check says what is wrong")
    try:
        return whisper.WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )
    except Exception as error:
        raise ProviderError(f"{folder.name} is no model that faster-whisper can load ({error}): add it anew") from error
