"""Words as they are looked for, in every writing: pieces of a search, and where they stand in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
RUN = re.compile(rf"([{_UNSPACED}]+)|([^\W_{_UNSPACED}]+)")
"""A run of writing without spaces (Han, Kana, Thai ...), or a word."""


class Wanted(NamedTuple):
    """A piece of a search: ``text`` must stand in what is searched; at the beginning of a word where ``prefix``."""

    text: str
    prefix: bool


def folded(text: str) -> str:
    """Text as it is compared: without regard to width and case."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def wanted(text: str) -> list[Wanted]:
    """What somebody looks for, piece by piece; all of them must be found. Signs count only where they stand alone."""
    pieces = [Wanted(unspaced or word, bool(word)) for unspaced, word in RUN.findall(folded(text))]
    return list(dict.fromkeys(pieces)) or ([Wanted(folded(text), False)] if folded(text) else [])


def spans(text: str, pieces: Iterable[Wanted]) -> list[tuple[int, int]]:
    """Where any of the pieces stands in ``text``: places ``[start, end)`` in order, none overlapping."""
    compared, origin = _with_origin(text)
    found: list[tuple[int, int]] = []
    for piece in pieces:
        at = compared.find(piece.text)
        while at >= 0 and piece.text:
            if not piece.prefix or _begins_word(compared, at):
                found.append((origin[at], origin[at + len(piece.text) - 1] + 1))
            at = compared.find(piece.text, at + 1)
    return _merged(sorted(found))


def stands_in(texts: Iterable[str], piece: Wanted) -> bool:
    """Whether the piece stands in one of these texts."""
    return any(piece.text in folded(text) and spans(text, (piece,)) for text in texts)


def _with_origin(text: str) -> tuple[str, Sequence[int]]:
    """The text as it is compared, and from which of its characters each one came."""
    letters: list[str] = []
    origin: list[int] = []
    for place, letter in enumerate(text):
        compared = unicodedata.normalize("NFKC", letter).casefold()
        letters.append(compared)
        origin += [place] * len(compared)
    return "".join(letters), origin


def _begins_word(compared: str, at: int) -> bool:
    before = compared[at - 1 : at]
    return not RUN.fullmatch(before) or RUN.fullmatch(before + compared[at]) is None


def _merged(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
