"""Puts recognised words together again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from callcenter.domain.speech import Word

_BETWEEN_HAN = re.compile(
    r"(?<=[\u3400-\u9fff\uff00-\uffef\u3000-\u303f])\s+(?=[\u3400-\u9fff\uff00-\uffef\u3000-\u303f])"
)


def tidy(text: str) -> str:
    """Without spaces at the ends and between Chinese characters, which recognisers put where words part."""
    return _BETWEEN_HAN.sub("", " ".join(text.split()))


def mean_confidence(words: Sequence[Word]) -> float:
    """The mean of the words' confidence; 0 without words."""
    return sum(word.confidence for word in words) / len(words) if words else 0.0
