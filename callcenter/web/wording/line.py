"""One sentence of a story."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence. ``mark`` picks shape and colour: flow, wait, offer, talk, hold, note, trouble, end."""

    mark: str
    text: str
    because: str = ""
