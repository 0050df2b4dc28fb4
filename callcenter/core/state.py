"""The core's whole memory: contacts, legs, desks, timers. Plain structs, so that a snapshot is one encoding away."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import Channel, Direction, EndReason, LegRole, Place, Why
from callcenter.domain.effects import Gather, Play
from callcenter.flow.session import FlowSession


class Leg(Struct):
    """One party's connection. ``party`` is an agent id or a number."""

    id: str
    role: LegRole
    party: str
    answered: bool = False


class Consult(Struct):
    """A second party asked during a talk. ``state``: ``ringing``, ``talking`` or ``conference``."""

    target: str  # agent:ID or number:N
    leg: str
    state: str = "ringing"

    @property
    def agent(self) -> str:
        """The consulted agent's id, or nothing for an outside party."""
        kind, _, address = self.target.partition(":")
        return address if kind == "agent" else ""


class Recording(Struct):
    """A recording that is running or closing."""

    id: str
    kind: str
    started_ms: int
    state: str = "on"  # on | paused | closing


class Contact(Struct):
    """One piece of work and where it is. Times in ms since 1970."""

    id: str
    channel: Channel
    direction: Direction
    caller: str
    dialled: str
    line: str
    arrived_ms: int
    customer_leg: str
    place: Place = Place.FLOW
    legs: dict[str, Leg] = field(default_factory=dict)
    leg_counter: int = 0
    request_counter: int = 0
    flow: FlowSession | None = None
    flow_path: list[str] = field(default_factory=list)
    path_before: list[str] = field(default_factory=list)
    """The steps of earlier flows of this contact."""
    pending: Play | Gather | None = None
    """The prompt or gather a flow waits for; asked again when the PBX or we were away."""
    playing: str = ""
    """The request of an announcement that is being played in the queue."""
    music: bool = False
    variables: dict[str, Any] = field(default_factory=dict)
    queue: str = ""
    queue_priority: int = 0
    why: Why | None = None
    queued_ms: int | None = None
    """Since when the customer waits for a person, over all queues."""
    joined_ms: int | None = None
    """Since when in the present queue."""
    overflows_taken: int = 0
    offered_agent: str = ""
    offer_leg: str = ""
    offered_ms: int | None = None
    agent: str = ""
    agent_leg: str = ""
    connected_ms: int | None = None
    talk_since_ms: int | None = None
    hold_since_ms: int | None = None
    held_ms: int = 0
    rejoining: bool = False
    consult: Consult | None = None
    supervisors: dict[str, str] = field(default_factory=dict)
    """Supervisor → their leg."""
    supervise_modes: dict[str, str] = field(default_factory=dict)
    recording: Recording | None = None
    outside_leg: str = ""
    end_reason: EndReason | None = None
    """Decided before the end: the agent hung up and a survey still runs."""
    disposition: str = ""
    note: str = ""
    wrapping_up: list[str] = field(default_factory=list)
    """Agents who still write about it."""
    ended: bool = False

    @property
    def bridge(self) -> str:
        """The id of the bridge where customer and agent speak."""
        return f"bridge-{self.id}"

    @property
    def consult_bridge(self) -> str:
        """The id of the bridge for a consultation."""
        return f"bridge-{self.id}-consult"

    @property
    def on_hold(self) -> bool:
        """Whether the customer is on hold."""
        return self.hold_since_ms is not None

    @property
    def language(self) -> str:
        """The language the customer is spoken to in."""
        return str(self.variables.get("language") or "zh")


class DeskState(Struct):
    """What is known of an agent besides routing: their page and today's figures."""

    agent: str
    desk: str = ""
    connected: bool = False
    wrap_up: str = ""
    wrap_up_ends_ms: int | None = None
    recent: list[str] = field(default_factory=list)
    """The last contacts handled, so that a late note still finds its place."""
    commands: list[str] = field(default_factory=list)
    day: int = 0
    handled_today: int = 0
    talk_ms_today: int = 0


class QueueDay(Struct):
    """Today's counts of a queue; ``within_level`` were answered within the queue's service level time."""

    day: int = 0
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    within_level: int = 0


DAY_MS = 86_400_000
CHINA_OFFSET_MS = 8 * 3_600_000


class CoreState(Struct):
    """Everything that must survive a restart, except the router's own state."""

    config: CenterConfig = field(default_factory=CenterConfig)
    flows: dict[str, Any] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    legs: dict[str, str] = field(default_factory=dict)
    """Leg → contact."""
    recordings: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """Recording → (contact, kind, start)."""
    timers: dict[str, int] = field(default_factory=dict)
    desks: dict[str, DeskState] = field(default_factory=dict)
    queue_days: dict[str, QueueDay] = field(default_factory=dict)
    ended: dict[str, bool] = field(default_factory=dict)
    """The last contacts that ended, oldest first, so that a late second arrival is recognised."""
    telephony_up: bool = True

    def local_day(self, now_ms: int) -> int:
        """Number of the local day; figures of "today" begin anew with it."""
        return (now_ms + int(self.config.extra.get("utc_offset_ms", CHINA_OFFSET_MS))) // DAY_MS

    def music_of(self, queue: str) -> str:
        """The music a customer of ``queue`` hears."""
        found = self.config.queues.get(queue)
        return found.music if found is not None else "default"


CONTACT_TABLE: dict[Place, frozenset[Place]] = {
    Place.FLOW: frozenset({Place.WAITING, Place.OFFERED, Place.OUTSIDE, Place.ENDED}),
    Place.WAITING: frozenset({Place.OFFERED, Place.FLOW, Place.OUTSIDE, Place.ENDED}),
    Place.OFFERED: frozenset({Place.WAITING, Place.TALKING, Place.FLOW, Place.OUTSIDE, Place.ENDED}),
    Place.TALKING: frozenset({Place.WAITING, Place.OFFERED, Place.FLOW, Place.AGENT_LOST, Place.OUTSIDE, Place.ENDED}),
    Place.AGENT_LOST: frozenset({Place.TALKING, Place.WAITING, Place.OFFERED, Place.ENDED}),
    Place.OUTSIDE: frozenset({Place.WAITING, Place.OFFERED, Place.ENDED}),
    Place.ENDED: frozenset(),
}
"""From where to where a contact may move; anything else is a fault of ours and raises."""
