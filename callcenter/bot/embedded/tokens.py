"""A sentence as counted pieces: words and their neighbours, characters, pairs of words. Chinese, English, mixed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib import import_module

MAX_CHARACTERS = 1000
"""What stands beyond is not looked at: cost stays bounded, and nobody's wish begins there."""
_MAX_PAIRED = 40
"""Pairs grow with the square of the words; only so many first words are paired."""

_RUN = re.compile(r"(?P<han>[\u3400-\u9fff\U00020000-\U0003134f]+)|(?P<word>[^\W_]+(?:'[^\W_]+)?)|(?P<mark>[?!])")
_DIGIT = re.compile(r"\d")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f]")

Counts = Counter[str]


def normal(text: str) -> str:
    """The sentence in one form: full-width and case folded, apostrophes alike, digits as shapes, not too long."""
    folded = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).casefold().replace("’", "'")
    return _DIGIT.sub("0", folded)


def words_of(text: str) -> list[str]:
    """The words of a sentence in :func:`normal` form; Chinese is cut by jieba, a question mark is a word."""
    words: list[str] = []
    for run in _RUN.finditer(text):
        words += _cutter()(run["han"]) if run["han"] else [run.group()]
    return words


@cache
def _cutter() -> Callable[[str], list[str]]:
    """Jieba's. Loading it takes a quarter of a second, which is left to the first Chinese sentence."""
    cut: Callable[[str], list[str]] = import_module("rjieba").cut
    return cut


def word_ngrams(words: list[str], most: int = 2) -> Counts:
    """Runs of one to ``most`` words, with marks for beginning and end."""
    marked = ["<", *words, ">"]
    return Counter(
        " ".join(marked[at : at + size]) for size in range(1, most + 1) for at in range(len(marked) - size + 1)
    )


def char_ngrams(words: list[str], least: int = 2, most: int = 4) -> Counts:
    """Runs of characters: inside each word with blanks around it for letters, across words for Chinese."""
    found: Counts = Counter()
    han = ""
    for word in [*words, ""]:
        if word and _HAN.match(word):
            han += word
            continue
        if han:
            found.update(han)
            found.update(_runs(han, least, most))
            han = ""
        if word:
            found.update(_runs(f" {word} ", least, most))
    return found


def _runs(text: str, least: int, most: int) -> list[str]:
    return [
        text[at : at + size] for size in range(least, min(most, len(text)) + 1) for at in range(len(text) - size + 1)
    ]


def word_pairs(words: list[str]) -> Counts:
    """Pairs of different words anywhere in the sentence, order aside: what a polynomial kernel of degree two sees."""
    kinds = sorted(set(words[:_MAX_PAIRED]))
    return Counter(f"{first} {second}" for at, first in enumerate(kinds) for second in kinds[at + 1 :])


BLOCKS: dict[str, tuple[Callable[[list[str]], Counts], int]] = {
    "words": (word_ngrams, 1),
    "characters": (char_ngrams, 1),
    "pairs": (word_pairs, 2),
}
"""Each block of features: how it is counted, and in how many training sentences a piece must stand to count."""


def count(text: str) -> dict[str, Counts]:
    """The counted pieces of a sentence by block."""
    words = words_of(normal(text))
    return {name: counted(words) for name, (counted, _) in BLOCKS.items()}
