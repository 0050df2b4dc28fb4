"""The ports of knowledge: a question in, the published articles that fit it out, best first; and what found none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from callcenter.domain.knowledge import Found, Miss


class Knowledge(Protocol):
    """Searches published articles; a draft, or one that is not valid today, is never found."""

    async def search(self, text: str, channel: str = "", most: int = 8) -> list[Found]:
        """What fits ``text`` at all, in contacts of ``channel`` (empty: any), best first."""
        ...

    async def answer(self, text: str, channel: str) -> Found | None:
        """The one article that the assistant may answer with; None where none fits surely, or two fit alike."""
        ...


class KnowledgeMisses(Protocol):
    """Remembers what was asked and found no article, by wording. Personal data must be masked before it comes here."""

    async def note(self, text: str, by_agent: bool, now_ms: int) -> None:
        """Count it; of very many wordings those not asked for longest are forgotten."""
        ...

    async def listed(self, most: int = 200) -> Sequence[Miss]:
        """The most asked first, of those the newest."""
        ...

    async def get(self, miss: int) -> Miss | None:
        """One of them; None when it is not there."""
        ...

    async def drop(self, miss: int) -> bool:
        """Forget it; False when it is not there."""
        ...
