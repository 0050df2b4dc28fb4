"""A recogniser for demonstrations and tests: it cuts speech into utterances truly, and knows what they say beforehand.

Its words come from a text beside the audio: ``call.wav`` has ``call.0.txt`` for the left channel and ``call.1.txt`` for
the right one, with a line for each utterance in order. An utterance for which there is no line has no words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from callcenter.domain.errors import ProviderError
from callcenter.domain.speech import Heard, Word
from callcenter.speech.recognisers.files import channels_of
from callcenter.speech.utterances import Utterance, UtteranceCutter

LANGUAGES = ("zh", "en")
_SURE = 1.0


class SimulatedRecogniser:
    """``Recogniser`` without a model. ``lines`` are what a voice that is listened to says, utterance by utterance."""

    model = "simulated"

    def __init__(self, lines: Sequence[str] = ()) -> None:
        self._lines = tuple(lines)

    async def listen(self, rate: int, language: str) -> SimulatedHearing:
        """See the port."""
        _checked(language)
        return SimulatedHearing(rate, self._lines)

    async def transcribe(self, audio: Path, language: str) -> list[list[Heard]]:
        """See the port."""
        _checked(language)
        return await asyncio.to_thread(self._transcribe, audio)

    async def close(self) -> None:
        """Nothing is held."""

    def _transcribe(self, audio: Path) -> list[list[Heard]]:
        rate, sides = channels_of(audio)
        found: list[list[Heard]] = []
        for number, side in enumerate(sides):
            cutter = UtteranceCutter(rate)
            lines = iter(_lines_beside(audio, number) or self._lines)
            found.append([_heard(one, lines) for one in [*cutter.feed(side), *cutter.end()]])
        return found


class SimulatedHearing:
    """One voice."""

    def __init__(self, rate: int, lines: Sequence[str]) -> None:
        self._cutter = UtteranceCutter(rate)
        self._lines = list(lines)
        self._next = 0

    async def feed(self, pcm: bytes) -> list[Heard]:
        """See the port. The guess at the utterance going on is as much of its line as time has passed."""
        found = [self._take(one) for one in self._cutter.feed(pcm)]
        since = self._cutter.speaking_since_ms
        line = self._lines[self._next] if self._next < len(self._lines) else ""
        if since is None or not line:
            return found
        length_ms = len(self._cutter.so_far) * 1_000 // (2 * self._rate)
        said = line[: max(1, length_ms // _CHARACTER_MS)]
        return [*found, Heard(said, since, since + length_ms, _SURE, final=False)]

    @property
    def _rate(self) -> int:
        return self._cutter.rate

    async def end(self) -> list[Heard]:
        """See the port."""
        return [self._take(one) for one in self._cutter.end()]

    async def close(self) -> None:
        """Nothing is held."""

    def _take(self, utterance: Utterance) -> Heard:
        heard = _heard(utterance, iter(self._lines[self._next :]))
        self._next += 1
        return heard


_CHARACTER_MS = 120


def _heard(utterance: Utterance, lines: Iterator[str]) -> Heard:
    text = next(lines, "").strip()
    words = tuple(_spread(text, utterance.start_ms, utterance.end_ms))
    return Heard(text, utterance.start_ms, utterance.end_ms, _SURE, words)


def _spread(text: str, start_ms: int, end_ms: int) -> Iterator[Word]:
    """The words of ``text`` evenly over its time; a text without spaces by its characters."""
    words = text.split() if " " in text else list(text)
    for at, word in enumerate(words):
        begins = start_ms + (end_ms - start_ms) * at // len(words)
        yield Word(word, begins, start_ms + (end_ms - start_ms) * (at + 1) // len(words), _SURE)


def _lines_beside(audio: Path, channel: int) -> list[str]:
    try:
        return audio.with_suffix(f".{channel}.txt").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ProviderError(f"the text beside {audio.name} can not be read: {error}") from error


def _checked(language: str) -> None:
    if language not in LANGUAGES:
        raise ProviderError(f"the simulated recogniser speaks {' and '.join(LANGUAGES)}, not {language!r}")
