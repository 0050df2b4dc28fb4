"""An entity found in a sentence."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Entity(Struct, frozen=True):
    """``text`` is how it was said, at ``start`` to ``end``; ``value`` what it stands for.

    Values: ``amount`` a decimal number (``3500``, ``12.5``); ``date`` ISO 8601, shortened where only a month, week or
    year was named (``2026-11-29``, ``2026-11``, ``2026-W48``, ``2026-11-29T15:00``); ``period`` an ISO 8601 duration
    (``P12M``); ``phone`` and ``card_tail`` digits; others the synonym's value, else the text.
    ``extractor``: which part found it: ``pattern``, ``lookup``, ``learnt`` or ``built_in``.
    """

    entity: str
    value: str
    text: str
    start: int
    end: int
    extractor: str
    role: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As Rasa writes entities, with ``text`` added."""
        said = {"entity": self.entity, "value": self.value, "text": self.text, "start": self.start, "end": self.end}
        return {**said, "extractor": self.extractor, **({"role": self.role} if self.role else {})}
