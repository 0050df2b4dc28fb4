"""What the web needs of whoever works out what would have been."""

from __future__ import annotations

from typing import Protocol

from callcenter.domain.what_if import Job, Question


class WhatIf(Protocol):
    """One question at a time for each person; the last answer is kept for a while."""

    async def ask(self, owner: str, question: Question) -> Job:
        """Begin to work it out; returns at once. Refused: ``what_if_running``, ``what_if_busy``."""
        ...

    def job(self, owner: str) -> Job | None:
        """The owner's last question, while it is kept."""
        ...

    async def cancel(self, owner: str) -> None:
        """Stop working it out; nothing when nothing is."""
        ...
