"""What visitors type, made fit to be kept: no control characters, no tricks of direction, not too long."""

from __future__ import annotations

import unicodedata

from callcenter.domain.chat import MAX_TEXT
from callcenter.domain.errors import Rejected

MAX_NAME = 120
_KEPT = "\n\t"
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They can make a text read otherwise than it is written (CVE-2021-42574)."""


def clean(text: str, most: int = MAX_TEXT) -> str:
    """The text without control characters and spaces at its ends; line ends are ``\\n``.

    Raises ``Rejected``: ``text_empty``, ``text_too_long`` (counted in characters, after cleaning).
    """
    if len(text) > 4 * most:
        raise Rejected("text_too_long", str(most))
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in kept if c in _KEPT or not _is_control(c)).strip()
    if not kept:
        raise Rejected("text_empty")
    if len(kept) > most:
        raise Rejected("text_too_long", str(most))
    return kept


def clean_line(text: str, most: int = MAX_NAME) -> str:
    """A short text in one line, cut where it is too long; may be empty."""
    return " ".join("".join(" " if c in _KEPT or _is_control(c) else c for c in text[: 4 * most]).split())[:most]


def _is_control(character: str) -> bool:
    return character in _DIRECTION or unicodedata.category(character) in ("Cc", "Cs")
