"""One transcript while rules are judged: which literals it holds and where, found in one pass."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from callcenter.quality.transcript import Speaker, Transcript, Turn

Hit = tuple[int, int, int, float]
"""(turn, first character, end, certainty); turn is -1 where a condition holds without a place."""

HOLDS: Hit = (-1, 0, 0, 1.0)


class Heard:
    """A transcript and what the scan found in it. ``found``: literal → where it begins in ``joined``."""

    __slots__ = ("_few", "found", "memo", "starts", "talking", "transcript", "turns")

    def __init__(self, transcript: Transcript, starts: list[int], found: dict[int, list[int]]) -> None:
        self.transcript = transcript
        self.turns: tuple[Turn, ...] = transcript.turns
        self.starts = starts
        self.found = found
        self.memo: dict[str, list[Hit]] = {}
        self.talking: dict[str, Any] = {}
        self._few: dict[tuple[tuple[Speaker, ...], int, int], frozenset[int]] = {}

    def at(self, position: int) -> tuple[int, int]:
        """(turn, character in it) of a position of the joined text."""
        turn = bisect_right(self.starts, position) - 1
        return turn, position - self.starts[turn]

    def few(self, by: tuple[Speaker, ...], first: int, last: int) -> frozenset[int]:
        """The first or last few turns with words of these speakers; all of them when both are 0."""
        key = (by, first, last)
        found = self._few.get(key)
        if found is None:
            of_them = [
                number for number, turn in enumerate(self.turns) if (not by or turn.speaker in by) and turn.text.strip()
            ]
            chosen = of_them[:first] if first else of_them[-last:] if last else of_them
            found = self._few[key] = frozenset(chosen)
        return found


Judge = Callable[[Heard], list[Hit]]
"""A compiled condition: the places that prove it, in order; none when it does not hold."""
