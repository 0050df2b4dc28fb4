"""Contacts that ask for the same, and the agents who can give it: one heap of each.

Both heaps delete lazily: an entry counts only while its owner still points at it, and a heap in which dead entries
outnumber the live ones is built anew. So a decision costs a comparison of heads and a logarithm.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from msgspec import Struct

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


class Waiter(Struct, eq=False):
    """A contact that waits (``entry`` stands in a heap) or is offered (``offer``). ``key`` is its place in time."""

    contact: str
    queue: str
    arrived_ms: int
    key: int
    seq: int
    why: Why
    priority: int = 0
    skills: tuple[SkillRequirement, ...] = ()
    front: bool = False
    direct: bool = False
    excluded: frozenset[str] = frozenset()
    barred: dict[str, int] | None = None
    """Agents who said no → until when they are not asked again."""
    entry: tuple[int, int, Any] | None = None
    """Its :data:`WaitEntry` while it waits."""
    offer: Any = None
    """The agent's slot while it is offered."""
    work: Any = None
    """Its :class:`WorkClass`; none when it was offered to one agent directly."""

    def allows(self, agent: str) -> bool:
        """Whether this contact may be offered to ``agent``."""
        return agent not in self.excluded and (self.barred is None or agent not in self.barred)


class WorkClass:
    """All contacts of one queue with the same requirements."""

    __slots__ = (
        "counts",
        "home",
        "idle",
        "live",
        "members",
        "needs",
        "policy",
        "prefers",
        "queue",
        "signed_in",
        "waiting",
    )

    def __init__(self, home: QueueSlot, needs: Requirements) -> None:
        self.home = home
        self.queue = home.id
        self.needs = needs
        self.policy: AgentPolicy = home.policy
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
        self.home.live += 1

    def drop(self, waiter: Waiter) -> None:
        """The contact waits no longer."""
        entry, waiter.entry = waiter.entry, None
        self.live -= 1
        self.home.live -= 1
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
        if entry is None:
            return None
        waiter = entry[2]
        if not (waiter.barred or waiter.excluded) or waiter.allows(agent.id):
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

    __slots__ = ("by_skills", "classes", "config", "estimate", "head_start_ms", "id", "live", "policy", "retired")

    def __init__(self, config: QueueConfig) -> None:
        self.id = config.id
        self.estimate = WaitEstimate()
        self.retired = False
        self.live = 0
        """How many wait."""
        self.classes: dict[Requirements, WorkClass] = {}
        self.by_skills: dict[tuple[SkillRequirement, ...], WorkClass] = {}
        self.take(config)

    def take(self, config: QueueConfig) -> None:
        """Use a new configuration. ConfigError when it names an unknown policy."""
        self.policy = agent_policy(config.agent_policy, config.id)
        self.config = config
        self.head_start_ms = config.priority * config.ageing_ms

    def place_in_time(self, arrived_ms: int, priority: int, *, front: bool = False) -> int:
        """The key a contact waits under: its arrival, earlier by ``ageing_ms`` for each step of priority.

        All contacts age alike, so their order never changes while they wait. One sent to the ``front`` comes
        before everybody who waits now.
        """
        key = arrived_ms - self.head_start_ms
        if priority:
            key -= priority * self.config.ageing_ms
        if front:
            first = self.first_key()
            if first is not None and first <= key:
                return first - 1
        return key

    def first_key(self) -> int | None:
        """The place of whoever is next."""
        keys = [head[0] for work in self.classes.values() if (head := work.head()) is not None]
        return min(keys, default=None)
