"""Cuts one voice into utterances by loudness: for recognisers that take whole utterances."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from callcenter.speech.activity import FRAME_MS, LoudnessActivity

LEAD_MS = 200
"""So much of the audio before an utterance comes with it."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech between silences, in ms from the beginning of the audio.

    Its samples begin at ``from_ms``, a little before the speech: soft first sounds are not lost.
    """

    pcm: bytes
    start_ms: int
    end_ms: int
    from_ms: int


class UtteranceCutter:
    """Feed it audio of any length; it gives back utterances that a silence of ``gap_ms`` has ended.

    One that lasts ``longest_ms`` is cut there, so that a recogniser is never given more.
    """

    def __init__(self, rate: int, *, gap_ms: int = 500, shortest_ms: int = 80, longest_ms: int = 28_000) -> None:
        self.rate = rate
        self._frame_bytes = rate * FRAME_MS // 1_000 * 2
        self._gap, self._shortest = gap_ms // FRAME_MS, shortest_ms // FRAME_MS
        self._longest = longest_ms // FRAME_MS
        self._rest = b""
        self._at = 0
        self._activity = LoudnessActivity()
        self._before: deque[bytes] = deque(maxlen=LEAD_MS // FRAME_MS)
        self._lead: list[bytes] = []
        self._frames: list[bytes] = []
        self._loud = 0
        self._quiet = 0

    @property
    def speaking_since_ms(self) -> int | None:
        """Where the utterance that goes on began; None in silence."""
        return None if not self._frames else (self._at - len(self._frames)) * FRAME_MS

    @property
    def so_far(self) -> bytes:
        """The samples of the utterance that goes on."""
        return b"".join(self._frames)

    def feed(self, pcm: bytes) -> Iterator[Utterance]:
        """What has ended within ``pcm``."""
        data = self._rest + pcm
        whole = len(data) // self._frame_bytes * self._frame_bytes
        self._rest = data[whole:]
        for at in range(0, whole, self._frame_bytes):
            ended = self._frame(data[at : at + self._frame_bytes])
            if ended is not None:
                yield ended

    def end(self) -> Iterator[Utterance]:
        """The utterance that still goes on, if it is one."""
        self._rest = b""
        ended = self._cut()
        if ended is not None:
            yield ended

    def _frame(self, frame: bytes) -> Utterance | None:
        self._at += 1
        speech = self._activity.sure(frame) > 0
        if not self._frames and not speech:
            self._before.append(frame)
            return None
        if not self._frames:
            self._lead = list(self._before)
            self._before.clear()
        self._frames.append(frame)
        self._loud += speech
        self._quiet = 0 if speech else self._quiet + 1
        if self._quiet >= self._gap or len(self._frames) >= self._longest:
            return self._cut()
        return None

    def _cut(self) -> Utterance | None:
        frames, loud, quiet, lead = self._frames, self._loud, self._quiet, self._lead
        self._frames, self._loud, self._quiet, self._lead = [], 0, 0, []
        self._before.extend(frames[len(frames) - quiet :])
        if loud < max(1, self._shortest):
            return None
        spoken = len(frames) - quiet
        start = self._at - len(frames)
        sound = b"".join([*lead, *frames])
        return Utterance(sound, start * FRAME_MS, (start + spoken) * FRAME_MS, (start - len(lead)) * FRAME_MS)
