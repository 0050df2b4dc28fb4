"""The people of the simulated network: what they do with their telephones, and what they hear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callcenter.domain.contact import LegEndCause

if TYPE_CHECKING:
    from callcenter.telephony.simulated.network import SimulatedNetwork


@dataclass(frozen=True)
class Heard:
    """Something began to be heard: ``prompt:…``, ``music:…``, ``ringback:``, ``party:…`` or ``key:…``."""

    at_ms: int
    what: str


class SimulatedParty:
    """Someone with a telephone. ``name`` is their number, or an endpoint as ``agent:1001``."""

    def __init__(self, network: SimulatedNetwork, name: str) -> None:
        self.name = name
        self.leg = ""
        self.answered = False
        self.ringing = False
        self.auto_answer = False
        self.ended: LegEndCause | None = None
        self.heard: list[Heard] = []
        self._network = network
        self._changed = asyncio.Event()

    def press(self, keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self._network.pressed(self.leg, key)

    def hang_up(self) -> None:
        """End the call, or give up ringing."""
        self._network.party_left(self.leg, LegEndCause.NORMAL)

    def hears(self) -> list[str]:
        """What is heard at this moment."""
        return self._network.heard_by(self.leg)

    async def wait_heard(self, text: str) -> Heard:
        """Wait until something with ``text`` in it was heard (earlier in this call counts)."""
        await self.wait(lambda: any(text in heard.what for heard in self.heard))
        return next(heard for heard in self.heard if text in heard.what)

    async def wait_hears(self, text: str) -> None:
        """Wait until something with ``text`` in it is being heard now."""
        await self.wait(lambda: any(text in what for what in self.hears()))

    async def wait_answered(self) -> None:
        """Wait until the call is up."""
        await self.wait(lambda: self.answered)

    async def wait_ringing(self) -> None:
        """Wait until this telephone rings."""
        await self.wait(lambda: self.ringing)

    async def wait_ended(self) -> LegEndCause:
        """Wait for the end of the call and return what this side was told."""
        await self.wait(lambda: self.ended is not None)
        assert self.ended is not None
        return self.ended

    async def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something about this party makes ``condition`` true."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    def hear_keys(self, keys: str) -> None:
        """Keys were sent to this telephone."""
        self.heard += [Heard(self._network.clock.now_ms(), f"key:{key}") for key in keys]
        self.notify()

    def notify(self) -> None:
        """Something about this party changed; its waiters look again."""
        self._changed.set()

    def begin(self, leg: str) -> None:
        """A new call of this party."""
        self.leg, self.answered, self.ringing, self.ended, self.heard = leg, False, False, None, []
        self.notify()

    def end(self, cause: LegEndCause) -> None:
        """The call is over."""
        self.answered = self.ringing = False
        self.leg, self.ended = "", cause
        self.notify()


class SimulatedPhone(SimulatedParty):
    """A telephone that can be dialled. ``answer_after_ms`` None: nobody picks up unless ``answer`` is called."""

    def __init__(self, network: SimulatedNetwork, name: str) -> None:
        super().__init__(network, name)
        self.answer_after_ms: int | None = 0
        self.online = True
        self.machine = False
        self.refuses: LegEndCause | None = None

    def answer(self) -> None:
        """Pick up the ringing telephone."""
        self._network.phone_answered(self.leg)

    def reject(self) -> None:
        """Refuse the ringing call."""
        self._network.party_left(self.leg, LegEndCause.REJECTED)
