"""What the contract needs of a world: a telephony port, callers, telephones, and a record of the events."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any, TypeVar

from callcenter.domain.contact import LegEndCause, Prompt
from callcenter.domain.effects import TelephonyCommand
from callcenter.domain.events import CallArrived, Event
from callcenter.domain.ports import Telephony
from callcenter.telephony.limits import Limit

E = TypeVar("E", bound=Event)
PATIENCE_S = 10.0
OUTSIDE = "number:13912345678"
"""A telephone that is reached through the trunk."""


class Vault:
    """Fills ``SecretVault``."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def put(self, contact: str, digits: str) -> str:
        self.kept[f"{contact}/{len(self.kept)}"] = digits
        return next(reversed(self.kept))

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def forget(self, contact: str) -> None:
        self.kept = {key: digits for key, digits in self.kept.items() if not key.startswith(contact)}


class Events:
    """Every event in order; ``next`` takes the first fitting one that was not taken yet."""

    def __init__(self) -> None:
        self.all: list[Event] = []
        self._left: list[Event] = []
        self._came = asyncio.Event()

    def sink(self, event: Event) -> None:
        self.all.append(event)
        self._left.append(event)
        self._came.set()

    async def next(self, kind: type[E], **wanted: Any) -> E:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    for event in self._left:
                        if isinstance(event, kind) and all(getattr(event, k) == v for k, v in wanted.items()):
                            self._left.remove(event)
                            return event
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            raise AssertionError(f"no {kind.__name__} {wanted}; there was {self.all}") from None

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.all if isinstance(event, kind)]


class Party(ABC):
    """Someone with a telephone; the waiting methods fail when it does not come."""

    @abstractmethod
    def press(self, keys: str) -> None: ...
    @abstractmethod
    def hang_up(self) -> None: ...
    @abstractmethod
    def answer(self) -> None: ...
    @abstractmethod
    async def is_answered(self) -> None: ...
    @abstractmethod
    async def is_ended(self) -> LegEndCause:
        """Wait for the end; what this side was told."""

    @abstractmethod
    async def hears_prompt(self, prompt: Prompt) -> None: ...
    @abstractmethod
    async def hears_no_prompt(self, prompt: Prompt) -> None: ...
    @abstractmethod
    async def hears_music(self) -> None: ...
    @abstractmethod
    async def hears_ringback(self) -> None: ...
    @abstractmethod
    async def hears_no_ringback(self) -> None: ...
    @abstractmethod
    async def hears(self, other: Party) -> None: ...
    @abstractmethod
    async def hears_no_more(self, other: Party) -> None: ...
    @abstractmethod
    async def got_keys(self, keys: str) -> None: ...


class World(ABC):
    """One telephony port with people around it."""

    telephony: Telephony
    vault: Vault
    events: Events

    @property
    def limits(self) -> frozenset[Limit]:
        """What this carrier says it cannot do."""
        return getattr(self.telephony, "limits", frozenset())

    async def do(self, command: type[TelephonyCommand], **fields: Any) -> None:
        await self.telephony.execute(command(**{"contact": "contact-1", **fields}))

    @abstractmethod
    async def ring(self, dialled: str = "95588") -> tuple[Party, CallArrived]:
        """A customer calls."""

    @abstractmethod
    def habit(
        self, endpoint: str, *, picks_up: bool = True, refuses: LegEndCause | None = None, machine: bool | None = None
    ) -> None:
        """How a telephone behaves from now on. ``machine``: one answers that talks on, or a person who is silent."""

    @abstractmethod
    async def rung(self, endpoint: str) -> Party:
        """The call that reaches this telephone."""

    @abstractmethod
    def loudness_of(self, recording: str, party: Party) -> tuple[float, float]:
        """How much of a party's voice is on the left and right side of a recording, 0 to 1."""

    @abstractmethod
    async def talk_for(self, ms: int) -> None:
        """Let time go by, with everybody speaking."""

    @abstractmethod
    async def restart_us(self) -> None:
        """Our process ends and a new one starts; the exchange goes on."""

    @abstractmethod
    async def crash(self) -> None:
        """The exchange dies."""

    @abstractmethod
    async def revive(self) -> None:
        """The exchange is back."""
