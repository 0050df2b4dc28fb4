"""One agent inside the router: state, work at hand, and what comes after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callcenter.domain.agent import AGENT_TABLE, AgentInput, AgentState
from callcenter.domain.config import AgentConfig
from callcenter.domain.errors import Corrupt
from callcenter.routing.decisions import AgentStatus

if TYPE_CHECKING:
    from callcenter.routing.work_class import Waiter, WorkClass


class AgentSlot:
    """An agent's live figures. ``idle_seq`` is 0 unless the agent is free and listed in the idle heaps under it."""

    __slots__ = (
        "classes",
        "config",
        "contacts",
        "id",
        "idle_seq",
        "idle_since_ms",
        "label",
        "last_offer",
        "next_reason",
        "next_state",
        "offer",
        "offer_expires_ms",
        "reason",
        "retired",
        "since_ms",
        "state",
        "work_queue",
        "work_since_ms",
        "worked_ms",
        "wrap_up_contact",
        "wrap_up_ends_ms",
    )

    def __init__(self, config: AgentConfig, now_ms: int) -> None:
        self.id = config.id
        self.config = config
        self.state = AgentState.LOGGED_OUT
        self.since_ms = now_ms
        self.reason = ""
        self.label = ""
        self.contacts: dict[str, str] = {}
        """Contacts in talk → the queue each came from; voice allows one."""
        self.offer: Waiter | None = None
        self.offer_expires_ms = 0
        self.wrap_up_contact = ""
        self.wrap_up_ends_ms = 0
        self.next_state: AgentState | None = None
        self.next_reason = ""
        self.idle_seq = 0
        self.idle_since_ms = 0
        self.last_offer = 0
        self.worked_ms = 0
        self.work_since_ms = 0
        self.work_queue = ""
        self.retired = False
        self.classes: list[WorkClass] = []

    def after(self, event: AgentInput) -> AgentState:
        """The state the table gives; Corrupt when it has none, for then the router itself is wrong."""
        state = AGENT_TABLE.get((self.state, event))
        if state is None:
            raise Corrupt(f"agent {self.id}: {event} in state {self.state}")
        return state

    def status(self) -> AgentStatus:
        """The agent as the router's callers see them."""
        contact = self.wrap_up_contact
        if self.offer is not None:
            contact = self.offer.contact
        elif self.contacts:
            contact = next(iter(self.contacts))
        return AgentStatus(
            agent=self.id,
            state=self.state,
            since_ms=self.since_ms,
            reason=self.reason,
            contact=contact,
            next_state=self.next_state,
            next_reason=self.next_reason,
            offer_expires_ms=self.offer_expires_ms if self.offer is not None else None,
            wrap_up_ends_ms=self.wrap_up_ends_ms if self.state is AgentState.WRAP_UP else None,
        )
