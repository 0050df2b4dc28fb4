"""The router (ACD): who waits, who is free, who is offered what, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, QueueConfig, SkillRequirement
from callcenter.domain.contact import Why
from callcenter.routing.decisions import AgentStatus, Decision, QueueStats


class Acd:
    """Queues, agents and offers. Every change returns the decisions it led to, in order."""

    def __init__(self, *, explain: bool = True) -> None:
        raise NotImplementedError

    def configure(
        self, queues: Mapping[str, QueueConfig], agents: Mapping[str, AgentConfig], now_ms: int
    ) -> list[Decision]:
        """Take a new configuration; waiting contacts keep their place."""
        raise NotImplementedError

    def sign_in(self, agent: str, now_ms: int) -> list[Decision]:
        """The agent's shift begins, on break."""
        raise NotImplementedError

    def sign_out(self, agent: str, now_ms: int) -> list[Decision]:
        """The agent's shift ends, after the present talk and its wrap-up; an offer is withdrawn at once."""
        raise NotImplementedError

    def request_state(self, agent: str, state: AgentState, reason: str, now_ms: int) -> list[Decision]:
        """The agent asks to be available or on break; during work it is remembered."""
        raise NotImplementedError

    def enqueue(
        self,
        contact: str,
        queue: str,
        now_ms: int,
        *,
        arrived_ms: int | None = None,
        priority: int = 0,
        skills: tuple[SkillRequirement, ...] = (),
        front: bool = False,
        excluded: frozenset[str] = frozenset(),
        why: Why,
    ) -> list[Decision]:
        """A contact begins to wait. Rejected: ``unknown_queue``, ``already_waiting``."""
        raise NotImplementedError

    def remove(self, contact: str, now_ms: int, outcome: str = "caller_left") -> list[Decision]:
        """The contact waits no longer; its offer is withdrawn."""
        raise NotImplementedError

    def accept(self, contact: str, agent: str, now_ms: int) -> list[Decision]:
        """The offer is taken: agent BUSY. Rejected: ``offer_gone``."""
        raise NotImplementedError

    def refuse(self, contact: str, agent: str, now_ms: int, outcome: str, reason: str = "") -> list[Decision]:
        """The offer was ``declined``, ``missed``, ``unreachable`` or ``withdrawn``. A late one does nothing."""
        raise NotImplementedError

    def seize(self, agent: str, contact: str, now_ms: int, queue: str = "") -> list[Decision]:
        """A named available agent is BUSY with ``contact`` at once. Rejected: ``agent_not_available``."""
        raise NotImplementedError

    def offer_direct(self, contact: str, agent: str, queue: str, now_ms: int, why: Why) -> list[Decision]:
        """Offer to one named available agent; a refusal returns the contact to nobody's queue."""
        raise NotImplementedError

    def release(self, agent: str, contact: str, now_ms: int, *, wrap_up: bool = True) -> list[Decision]:
        """The talk is over: wrap-up, or the next state at once."""
        raise NotImplementedError

    def end_wrap_up(self, agent: str, now_ms: int) -> list[Decision]:
        """The wrap-up is over (filed, or its time is up)."""
        raise NotImplementedError

    def tick(self, now_ms: int) -> list[Decision]:
        """Do what time alone brings (a declined contact may be offered to the same agent again)."""
        raise NotImplementedError

    def next_due_ms(self) -> int | None:
        """When :meth:`tick` is wanted next; None when nothing depends on time."""
        raise NotImplementedError

    def position(self, contact: str) -> int:
        """1 = next in its queue; 0 = not waiting."""
        raise NotImplementedError

    def expected_wait_ms(self, contact: str, now_ms: int) -> int | None:
        """How long it will probably still wait; None while unknown."""
        raise NotImplementedError

    def waiting(self, queue: str) -> Sequence[str]:
        """Contacts waiting in ``queue``, next first."""
        raise NotImplementedError

    def agent(self, agent: str) -> AgentStatus:
        """The agent now. Rejected: ``unknown_agent``."""
        raise NotImplementedError

    def queue_of(self, contact: str) -> str | None:
        """The queue a waiting or offered contact is in."""
        raise NotImplementedError

    def queue_stats(self, queue: str) -> QueueStats:
        """The queue now. Rejected: ``unknown_queue``."""
        raise NotImplementedError

    def explain_waiting(self, contact: str, now_ms: int) -> Why:
        """Why this contact still waits."""
        raise NotImplementedError

    def explain_idle(self, agent: str, now_ms: int) -> Why:
        """Why this agent has nothing to do."""
        raise NotImplementedError

    def check(self) -> None:
        """Assert every invariant; for tests."""
        raise NotImplementedError

    def dump(self) -> Any:
        """The state as JSON values."""
        raise NotImplementedError

    @classmethod
    def load(
        cls, data: Any, queues: Mapping[str, QueueConfig], agents: Mapping[str, AgentConfig], *, explain: bool = True
    ) -> Acd:
        """The router that :meth:`dump` described: the same inputs give the same decisions."""
        raise NotImplementedError
