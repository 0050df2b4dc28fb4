"""From counted pieces to numbers: TF-IDF with sublinear counts, each block of length one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callcenter.bot.embedded.tokens import BLOCKS, Counts

Floats = NDArray[np.float32]
Vector = tuple[NDArray[np.int32], Floats]
"""Columns and their values; every other column is zero."""


@dataclass(frozen=True)
class Known:
    """How much of a sentence training has seen: 1 all of it, 0 nothing; by the weight of its pieces."""

    words: float
    characters: float


class Vocabulary:
    """Which piece is which column, and its weight: ``ln((1 + n) / (1 + df)) + 1`` for ``df`` of ``n`` sentences.

    The formula is scikit-learn's smooth idf. Columns are in the order of blocks and sorted pieces, so the same
    sentences always give the same numbers.
    """

    def __init__(self, columns: dict[str, dict[str, int]], idf: Floats, sentences: int) -> None:
        self.columns = columns
        self.idf = idf
        self.sentences = sentences
        self._unseen = float(np.log(1 + sentences) + 1)

    @classmethod
    def learn(cls, documents: Sequence[dict[str, Counts]]) -> Vocabulary:
        """The vocabulary of the counted sentences."""
        columns: dict[str, dict[str, int]] = {}
        weights: list[float] = []
        for block, (_, least) in BLOCKS.items():
            seen: Counter[str] = Counter()
            for document in documents:
                seen.update(document[block].keys())
            kept = sorted(piece for piece, times in seen.items() if times >= least)
            columns[block] = {piece: len(weights) + at for at, piece in enumerate(kept)}
            weights += [np.log((1 + len(documents)) / (1 + seen[piece])) + 1 for piece in kept]
        return cls(columns, np.array(weights, dtype=np.float32), len(documents))

    def vector(self, document: dict[str, Counts]) -> Vector:
        """The numbers of a counted sentence."""
        all_columns, all_values = [], []
        for block, columns in self.columns.items():
            found = [(columns[piece], times) for piece, times in document[block].items() if piece in columns]
            if not found:
                continue
            at, counts = np.array(found, dtype=np.int32).T
            values = (1 + np.log(counts)) * self.idf[at]
            all_columns.append(at)
            all_values.append((values / np.linalg.norm(values)).astype(np.float32))
        if not all_columns:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        return np.concatenate(all_columns), np.concatenate(all_values)

    def known(self, document: dict[str, Counts]) -> Known:
        """How much of a counted sentence is known."""
        return Known(self._share(document["words"], "words"), self._share(document["characters"], "characters"))

    def _share(self, counts: Counts, block: str) -> float:
        columns = self.columns[block]
        seen = unseen = 0.0
        for piece in counts:
            if " " in piece and block == "words":
                continue  # single words alone: new neighbours of known words are no news
            column = columns.get(piece)
            if column is None:
                unseen += self._unseen
            elif piece not in "<>":
                seen += float(self.idf[column])
        return seen / (seen + unseen) if seen + unseen else 0.0
