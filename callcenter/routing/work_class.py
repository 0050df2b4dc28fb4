"""Contacts that ask for the same, and the agents who can give it: a heap of the ones, a row of the others.

Both delete lazily: an entry counts only while its owner still points at it, and a heap in which dead entries
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
from callcenter.routing.idle_row import SLACK, IdleRow
from callcenter.routing.matching import VOICE, Demand, preferred_met
from callcenter.routing.policies import AgentPolicy, ContactPolicy, agent_policy, contact_policy

if TYPE_CHECKING:
    from callcenter.routing.agent_slot import AgentSlot

WaitEntry = tuple[int, int, "Waiter"]
A_PREFERRED_SKILL = 1_000
"""What a preferred skill counts against contacts in hand, when free agents are ranked."""


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
    channel: str = VOICE
    weight: int = 1
    step: int = 0
    """How many relaxations of its queue it has behind it."""
    only: str = ""
    """The preferred agent, while it waits for them alone."""
    next_step_ms: int | None = None
    """When it asks for less: the bound of the preferred agent, or the next relaxation."""
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
    """All contacts of one queue that ask for the same."""

    __slots__ = (
        "channel",
        "counts",
        "demand",
        "home",
        "idle",
        "line",
        "live",
        "members",
        "needs",
        "policy",
        "prefers",
        "queue",
        "signed_in",
        "simple",
        "waiting",
        "weight",
    )

    def __init__(self, home: QueueSlot, demand: Demand) -> None:
        self.home = home
        self.queue = home.id
        self.demand = demand
        self.channel = demand.channel
        self.weight = demand.weight
        self.line = home.line(demand.channel)
        self.needs = needs = demand.needs
        self.policy: AgentPolicy = home.policy
        self.prefers = any(not need.required for need in needs)
        self.waiting: list[WaitEntry] = []
        self.live = 0
        self.idle = IdleRow()
        self.members: list[AgentSlot] = []
        self.signed_in = 0
        self.simple = needs[0].skill if len(needs) == 1 and needs[0].required else ""
        """The one skill that is asked for, if it is one."""
        self.counts: dict[str, int] = {}
        """Members by what they do (``busy``, ``on_break:lunch`` …), by name; kept only where reasons are wanted."""

    def add(self, waiter: Waiter) -> None:
        """Let the contact wait at its place."""
        waiter.entry = entry = (waiter.key, waiter.seq, waiter)
        heappush(self.waiting, entry)
        self.live += 1
        self.line.live += 1

    def drop(self, waiter: Waiter) -> None:
        """The contact waits no longer."""
        entry, waiter.entry = waiter.entry, None
        self.live -= 1
        self.line.live -= 1
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
        """The agent has room: take them into the order of the policy, whoever has least in hand first."""
        rank = agent.talks
        if self.prefers:
            rank -= A_PREFERRED_SKILL * preferred_met(agent.config, self.needs)
        entries = self.idle.entries
        entry, most = (rank, self.policy(agent, self), agent.idle_seq, agent), 2 * len(self.members) + SLACK
        if (entries and entry < entries[-1]) or len(entries) > most:
            self.idle.insert(entry, most)
        else:
            entries.append(entry)


class Line:
    """Who waits in one queue by one channel: how many, and what was learnt about their waits."""

    __slots__ = ("estimate", "live")

    def __init__(self) -> None:
        self.live = 0
        self.estimate = WaitEstimate()


class QueueSlot:
    """One queue inside the router: its classes and its lines."""

    __slots__ = (
        "by_skills",
        "classes",
        "config",
        "contact_policy",
        "free",
        "head_start_ms",
        "id",
        "lines",
        "policy",
        "reserve",
        "retired",
        "step_ms",
    )

    def __init__(self, config: QueueConfig) -> None:
        self.id = config.id
        self.lines: dict[str, Line] = {}
        self.free = 0
        """How many agents who could serve a plain contact of it are idle; kept only with a reserve."""
        self.classes: dict[Demand, WorkClass] = {}
        self.by_skills: dict[tuple[SkillRequirement, ...], WorkClass] = {}
        """The classes of calls that have not relaxed, by their own skills."""
        self.take(config)

    @property
    def live(self) -> int:
        """How many wait."""
        return sum(line.live for line in self.lines.values())

    def line(self, channel: str) -> Line:
        """The line of one channel."""
        found = self.lines.get(channel)
        if found is None:
            found = self.lines[channel] = Line()
        return found

    def take(self, config: QueueConfig) -> None:
        """Use a new configuration. ConfigError when it names an unknown policy."""
        self.policy = agent_policy(config.agent_policy, config.id)
        self.contact_policy: ContactPolicy = contact_policy(config.contact_policy, config.id)
        self.config = config
        self.retired = False
        self.reserve = config.reserve
        self.step_ms = 0 if config.contact_policy == "longest_wait" else config.ageing_ms
        self.head_start_ms = config.priority * self.step_ms

    def retire(self) -> None:
        """Closed to newcomers: it stays for what is still in hand, and keeps no agents free any more."""
        self.retired = True
        self.reserve = 0

    def place_in_time(self, arrived_ms: int, priority: int) -> int:
        """The key a contact waits under: its arrival, earlier by ``ageing_ms`` for each step of priority.

        All contacts of a queue age alike, so their order never changes while they wait. With ``longest_wait``
        priorities count nothing.
        """
        return arrived_ms - self.head_start_ms - priority * self.step_ms

    def place_in_front(self, key: int, channel: str) -> int:
        """The key of a contact that comes before everybody who waits now in the same line; ``key`` where it does."""
        first = self.first_key(channel)
        return key if first is None or first > key else first - 1

    def first_key(self, channel: str) -> int | None:
        """The place of whoever is next in the line of a channel."""
        works = (work for work in self.classes.values() if work.channel == channel)
        keys = [head[0] for work in works if (head := work.head()) is not None]
        return min(keys, default=None)
