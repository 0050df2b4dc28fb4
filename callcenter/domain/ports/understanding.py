"""The port of the assistant's understanding: one sentence in, what was meant out."""

from __future__ import annotations

from typing import Protocol

from callcenter.domain.understanding import Understanding


class Understands(Protocol):
    """Understands sentences of customers. It knows no conversation: what follows from a sentence is the flow's."""

    async def understand(self, text: str, now_ms: int) -> Understanding:
        """What ``text`` means; dates in it count from ``now_ms``. A sentence that means nothing known is no error.

        Answers within a time of its own. Raises ``ProviderError`` when it cannot: no model yet, broken, too slow.
        """
        ...
