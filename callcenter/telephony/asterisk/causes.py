"""Hang-up causes (ITU-T Q.850, as Asterisk uses them) and our words for them."""

from __future__ import annotations

from callcenter.domain.contact import LegEndCause

_WORDS = {
    16: LegEndCause.NORMAL,
    17: LegEndCause.BUSY,
    18: LegEndCause.NO_ANSWER,
    19: LegEndCause.NO_ANSWER,
    21: LegEndCause.REJECTED,
    1: LegEndCause.UNREACHABLE,
    2: LegEndCause.UNREACHABLE,
    3: LegEndCause.UNREACHABLE,
    20: LegEndCause.UNREACHABLE,
    22: LegEndCause.UNREACHABLE,
    27: LegEndCause.UNREACHABLE,
    28: LegEndCause.UNREACHABLE,
    102: LegEndCause.NO_ANSWER,
}

REASON_CODES = {
    LegEndCause.NORMAL: 16,
    LegEndCause.BUSY: 17,
    LegEndCause.NO_ANSWER: 19,
    LegEndCause.REJECTED: 21,
    LegEndCause.UNREACHABLE: 1,
    LegEndCause.FAILED: 38,
    LegEndCause.LOST: 34,
}
"""What the far side is told: 16 → BYE (603 before answer), 17 → 486, 19 → 480, 21 → 403, 1 → 404, 38 → 500,
34 → 503."""


def word_for(cause: int, *, answered: bool) -> LegEndCause:
    """Our word. After the answer every end is normal except a failure of the network."""
    if answered:
        return LegEndCause.FAILED if cause in (38, 41, 44) else LegEndCause.NORMAL
    return _WORDS.get(cause, LegEndCause.FAILED)
