"""Where the journal lives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from callcenter.domain.journal import JournalEntry


class JournalStore(Protocol):
    """Where the journal lives. One writer."""

    async def append(self, entries: Sequence[JournalEntry], done_seq: int) -> None:
        """Write entries, their projections and the outbox mark in one transaction.

        ``done_seq``: the effects of all entries up to it have been carried out.
        """
        ...

    def read(self, from_seq: int = 1) -> AsyncIterator[JournalEntry]:
        """Entries in order, from ``from_seq`` on."""
        ...

    async def last_seq(self) -> int:
        """The highest ``seq``, 0 when empty."""
        ...

    async def done_seq(self) -> int:
        """The outbox mark last written."""
        ...

    async def save_snapshot(self, seq: int, state: bytes) -> None:
        """Keep the core's state as of ``seq``; older ones beyond the last two may go."""
        ...

    async def latest_snapshot(self) -> tuple[int, bytes] | None:
        """The newest snapshot and its ``seq``."""
        ...
