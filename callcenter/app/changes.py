"""Who must look again: tells subscribers that something about an agent, or anything at all, changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice

from callcenter.core.center import Center
from callcenter.core.state import Contact
from callcenter.domain.events import CenterConfigured, Event, FlowsPublished, TelephonyLost, TelephonyRestored
from callcenter.domain.journal import JournalEntry

ANYTHING = ""
SLICE = 50
SLICE_EVERY_S = 0.01

FOR_EVERYBODY: tuple[type[Event], ...] = (CenterConfigured, FlowsPublished, TelephonyLost, TelephonyRestored)
"""What every agent's page shows: names, forms, whether the telephone system is up."""


class Changes:
    """Wakes subscribers by agent. Bursts are joined: a subscriber who is busy is woken once.

    A change costs what the subscribers it concerns cost. One that concerns everybody goes round in slices, so that
    thousands of pages drawn anew do not hold up the calls.
    """

    def __init__(self) -> None:
        self._subscribers: dict[str, set[asyncio.Event]] = {}

    def tell(self, agents: Iterable[str] | None) -> None:
        """Something about these agents changed; None: something that everybody's page shows."""
        for agent in (*(agents or ()), ANYTHING):
            for wake in self._subscribers.get(agent, ()):
                wake.set()
        if agents is None:
            rest = [wake for agent, wakes in self._subscribers.items() if agent != ANYTHING for wake in wakes]
            _tell_slice(iter(rest))

    async def of(self, agent: str | None) -> AsyncIterator[None]:
        """Yields at once and then after each change."""
        wake = asyncio.Event()
        wake.set()
        key = ANYTHING if agent is None else agent
        self._subscribers.setdefault(key, set()).add(wake)
        try:
            while True:
                await wake.wait()
                wake.clear()
                yield
        finally:
            wakes = self._subscribers[key]
            wakes.discard(wake)
            if not wakes:
                del self._subscribers[key]

    def __len__(self) -> int:
        return sum(map(len, self._subscribers.values()))


def _tell_slice(rest: Iterator[asyncio.Event]) -> None:
    some = list(islice(rest, SLICE))
    for wake in some:
        wake.set()
    if some:
        asyncio.get_running_loop().call_later(SLICE_EVERY_S, _tell_slice, rest)


def concerned(center: Center, entry: JournalEntry) -> set[str] | None:
    """The agents whose page may look different after an entry; None for everybody's."""
    if isinstance(entry.event, FOR_EVERYBODY):
        return None
    agents: set[str] = set()
    for thing in (entry.event, *entry.effects):
        agents.add(getattr(thing, "agent", ""))
        agents.add(getattr(thing, "supervisor", ""))
        agents.update(getattr(thing, "agents", ()))
    for contact in entry.contacts:
        found = center.state.contacts.get(contact)
        if found is not None:
            agents |= agents_of(found)
    agents.discard("")
    return agents


def agents_of(contact: Contact) -> set[str]:
    """Whose pages show a contact."""
    shown_to = {contact.agent, contact.offered_agent, *contact.supervisors, *contact.wrapping_up}
    shown_to.add(contact.consult.agent if contact.consult is not None else "")
    return shown_to - {""}
