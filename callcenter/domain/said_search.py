"""What somebody looks for in what was said, and what is found. Times in ms since 1970 unless said otherwise."""

from __future__ import annotations

from msgspec import Struct

from callcenter.domain.records import ContactRecord


class SaidQuery(Struct, frozen=True):
    """Words that were said in one contact, all of them, newest contacts first; what is left empty does not count."""

    words: str
    queue: str = ""
    agent: str = ""
    from_ms: int | None = None
    to_ms: int | None = None
    score_from: float | None = None
    score_to: float | None = None
    """The automatic score that counts lies between these two, both included."""
    limit: int = 20
    before: int | None = None
    """Where the page before ended (``SaidPage.before``)."""


class SaidTurn(Struct, frozen=True):
    """A turn in which something looked for stands: the ``number``-th of recording ``source``, ``start_ms`` into it."""

    source: str
    number: int
    start_ms: int
    speaker: str
    text: str


class SaidHit(Struct, frozen=True):
    """A contact in which all of it was said; of its turns the first few that say something of it."""

    contact: ContactRecord
    score: float | None
    turns: tuple[SaidTurn, ...]


class SaidPage(Struct, frozen=True):
    """What was found. ``before``: where to go on, None: that was all. ``paused``: it took too long to look further."""

    hits: tuple[SaidHit, ...] = ()
    before: int | None = None
    paused: bool = False
