"""Turn-taking beside Silero with a fixed silence of 0.5 s: turns cut off, and the wait after a turn's true end."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles

import numpy as np

from callcenter.domain.errors import ProviderError
from callcenter.domain.speech import Heard
from callcenter.speech.activity import FRAME_MS, SileroActivity
from callcenter.speech.turns import ActKind, TurnTaking
from scripts.benchmarks import speech_data as data
from scripts.benchmarks.report import Row, show

RATE = 8_000
FIXED_MS = 500
WORDS_LATE_MS = 300
"""How long after a piece is spoken the recogniser has its words."""
AFTER_MS = 4_000
NOISE = 25.0
_QUIET = 300
# Pieces of one turn, parted by the caller's pause in ms.
TURNS: tuple[tuple[str | int, ...], ...] = (
    ("I have lost my bank card and I want to block it.",),
    ("I have lost my", 900, "bank card", 600, "on the bus."),
    ("How much money is left on my savings account?",),
    ("I would like to speak to", 700, "a person please."),
    ("No, that is not right, it was", 1_100, "two hundred dollars."),
    ("My number is", 800, "one three eight", 650, "zero zero two two."),
    ("Please send a new card to my home address.",),
    ("I am calling because", 1_200, "my payment did not arrive."),
    ("Yes.",),
    ("The transfer was to my brother and", 900, "he never got the money."),
    ("Can you tell me when the branch opens on Saturday?",),
    ("I want to", 1_300, "close my account."),
)


@dataclass
class Found:
    """What one way of telling turns made of all turns. ``delays`` in ms after the true end."""

    cut: int = 0
    missed: int = 0
    delays: list[int] = field(default_factory=list)

    def add(self, ends: Sequence[int], true_end: int) -> None:
        early = [end for end in ends if end < true_end]
        late = [end for end in ends if end >= true_end]
        self.cut += bool(early)
        self.missed += not late
        self.delays += [late[0] - true_end] if late else []

    def rows(self, peer: Found, words: str) -> list[Row]:
        name = "Silero, 0.5 s"
        middle, worst = (quantiles(self.delays, n=20, method="inclusive")[at] for at in (9, 18))
        their_middle, their_worst = (quantiles(peer.delays, n=20, method="inclusive")[at] for at in (9, 18))
        setting = f"{len(TURNS)} turns, {sum(len(turn) > 1 for turn in TURNS)} with pauses; {words}"
        return [
            Row(setting, "turns cut off", self.cut, "", peer.cut, name, limit=peer.cut / 2),
            Row(setting, "ends missed", self.missed, "", peer.missed, name, limit=0),
            Row(setting, "wait after the end, p50", middle, "ms", their_middle, name),
            Row(setting, "wait after the end, p95", worst, "ms", their_worst, name, limit=1_500),
        ]


@dataclass(frozen=True)
class Made:
    """A turn as sound; ``words`` are what a recogniser would have by when (ms)."""

    pcm: bytes
    end_ms: int
    words: tuple[tuple[int, str], ...]


def made(turn: Sequence[str | int]) -> Made:
    """Speak the pieces, put the pauses between, add the line's hiss."""
    sound, so_far, words, end_ms = b"", "", [], 0
    for piece in (500, *turn, AFTER_MS):
        if isinstance(piece, int):
            sound += bytes(2 * RATE * piece // 1_000)
            continue
        (one,) = data.spoken_by_machine([piece])
        sound += _trimmed(data.at(one, RATE, telephone=True))
        end_ms = len(sound) * 1_000 // (2 * RATE)
        so_far = f"{so_far} {piece}".strip()
        words.append((end_ms + WORDS_LATE_MS, so_far))
    samples = np.frombuffer(sound, "<i2").astype(np.float32)
    hissing = samples + np.random.default_rng(7).standard_normal(len(samples)).astype(np.float32) * NOISE
    return Made(np.clip(hissing, -32_768, 32_767).astype("<i2").tobytes(), end_ms, tuple(words))


def ours(turn: Made, *, marks: bool) -> tuple[list[int], float]:
    """Where turn-taking ends the turn, and its own processor time without voice activity, in s."""
    activity, turns, ends, spent = SileroActivity(RATE), TurnTaking(), [], 0.0
    words = list(turn.words)
    for now, frame in _frames(turn.pcm):
        sure = activity.sure(frame)
        began = time.process_time()
        if words and words[0][0] <= now:
            text = words.pop(0)[1]
            turns.heard(now, Heard(text if marks else text.strip(".?"), 0, now, 0.9, final=False))
        ends += [act.at_ms for act in turns.frame(now, sure) if act.kind is ActKind.TURN]
        spent += time.process_time() - began
    return ends, spent


def fixed(turn: Made) -> list[int]:
    """Where a fixed silence ends it."""
    activity, ends, last = SileroActivity(RATE), [], None
    for now, frame in _frames(turn.pcm):
        if activity.sure(frame) >= 0.5:
            last = now
        elif last is not None and now - last >= FIXED_MS:
            ends.append(now)
            last = None
    return ends


def _frames(pcm: bytes) -> list[tuple[int, bytes]]:
    size = RATE * FRAME_MS // 1_000 * 2
    return [((at // size + 1) * FRAME_MS, pcm[at : at + size]) for at in range(0, len(pcm) - size + 1, size)]


def _trimmed(pcm: bytes) -> bytes:
    """Without the silence that the synthesiser puts around it."""
    samples = np.frombuffer(pcm, "<i2")
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _QUIET)
    return bytes(samples[loud[0] : loud[-1] + 1].tobytes())


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench turns", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="the same: it takes seconds")
    given = parser.parse_args(argv)
    mine, theirs = {True: Found(), False: Found()}, Found()
    spent = heard = 0.0
    try:
        for turn in map(made, TURNS):
            theirs.add(fixed(turn), turn.end_ms)
            for marks, found in mine.items():
                ends, seconds = ours(turn, marks=marks)
                found.add(ends, turn.end_ms)
                spent, heard = spent + seconds, heard + len(turn.pcm) / (2 * RATE)
    except ProviderError as error:
        print(error)
        return 2
    rows = [
        *mine[True].rows(theirs, "words with full stops, as Whisper's"),
        *mine[False].rows(theirs, "without, as Vosk's"),
    ]
    rows.append(Row("turn-taking alone", "processor s per s", spent / heard, "", limit=0.01))
    notes = [f"Words are the true ones, {WORDS_LATE_MS} ms after each piece: a recogniser's faults are not in it."]
    return show("Turn-taking", rows, as_json=given.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
