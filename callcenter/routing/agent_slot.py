"""One agent inside the router: state, contacts in hand, room for more, and what comes after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from callcenter.domain.agent import AGENT_TABLE, AgentInput, AgentState
from callcenter.domain.config import AgentConfig, ChannelConfig
from callcenter.domain.errors import Corrupt
from callcenter.routing.decisions import AgentStatus

if TYPE_CHECKING:
    from callcenter.routing.work_class import QueueSlot, Waiter, WorkClass

OPEN = (AgentState.AVAILABLE, AgentState.BUSY, AgentState.WRAP_UP)
STAYS = (None, AgentState.AVAILABLE)


class Engagement(Struct, gc=False):
    """One contact in an agent's hands: in talk, or in wrap-up until ``wrap_up_ends_ms`` (0 while in talk)."""

    queue: str
    channel: str
    weight: int
    since_ms: int
    wrap_up_ends_ms: int = 0
    served: bool = True
    """Whether the customer was reached: how long it took then says something about the queue's contacts."""


class AgentSlot:
    """An agent's live figures. ``idle_seq`` is 0 unless the agent has room and is listed in the idle heaps under it."""

    __slots__ = (
        "alone",
        "capacity",
        "classes",
        "config",
        "counted",
        "engaged",
        "id",
        "idle_seq",
        "idle_since_ms",
        "label",
        "last_offer",
        "load",
        "next_reason",
        "next_state",
        "offer",
        "offer_expires_ms",
        "reason",
        "reserves",
        "retired",
        "rules",
        "since_ms",
        "state",
        "talks",
        "work_since_ms",
        "worked_ms",
    )

    def __init__(self, config: AgentConfig, rules: Mapping[str, ChannelConfig], now_ms: int) -> None:
        self.id = config.id
        self.state = AgentState.LOGGED_OUT
        self.since_ms = now_ms
        self.reason = ""
        self.label = ""
        self.engaged: dict[str, Engagement] = {}
        self.load: dict[str, int] = {}
        """Channel → weight in hand, talks and wrap-ups; channels without any are left out."""
        self.talks = 0
        self.offer: Waiter | None = None
        self.offer_expires_ms = 0
        self.next_state: AgentState | None = None
        self.next_reason = ""
        self.idle_seq = 0
        self.idle_since_ms = 0
        self.last_offer = 0
        self.worked_ms = 0
        self.work_since_ms = 0
        self.retired = False
        self.classes: list[WorkClass] = []
        self.reserves: list[QueueSlot] = []
        """Queues that keep some of their agents free, this one among them."""
        self.counted: list[QueueSlot] = []
        """Those of them that count the agent as free now."""
        self.configure(config, rules)

    def configure(self, config: AgentConfig, rules: Mapping[str, ChannelConfig]) -> None:
        """Take the agent's settings and the channels' rules."""
        self.config = config
        self.rules = rules
        self.capacity = {name: config.capacity.get(name, rule.capacity) for name, rule in rules.items()}
        self.alone = frozenset(channel for channel in rules if self._fills(channel))
        """Channels of which one contact leaves room for nothing."""

    def _fills(self, channel: str) -> bool:
        if self.capacity[channel] > 1:
            return False
        pauses = self.rules[channel].pauses
        return all(other in pauses or room < 1 for other, room in self.capacity.items() if other != channel)

    # --- contacts in hand

    def take(self, contact: str, queue: str, channel: str, weight: int, now_ms: int) -> None:
        """The contact is in the agent's hands."""
        if self.load:
            self.load[channel] = self.load.get(channel, 0) + weight
        else:
            self.work_since_ms = now_ms
            self.load[channel] = weight
        self.engaged[contact] = Engagement(queue, channel, weight, now_ms)
        self.talks += 1

    def put_down(self, contact: str, now_ms: int) -> Engagement:
        """The contact is out of the agent's hands."""
        engagement = self.engaged.pop(contact)
        if not engagement.wrap_up_ends_ms:
            self.talks -= 1
        if not self.engaged:
            self.load.clear()
            self.worked_ms += now_ms - self.work_since_ms
            return engagement
        left = self.load[engagement.channel] - engagement.weight
        if left:
            self.load[engagement.channel] = left
        else:
            del self.load[engagement.channel]
        return engagement

    def fits(self, channel: str, weight: int, *, beside: tuple[str, int] | None = None) -> bool:
        """Whether there is room for a contact of that channel and weight, with ``beside`` taken on as well."""
        load = self.load
        if beside is not None:
            load = {**load, beside[0]: load.get(beside[0], 0) + beside[1]}
        if load.get(channel, 0) + weight > self.capacity.get(channel, 0):
            return False
        return not any(channel in self.rules[other].pauses for other in load if other in self.rules)

    @property
    def open(self) -> bool:
        """Whether the agent may be offered anything: here to stay, not being asked, and with room in some channel."""
        if self.offer is not None or self.state not in OPEN or self.next_state not in STAYS:
            return False
        load = self.load
        if not load:
            return True
        return load.keys().isdisjoint(self.alone) and any(self.fits(channel, 1) for channel in self.capacity)

    # --- state

    def after(self, event: AgentInput) -> AgentState:
        """The state the table gives; Corrupt when it has none, for then the router itself is wrong."""
        state = AGENT_TABLE.get((self.state, event))
        if state is None:
            raise Corrupt(f"agent {self.id}: {event} in state {self.state}")
        return state

    def status(self) -> AgentStatus:
        """The agent as the router's callers see them."""
        talks = tuple(contact for contact, engaged in self.engaged.items() if not engaged.wrap_up_ends_ms)
        wrap_ups = {contact: e.wrap_up_ends_ms for contact, e in self.engaged.items() if e.wrap_up_ends_ms}
        return AgentStatus(
            agent=self.id,
            state=self.state,
            since_ms=self.since_ms,
            reason=self.reason,
            offered=self.offer.contact if self.offer is not None else "",
            talks=tuple(sorted(talks, key=lambda contact: self.engaged[contact].channel != "voice")),
            wrap_ups=wrap_ups,
            next_state=self.next_state,
            next_reason=self.next_reason,
            offer_expires_ms=self.offer_expires_ms if self.offer is not None else None,
        )
