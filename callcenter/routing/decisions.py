"""What the router answers with: decisions in the order they were taken, and the pictures it can be asked for."""

from __future__ import annotations

from msgspec import Struct

from callcenter.domain.agent import AgentState
from callcenter.domain.config import SkillRequirement
from callcenter.domain.contact import Why


class Offered(Struct, frozen=True, gc=False):
    """``agent`` is asked to take ``contact`` until ``expires_at_ms``; the agent is now OFFERED."""

    contact: str
    agent: str
    queue: str
    at_ms: int
    expires_at_ms: int
    why: Why


class OfferWithdrawn(Struct, frozen=True, gc=False):
    """An offer ended without a talk: ``withdrawn``, ``declined``, ``missed``, ``unreachable`` or ``caller_left``."""

    contact: str
    agent: str
    outcome: str
    why: Why | None = None


class AgentChanged(Struct, frozen=True, gc=False):
    """The agent is now in ``state``. One for each change, in order; a wrap-up of no length is left out."""

    agent: str
    state: AgentState
    reason: str
    contact: str = ""


class WrapUpStarted(Struct, frozen=True, gc=False):
    """The agent has until ``ends_at_ms`` to finish the paperwork of ``contact``."""

    agent: str
    contact: str
    ends_at_ms: int


class WrapUpEnded(Struct, frozen=True, gc=False):
    """The paperwork of ``contact`` is done, or its time is up."""

    agent: str
    contact: str


class Requeued(Struct, frozen=True, gc=False):
    """The contact waits again, at ``position`` (1 = next) of ``queue``."""

    contact: str
    queue: str
    position: int
    why: Why


class Asked(Struct, frozen=True):
    """What a contact asks for besides what its queue does; ``excluded`` in order, so that it is written alike."""

    skills: tuple[SkillRequirement, ...] = ()
    channel: str = "voice"
    weight: int = 1
    excluded: tuple[str, ...] = ()


class Unserved(Struct, frozen=True):
    """Nobody is signed in who could ever take this waiting contact, nor another that asks for the same."""

    contact: str
    queue: str
    why: Why
    asked: Asked = Asked()


Decision = Offered | OfferWithdrawn | AgentChanged | WrapUpStarted | WrapUpEnded | Requeued | Unserved


class AgentStatus(Struct, frozen=True):
    """An agent as the router sees them. ``next_state`` is what was asked for and comes after the present work."""

    agent: str
    state: AgentState
    since_ms: int
    reason: str = ""
    offered: str = ""
    """The contact the agent is being asked to take."""
    talks: tuple[str, ...] = ()
    """Contacts in talk, a call before chats, then in the order in which they were taken."""
    wrap_ups: dict[str, int] = {}
    """Contacts in wrap-up → when its time is up, in the order in which they were taken."""
    next_state: AgentState | None = None
    next_reason: str = ""
    offer_expires_ms: int | None = None

    @property
    def contact(self) -> str:
        """The contact in front: offered, else in talk, else in wrap-up; empty when there is none."""
        return self.offered or next(iter((*self.talks, *self.wrap_ups)), "")


class QueueStats(Struct, frozen=True):
    """One queue now. ``agents_*`` count those who qualify for the queue's own requirements."""

    queue: str
    waiting: int
    oldest_arrived_ms: int | None
    agents_available: int
    agents_signed_in: int
