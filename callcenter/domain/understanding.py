"""What an assistant makes of a customer's sentence. The words of understanding, whoever does it."""

from __future__ import annotations

from msgspec import Struct

NOT_UNDERSTOOD = "nlu_fallback"
"""The intent of a sentence that was not understood; Rasa's word for it."""
OUT_OF_SCOPE = "out_of_scope"
"""The intent of a sentence that is understood to be about something else."""


class Entity(Struct, frozen=True):
    """Something named in a sentence: ``value`` in its usual form (``3500``, ``2026-12-04``), ``text`` as said."""

    entity: str
    value: str
    text: str = ""


class Understanding(Struct, frozen=True):
    """What was understood. ``confidence`` is 0 to 1; ``language`` that of the sentence, empty where it can't be told.

    ``entities`` in the order in which they were said; a value that was said only to be denied is not among them.
    """

    intent: str
    confidence: float = 1.0
    entities: tuple[Entity, ...] = ()
    language: str = ""
    guess: str = ""
    """The likeliest intent that is in scope, also where the sentence was refused; empty: not told."""
    model: str = ""
    """Which version of which model understood it; empty: not told."""
