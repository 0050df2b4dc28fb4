"""What a flow may ask about the centre while it runs. The core answers; where nobody does, nothing is known."""

from __future__ import annotations

from typing import Protocol


class Outlook(Protocol):
    """The queues as one contact sees them at one moment."""

    def told_wait_ms(self, queue: str) -> int | None:
        """How long the contact would probably wait in ``queue``, with the wait it has behind it.

        None: unknown, or not sure enough to be told.
        """

    def to_be_called(self, queue: str, number: str) -> bool:
        """Whether ``number`` is to be called back from ``queue`` already."""

    def hears(self) -> bool:
        """Whether a caller's speech is heard now."""


class Nothing:
    """Fills :class:`Outlook` where there are no queues."""

    def told_wait_ms(self, queue: str) -> int | None:
        """Unknown."""
        return None

    def to_be_called(self, queue: str, number: str) -> bool:
        """Nobody is."""
        return False

    def hears(self) -> bool:
        """Nobody listens."""
        return False


NO_OUTLOOK: Outlook = Nothing()
"""For tests of flows, and for tools."""
