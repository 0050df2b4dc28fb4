"""The free agents of a class, in the order in which they are asked.

A sorted list that is read from the front. With the usual policies a newly free agent belongs at the end, so that
putting one in costs a comparison; elsewhere a search and the moving of pointers. Entries are deleted lazily: one counts
only while its agent is still listed under its number, and a row in which dead entries outnumber the live ones is made
anew. What is read never depends on how many dead entries there are.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callcenter.routing.agent_slot import AgentSlot
    from callcenter.routing.work_class import Waiter

IdleEntry = tuple[int, int, int, "AgentSlot"]
"""Rank, the policy's number, the number under which the agent is listed, and the agent."""
SLACK = 32


class IdleRow:
    """Free agents, next first."""

    __slots__ = ("entries", "start")

    def __init__(self) -> None:
        self.entries: list[IdleEntry] = []
        self.start = 0
        """Where the row begins; what is before has gone."""

    def insert(self, entry: IdleEntry, most: int) -> None:
        """Put an agent in at their place; dead entries go when the row is longer than ``most``."""
        if len(self.entries) > most:
            self.entries, self.start = list(self), 0
        insort(self.entries, entry, self.start)

    def __iter__(self) -> Iterator[IdleEntry]:
        """The live entries in order."""
        entries = self.entries
        for index in range(self.start, len(entries)):
            entry = entries[index]
            if entry[2] == entry[3].idle_seq:
                yield entry

    def front(self, count: int, waiter: Waiter) -> list[AgentSlot]:
        """The first ``count`` free agents who may be offered ``waiter``; dead entries on the way are passed once."""
        entries, anybody = self.entries, not (waiter.barred or waiter.excluded)
        found: list[AgentSlot] = []
        live: list[IdleEntry] = []
        index = start = self.start
        for index in range(start, len(entries)):
            entry = entries[index]
            if entry[2] != entry[3].idle_seq:
                continue
            live.append(entry)
            if anybody or waiter.allows(entry[3].id):
                found.append(entry[3])
                if len(found) == count:
                    break
        else:
            index = len(entries) - 1
        passed = index + 1 - start
        if passed > len(live):
            self.start = start = index + 1 - len(live)
            entries[start : index + 1] = live
        return found

    def first(self, waiter: Waiter) -> AgentSlot | None:
        """The free agent asked first for ``waiter``."""
        entries, index = self.entries, self.start
        size = len(entries)
        while index < size:
            entry = entries[index]
            slot = entry[3]
            if entry[2] == slot.idle_seq:
                self.start = index
                if not (waiter.barred or waiter.excluded) or waiter.allows(slot.id):
                    return slot
                return next((entry[3] for entry in self if waiter.allows(entry[3].id)), None)
            index += 1
        self.start = index
        return None
