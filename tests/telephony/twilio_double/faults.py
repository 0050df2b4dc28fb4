"""How the double fails, each with its own share of cases. Chance comes from a seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.telephony.twilio_double.double import Double

KINDS = (
    "twice",  # a webhook comes twice
    "answer lost",  # our answer to a webhook is lost, and it is sent again
    "status lost",  # a status callback never comes
    "late",  # a status callback comes seconds later, so out of order
    "request lost",  # a REST request is lost before it is done: no answer
    "reply lost",  # a REST request is done, its reply is lost
    "done late",  # a REST request gets no answer and is done seconds later
    "too fast",  # 429
    "failed",  # 500 before anything is done
)


class Faults:
    """``share`` of each kind, 0 to 1."""

    def __init__(self, seed: int = 1) -> None:
        self.share: dict[str, float] = dict.fromkeys(KINDS, 0.0)
        self.struck: dict[str, int] = dict.fromkeys(KINDS, 0)
        self._chance = random.Random(seed)

    def all(self, share: float) -> None:
        self.share = dict.fromkeys(KINDS, share)

    def strikes(self, kind: str) -> bool:
        if self.share[kind] and self._chance.random() < self.share[kind]:
            self.struck[kind] += 1
            return True
        return False

    async def status_is_lost(self, double: Double) -> bool:
        if self.strikes("status lost"):
            return True
        if self.strikes("late"):
            await double.pause(self._chance.randrange(500, 8_000))
        return False

    def delay_ms(self) -> int:
        return self._chance.randrange(500, 6_000)
