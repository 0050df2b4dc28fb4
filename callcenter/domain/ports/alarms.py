"""What must be kept about alarms that other systems are told of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from callcenter.domain.deliveries import Delivery


class Deliveries(Protocol):
    """Deliveries to webhooks. Each beginning and each end of an alarm is kept once for each webhook."""

    async def add(self, delivery: Delivery) -> bool:
        """Keep it; False when this beginning or end was to be told before."""
        ...

    async def open(self) -> Sequence[Delivery]:
        """Those not done, oldest first."""
        ...

    async def unended(self) -> Sequence[Delivery]:
        """Beginnings, done or not, whose end is not to be told yet; oldest first."""
        ...

    async def tried(self, delivery: str, tries: int, due_ms: int) -> None:
        """It failed, and is tried again."""
        ...

    async def done(self, delivery: Delivery) -> None:
        """It was taken, or given up. With the end of an alarm all that was told of it is forgotten."""
        ...
