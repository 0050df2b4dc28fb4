"""The port of the assistant's understanding: one sentence in, what was meant out."""

from __future__ import annotations

from typing import Protocol

from callcenter.domain.understanding import Understanding


class Understands(Protocol):
    """Understands sentences of customers. It knows no conversation: what follows from a sentence is the flow's."""

    async def understand(self, text: str, now_ms: int, contact: str = "") -> Understanding:
        """What ``text`` means; dates in it count from ``now_ms``. A sentence that means nothing known is no error.

        ``contact``: whose sentence it is, for an assistant that tries a model on some contacts; it remembers none.

        Answers within a time of its own. Raises ``ProviderError`` when it cannot: no model yet, broken, too slow.
        """
        ...
