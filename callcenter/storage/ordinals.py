"""The order of contacts as one number, and telephone numbers as they are looked for."""

from __future__ import annotations

from callcenter.domain.written_words import folded

_BITS = 20
_SPAN = 1 << _BITS
END = 4
"""How many last digits are enough to look for a number."""


def ordinal_of(started_ms: int, seq: int, place: int = 0) -> int:
    """A contact's place in time: its beginning, the journal entry (``seq``), and which one of that entry it is.

    Unlike a pair of time and id it is one column, by which the rows themselves lie. Two contacts could only share
    one if the journal wrote 65,000 entries between them in a single millisecond.
    """
    return (started_ms << _BITS) | ((seq * 16 + place) % _SPAN)


def first_ordinal(at_ms: int) -> int:
    """The lowest of the contacts that begin at ``at_ms``."""
    return at_ms << _BITS


def begun_ms(ordinal: int) -> int:
    """When the contact with this ordinal began."""
    return ordinal >> _BITS


def tail_of(number: str) -> str:
    """A number backwards, without what is only written for the eye; a web caller's name backwards as it is."""
    plain = folded(number)
    if not any(letter.isalpha() for letter in plain):
        plain = "".join(letter for letter in plain if letter.isdecimal())
    return plain[::-1]


def is_number(text: str) -> bool:
    """Whether ``text`` is a telephone number, or enough of its end, rather than words."""
    digits = sum(letter.isdecimal() for letter in text)
    return digits >= END and all(letter.isdecimal() or letter in "+-() \u00a0\uff0b" for letter in text)
