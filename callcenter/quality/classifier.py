"""A small trained classifier of sentences: logistic regression on character n-grams, for what no word list decides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from msgspec import Struct


class Classifier(Struct, frozen=True):
    """``weights`` by n-gram (2 to 4 characters of the folded sentence, each counted once, scaled by length)."""

    name: str
    bias: float
    weights: Mapping[str, float]

    def probability(self, sentence: str) -> float:
        """How likely the folded sentence is what the classifier looks for."""
        grams = ngrams(sentence)
        if not grams:
            return 0.0
        score = sum(self.weights.get(gram, 0.0) for gram in grams) / math.sqrt(len(grams))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score + self.bias))))


def ngrams(sentence: str) -> frozenset[str]:
    """The n-grams of a folded sentence; its beginning and end count as a space."""
    text = f" {' '.join(_words(sentence))} "
    return (
        frozenset(text[at : at + size] for size in (2, 3, 4) for at in range(len(text) - size + 1))
        if text.strip()
        else frozenset()
    )


def _words(sentence: str) -> Iterable[str]:
    return "".join(char if char.isalnum() or char == "'" else " " for char in sentence).split()
