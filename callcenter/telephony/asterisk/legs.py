"""What the adapter remembers of each leg while it lives, and that it lived."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from callcenter.telephony.digits import DigitCollector

_REMEMBERED_DEAD = 5_000


@dataclass(slots=True)
class Leg:
    """One leg. ``gives_up_at`` is the loop time at which an unanswered dialling ends, 0 for arriving calls.

    ``detects``: it is, or will be, listened to whether a machine answered, before it counts as answered.
    ``met`` are the channels it was put together with, its own among them.
    """

    id: str
    channel: str
    originated: bool = False
    answered: bool = False
    detects: bool = False
    listening: bool = False
    gives_up_at: float = 0.0
    hangup_cause: int = 16
    music: bool = False
    ringback: bool = False
    playing: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    collector: DigitCollector = field(default_factory=DigitCollector)
    timer: asyncio.TimerHandle | None = None


class Legs:
    """The living legs by channel id, and the last ones that ended."""

    def __init__(self) -> None:
        self._living: dict[str, Leg] = {}
        self._dead: OrderedDict[str, None] = OrderedDict()

    def __iter__(self) -> Iterator[Leg]:
        return iter(tuple(self._living.values()))

    def get(self, channel: str) -> Leg | None:
        """The living leg on this channel."""
        return self._living.get(channel)

    def add(self, leg: Leg) -> Leg:
        """Remember a living leg."""
        self._living[leg.channel] = leg
        return leg

    def known(self, channel: str) -> bool:
        """Whether the leg lives or lived a moment ago."""
        return channel in self._living or channel in self._dead

    def bury(self, channel: str) -> Leg | None:
        """The leg ended; returns it the first time only."""
        leg = self._living.pop(channel, None)
        if leg is None:
            return None
        if leg.timer is not None:
            leg.timer.cancel()
        self._dead[channel] = None
        if len(self._dead) > _REMEMBERED_DEAD:
            self._dead.popitem(last=False)
        return leg

    def forget(self, channel: str) -> None:
        """As if the leg had never been: its command may be tried again."""
        leg = self._living.pop(channel, None)
        if leg is not None and leg.timer is not None:
            leg.timer.cancel()
