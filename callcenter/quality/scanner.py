"""One pass over a transcript for all literals of all rules (Aho–Corasick)."""

from __future__ import annotations

from ahocorasick_rs import AhoCorasick, Implementation

from callcenter.quality.heard import Heard
from callcenter.quality.transcript import Transcript


class Scanner:
    """Literals get numbers while rules are compiled; :meth:`close` builds the automaton."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._automaton: AhoCorasick | None = None

    def number(self, literal: str) -> int:
        """The number of a literal, which must not be empty and is already folded."""
        return self._numbers.setdefault(literal, len(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    def close(self) -> None:
        """No more literals come."""
        if self._numbers:
            self._automaton = AhoCorasick([*self._numbers], implementation=Implementation.ContiguousNFA)

    def scan(self, transcript: Transcript) -> Heard:
        """What is in the transcript. Literals hold no line break, so none is found across two turns."""
        starts: list[int] = []
        position = 0
        texts = [turn.folded for turn in transcript.turns]
        for text in texts:
            starts.append(position)
            position += len(text) + 1
        found: dict[int, list[int]] = {}
        if self._automaton is not None:
            for literal, start, _ in self._automaton.find_matches_as_indexes("\n".join(texts), overlapping=True):
                if literal in found:
                    found[literal].append(start)
                else:
                    found[literal] = [start]
        return Heard(transcript, starts, found)
