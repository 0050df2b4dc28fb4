"""What screens show of the live state: small frozen pictures made by the core, drawn by the web."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Place, Why


class LegView(Struct, frozen=True):
    """One party of a contact."""

    id: str
    role: str
    party: str
    answered: bool
    on_hold: bool = False


class ContactView(Struct, frozen=True):
    """One contact as its agent sees it. Times in ms since 1970. Numbers are whole here; the web masks them."""

    id: str
    place: Place
    caller: str
    dialled: str
    queue: str
    flow_path: tuple[str, ...]
    variables: dict[str, Any]
    arrived_ms: int
    queued_ms: int | None
    offered_ms: int | None
    connected_ms: int | None
    why: Why | None
    on_hold: bool = False
    hold_since_ms: int | None = None
    consult: str = ""
    """``""`` none, ``ringing``, ``talking`` or ``conference``."""
    consult_target: str = ""
    recording: str = ""
    """``""`` none, ``on`` or ``paused``."""
    agent_leg: str = ""
    agent_leg_up: bool = False
    rejoining: bool = False
    legs: tuple[LegView, ...] = ()
    disposition: str = ""
    note: str = ""


class DeskView(Struct, frozen=True):
    """Everything the agent page shows of live state."""

    agent: str
    name: str
    desk: str
    state: AgentState
    since_ms: int
    reason: str = ""
    next_state: AgentState | None = None
    next_reason: str = ""
    contacts: tuple[ContactView, ...] = ()
    """Offered, talking (or consulted in); at most one in voice."""
    wrap_up: ContactView | None = None
    wrap_up_ends_ms: int | None = None
    handled_today: int = 0
    talk_ms_today: int = 0


class QueueView(Struct, frozen=True):
    """One queue on the floor page."""

    id: str
    names: dict[str, str]
    waiting: int
    longest_wait_ms: int
    expected_wait_ms: int | None
    agents_available: int
    agents_signed_in: int
    offered_today: int = 0
    answered_today: int = 0
    abandoned_today: int = 0
    within_level_today: int = 0


class AgentView(Struct, frozen=True):
    """One agent on the floor page."""

    id: str
    name: str
    team: str
    state: AgentState
    since_ms: int
    reason: str
    contact: str = ""


class FloorView(Struct, frozen=True):
    """Queues, agents and waiting contacts at one moment."""

    at_ms: int
    telephony_up: bool
    queues: tuple[QueueView, ...]
    agents: tuple[AgentView, ...]
    contacts: tuple[ContactView, ...] = field(default_factory=tuple)
