"""Vosk: a streaming recogniser (Kaldi) with a model of one language in a folder."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from callcenter.domain.errors import ProviderError
from callcenter.domain.speech import Heard, Word
from callcenter.speech.recognisers.files import by_streaming
from callcenter.speech.recognisers.loading import library
from callcenter.speech.recognisers.text import mean_confidence, tidy


class _Word(msgspec.Struct):
    word: str
    start: float
    end: float
    conf: float = 0.0


class _Said(msgspec.Struct):
    text: str = ""
    partial: str = ""
    result: list[_Word] = []
    partial_result: list[_Word] = []


_said = msgspec.json.Decoder(_Said)


class VoskRecogniser:
    """``Recogniser`` on Vosk. The model is loaded when it is first needed; 50 MB to 4 GB of memory by model."""

    def __init__(self, folder: Path, languages: tuple[str, ...], model: str = "") -> None:
        self._folder, self._languages = folder, languages
        self._name = model or folder.name
        self._model: Any = None
        self._loading = asyncio.Lock()

    @property
    def model(self) -> str:
        """The folder's name, unless another was given."""
        return self._name

    async def listen(self, rate: int, language: str) -> VoskHearing:
        """See the port."""
        if language not in self._languages:
            raise ProviderError(f"the model {self._name} understands {', '.join(self._languages)}, not {language!r}")
        async with self._loading:
            if self._model is None:
                self._model = await asyncio.to_thread(_load, self._folder)
        recogniser = library("vosk").KaldiRecognizer(self._model, rate)
        recogniser.SetWords(True)
        recogniser.SetPartialWords(True)
        return VoskHearing(recogniser)

    async def transcribe(self, audio: Path, language: str) -> list[list[Heard]]:
        """See the port."""
        return await by_streaming(self, audio, language)

    async def close(self) -> None:
        """Let the model go."""
        self._model = None


class VoskHearing:
    """One voice."""

    def __init__(self, recogniser: Any) -> None:
        self._recogniser = recogniser
        self._guess = ""

    async def feed(self, pcm: bytes) -> list[Heard]:
        """See the port."""
        if not pcm or self._recogniser is None:
            return []
        if await asyncio.to_thread(self._recogniser.AcceptWaveform, pcm):
            self._guess = ""
            return _final(self._recogniser.Result())
        said = _said.decode(self._recogniser.PartialResult())
        if not said.partial or said.partial == self._guess:
            return []
        self._guess = said.partial
        return [_heard(said.partial, said.partial_result, final=False)]

    async def end(self) -> list[Heard]:
        """See the port."""
        if self._recogniser is None:
            return []
        last = await asyncio.to_thread(self._recogniser.FinalResult)
        self._recogniser = None
        return _final(last)

    async def close(self) -> None:
        """Give up the decoder."""
        self._recogniser = None


def _load(folder: Path) -> Any:
    vosk = library("vosk")
    vosk.SetLogLevel(-1)
    if not folder.is_dir():
        raise ProviderError(f"the model {folder} is not there: callcenter models list says which are")
    try:
        return vosk.Model(str(folder))
    except Exception as error:
        raise ProviderError(f"{folder.name} is no model that Vosk can load ({error}): add it anew") from error


def _final(result: str) -> list[Heard]:
    said = _said.decode(result)
    return [_heard(said.text, said.result, final=True)] if said.text else []


def _heard(text: str, found: list[_Word], *, final: bool) -> Heard:
    words = tuple(Word(one.word, _ms(one.start), _ms(one.end), min(1.0, max(0.0, one.conf))) for one in found)
    start, end = (words[0].start_ms, words[-1].end_ms) if words else (0, 0)
    return Heard(tidy(text), start, end, mean_confidence(words), words, final)


def _ms(seconds: float) -> int:
    return round(seconds * 1_000)
