"""What every assistant reads from a sentence in the same way: its language, and which of two values was denied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # readers of entities are loaded once there is something to read
    from callcenter.bot.entities import Entity

SURELY_OUT = 0.7
"""From this confidence on a refused sentence is about something else; below it was not understood (babble gets 0.6)."""
_NOT_BEFORE = re.compile(
    r"(不是|并非|不对是|\bnot\b|isn't|wasn't)\s*(the\s+)?(尾号|ending\s+(in\s+)?)?$", re.IGNORECASE
)
_CHINESE = re.compile(r"[㐀-鿿]")
_ENGLISH = re.compile(r"[A-Za-z']{2,}[^A-Za-z']+[A-Za-z']{2,}")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it; nothing else can be understood, and no model need be asked."""
    return _LETTER_OR_DIGIT.search(text) is not None


def wanted(text: str, found: Sequence[Entity]) -> list[Entity]:
    """Without values that are said to be wrong, where another one of the same kind is said."""
    good = [one for one in found if not _NOT_BEFORE.search(text[: one.start])]
    return [one for one in found if one in good or all(other.entity != one.entity for other in good)]


def language_of(text: str) -> str:
    """Chinese wherever there is a Chinese character; English by two words, for ATM is said in any language."""
    if _CHINESE.search(text):
        return "zh"
    return "en" if _ENGLISH.search(text) else ""
