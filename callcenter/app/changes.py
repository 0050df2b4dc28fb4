"""Who must look again: tells subscribers that something about an agent, or anything at all, changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from callcenter.core.center import Center
from callcenter.domain.journal import JournalEntry

EVERYBODY = ""


class Changes:
    """Wakes subscribers by agent. Bursts are joined: a subscriber who is busy is woken once. O(1) a change."""

    def __init__(self) -> None:
        self._subscribers: dict[str, set[asyncio.Event]] = {}

    def tell(self, agents: Iterable[str]) -> None:
        """Something about these agents changed."""
        for agent in (*agents, EVERYBODY):
            for wake in self._subscribers.get(agent, ()):
                wake.set()

    async def of(self, agent: str | None) -> AsyncIterator[None]:
        """Yields at once and then after each change."""
        wake = asyncio.Event()
        wake.set()
        key = EVERYBODY if agent is None else agent
        self._subscribers.setdefault(key, set()).add(wake)
        try:
            while True:
                await wake.wait()
                wake.clear()
                yield
        finally:
            self._subscribers[key].discard(wake)


def concerned(center: Center, entry: JournalEntry) -> set[str]:
    """The agents whose page may look different after an entry."""
    agents = {agent for thing in (entry.event, *entry.effects) if (agent := getattr(thing, "agent", ""))}
    for contact in entry.contacts:
        found = center.state.contacts.get(contact)
        if found is not None:
            agents.update((found.agent, found.offered_agent, *found.supervisors, *found.wrapping_up))
            agents.add(found.consult.agent if found.consult is not None else "")
    agents.discard("")
    return agents
