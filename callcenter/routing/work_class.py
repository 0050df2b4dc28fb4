"""Contacts that ask for the same, and the agents who can give it: one heap of each.

Both heaps delete lazily: an entry counts only while its owner still points at it, and a heap in which dead entries
outnumber the live ones is built anew. So a decision costs a comparison of heads and a logarithm.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from callcenter.domain.config import QueueConfig, SkillRequirement
from callcenter.domain.contact import Why
from callcenter.routing.estimates import WaitEstimate
from callcenter.routing.heaps import ascending
from callcenter.routing.matching import Requirements, preferred_met
from callcenter.routing.policies import AgentPolicy, agent_policy

if TYPE_CHECKING:
    from callcenter.routing.agent_slot import AgentSlot

WaitEntry = tuple[int, int, "Waiter"]
IdleEntry = tuple[int, int, int, "AgentSlot"]
SLACK = 32


class Waiter:
    """A contact that waits (``entry`` stands in a heap) or is offered (``offer``). ``key`` is its place in time."""

    __slots__ = (
        "arrived_ms",
        "barred",
        "contact",
        "direct",
        "entry",
        "excluded",
        "front",
        "key",
        "offer",
        "priority",
        "queue",
        "seq",
        "skills",
        "why",
        "work",
    )

    def __init__(self, contact: str, queue: str, arrived_ms: int, seq: int, why: Why) -> None:
        self.contact = contact
        self.queue = queue
        self.arrived_ms = arrived_ms
        self.key = arrived_ms
        self.seq = seq
        self.why = why
        self.priority = 0
        self.skills: tuple[SkillRequirement, ...] = ()
        self.front = False
        self.direct = False
        self.excluded: frozenset[str] = frozenset()
        self.barred: dict[str, int] = {}
        """Agents who said no → until when they are not asked again."""
        self.entry: WaitEntry | None = None
        self.offer: AgentSlot | None = None
        self.work: WorkClass | None = None

    def allows(self, agent: str) -> bool:
        """Whether this contact may be offered to ``agent``."""
        return agent not in self.excluded and agent not in self.barred


class WorkClass:
    """All contacts of one queue with the same requirements."""

    __slots__ = ("counts", "idle", "live", "members", "needs", "policy", "prefers", "queue", "signed_in", "waiting")

    def __init__(self, queue: str, needs: Requirements, policy: AgentPolicy) -> None:
        self.queue = queue
        self.needs = needs
        self.policy = policy
        self.prefers = any(not need.required for need in needs)
        self.waiting: list[WaitEntry] = []
        self.live = 0
        self.idle: list[IdleEntry] = []
        self.members: list[AgentSlot] = []
        self.signed_in = 0
        self.counts: dict[str, int] = {}
        """Members by what they do (``busy``, ``on_break:lunch`` …); kept only where reasons are wanted."""

    def add(self, waiter: Waiter) -> None:
        """Let the contact wait at its place."""
        waiter.entry = entry = (waiter.key, waiter.seq, waiter)
        heappush(self.waiting, entry)
        self.live += 1

    def drop(self, waiter: Waiter) -> None:
        """The contact waits no longer."""
        entry, waiter.entry = waiter.entry, None
        self.live -= 1
        heap = self.waiting
        if heap[0] is entry:
            heappop(heap)
        elif len(heap) > 2 * self.live + SLACK:
            self.waiting = [kept for kept in heap if kept[2].entry is kept]
            heapify(self.waiting)

    def head(self) -> WaitEntry | None:
        """Who is next."""
        heap = self.waiting
        while heap:
            entry = heap[0]
            if entry[2].entry is entry:
                return entry
            heappop(heap)
        return None

    def head_for(self, agent: AgentSlot) -> WaitEntry | None:
        """Who is next among those that may be offered to ``agent``."""
        entry = self.head()
        if entry is None or not (entry[2].barred or entry[2].excluded) or entry[2].allows(agent.id):
            return entry
        for other in ascending(self.waiting):
            if other[2].entry is other and other[2].allows(agent.id):
                return other
        return None

    def list_idle(self, agent: AgentSlot) -> None:
        """The agent is free: take them into the order of the policy."""
        preferred = -preferred_met(agent.config, self.needs) if self.prefers else 0
        heap = self.idle
        if len(heap) > 2 * len(self.members) + SLACK:
            heap = self.idle = [kept for kept in heap if kept[3].idle_seq == kept[2]]
            heapify(heap)
        heappush(heap, (preferred, self.policy(agent, self), agent.idle_seq, agent))

    def first_idle(self, waiter: Waiter) -> AgentSlot | None:
        """The free agent whom the policy asks first for ``waiter``."""
        heap = self.idle
        while heap and heap[0][2] != heap[0][3].idle_seq:
            heappop(heap)
        if not heap:
            return None
        if not (waiter.barred or waiter.excluded) or waiter.allows(heap[0][3].id):
            return heap[0][3]
        for entry in ascending(heap):
            if entry[2] == entry[3].idle_seq and waiter.allows(entry[3].id):
                return entry[3]
        return None


class QueueSlot:
    """One queue inside the router: its classes and what was learnt about its waits."""

    __slots__ = ("by_skills", "classes", "config", "estimate", "id", "policy", "retired")

    def __init__(self, config: QueueConfig) -> None:
        self.id = config.id
        self.estimate = WaitEstimate()
        self.retired = False
        self.classes: dict[Requirements, WorkClass] = {}
        self.by_skills: dict[tuple[SkillRequirement, ...], WorkClass] = {}
        self.take(config)

    def take(self, config: QueueConfig) -> None:
        """Use a new configuration. ConfigError when it names an unknown policy."""
        self.policy = agent_policy(config.agent_policy, config.id)
        self.config = config

    def waiting(self) -> int:
        """How many wait."""
        return sum(work.live for work in self.classes.values())

    def first_key(self) -> int | None:
        """The place of whoever is next."""
        keys = [head[0] for work in self.classes.values() if (head := work.head()) is not None]
        return min(keys, default=None)
