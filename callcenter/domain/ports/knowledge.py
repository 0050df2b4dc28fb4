"""The port of knowledge: a question in, the published articles that fit it out, best first."""

from __future__ import annotations

from typing import Protocol

from callcenter.domain.knowledge import Found


class Knowledge(Protocol):
    """Searches published articles; a draft, or one that is not valid today, is never found."""

    async def search(self, text: str, channel: str = "", most: int = 8) -> list[Found]:
        """What fits ``text`` at all, in contacts of ``channel`` (empty: any), best first."""
        ...

    async def answer(self, text: str, channel: str) -> Found | None:
        """The one article that the assistant may answer with; None where none fits surely, or two fit alike."""
        ...
