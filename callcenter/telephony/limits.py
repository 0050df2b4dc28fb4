"""What a carrier cannot do, told by its adapter: nobody waits for it, and the contract tests what happens instead."""

from __future__ import annotations

from enum import StrEnum


class Limit(StrEnum):
    """One thing that is not to be had."""

    REFUSAL_BUSY_OR_REJECTED = (
        "refusal_busy_or_rejected"  # an unanswered caller is told one of these two, nothing finer
    )
    NO_KEYS_IN_TALK = "no_keys_in_talk"  # keys pressed while legs hear each other are not told
    NO_MEDIA_TAP = "no_media_tap"  # nobody can listen to the sound of a leg while it goes on
