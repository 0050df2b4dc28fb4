"""What screens show of the live state: small frozen pictures made by the core, drawn by the web."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from callcenter.domain.agent import AgentState
from callcenter.domain.alarms import Alarm
from callcenter.domain.contact import Channel, Place, Why
from callcenter.domain.figures import AgentSums, QueueSums
from callcenter.domain.handover import HandedOver
from callcenter.domain.names import Names
from callcenter.domain.notes import InternalNote


class LegView(Struct, frozen=True):
    """One party of a contact."""

    id: str
    role: str
    party: str
    answered: bool
    on_hold: bool = False


class ChatView(Struct, frozen=True):
    """What a contact that is a chat has besides. Its messages are with the conversation, which bears the same id."""

    entry: str
    here: bool
    """Whether the visitor has it open."""
    awaited_ms: int | None
    """Since when the visitor waits for an answer."""
    replied: bool
    asked: bool
    """Whether the visitor was asked if they are still there."""


class CallbackView(Struct, frozen=True):
    """What is known of a callback. Times in ms since 1970."""

    booked_ms: int
    attempt: int
    """The attempt that is being made, or comes next; from 1."""
    outcome: str = ""
    """What came of the one before."""
    dialled_ms: int | None = None
    """Since when the customer is being dialled."""


class LeadView(Struct, frozen=True):
    """What an agent is shown of a campaign's lead. Times in ms since 1970."""

    names: Names
    """What the campaign is called."""
    attempt: int
    name: str = ""
    """The person's, as the list has it."""
    script: str = ""
    dialled_ms: int | None = None
    """Since when the person is being dialled."""


class CallbackState(StrEnum):
    """Where an open callback is."""

    ON_THE_LINE = "on_the_line"  # the call in which it was booked goes on
    SCHEDULED = "scheduled"  # outside the queue until ``due_ms``
    SUSPENDED = "suspended"  # outside the queue until that is opened again
    WAITING = "waiting"
    OFFERED = "offered"
    DIALLING = "dialling"


class OpenCallback(Struct, frozen=True):
    """A promise that is not kept yet, as lists show it. Times in ms since 1970; the number is whole here."""

    contact: str
    queue: str
    number: str
    state: CallbackState
    booked_ms: int
    not_before_ms: int | None = None
    """The hours asked for, on the day of the next attempt; None: as soon as possible."""
    until_ms: int | None = None
    due_ms: int | None = None
    place: int = 0
    """Its place in the queue from 1; 0 outside of it."""
    expected_wait_ms: int | None = None
    attempts: int = 0
    """Those made that count."""
    attempts_allowed: int = 0
    outcome: str = ""
    """What came of the last one."""
    agent: str = ""
    """Who is asked to take it, or waits on the line while it rings."""


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
    channel: Channel = Channel.VOICE
    chat: ChatView | None = None
    handed_over: HandedOver | None = None
    """What the assistant told when it gave the contact to people."""
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
    notes: tuple[InternalNote, ...] = ()
    """What agents wrote about it for each other."""
    disposition: str = ""
    note: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    follow_up_ms: int | None = None
    payment_since_ms: int | None = None
    agent: str = ""
    offered_agent: str = ""
    supervisors: dict[str, str] = field(default_factory=dict)
    """Who listens, and how: ``listen``, ``whisper`` or ``barge``."""
    callback: CallbackView | None = None
    lead: LeadView | None = None
    supervising: str = ""
    """How the viewer takes part as a supervisor; empty when they do not."""


class MessageView(Struct, frozen=True):
    """A supervisor's message on an agent's page."""

    id: str
    by: str
    text: str
    at_ms: int
    read: bool = False


class WrapUpView(Struct, frozen=True):
    """A contact that is being written about, and until when. ``extended``: it was given more time already."""

    contact: ContactView
    since_ms: int
    ends_ms: int
    extended: bool


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
    """The one offered, then those in talk (or consulted in): the call, if there is one, before chats."""
    wrap_ups: tuple[WrapUpView, ...] = ()
    """Oldest first."""
    today: AgentSums = field(default_factory=AgentSums)
    messages: tuple[MessageView, ...] = ()
    """The last messages, newest first."""
    telephony_up: bool = True
    idle_why: Why | None = None
    """Why an available agent has nothing."""

    @property
    def wrap_up(self) -> ContactView | None:
        """The contact to be written about first."""
        return self.wrap_ups[0].contact if self.wrap_ups else None

    @property
    def wrap_up_ends_ms(self) -> int | None:
        """When the time for it is up."""
        return self.wrap_ups[0].ends_ms if self.wrap_ups else None

    @property
    def wrap_up_extended(self) -> bool:
        """Whether it was given more time already."""
        return bool(self.wrap_ups) and self.wrap_ups[0].extended


class Closure(Struct, frozen=True):
    """A queue closed by hand: since when, by whom, where its contacts go (empty: the call ends)."""

    since_ms: int
    by: str
    target: str = ""
    announcement: dict[str, str] = field(default_factory=dict)


class QueueView(Struct, frozen=True):
    """One queue on the floor page."""

    id: str
    names: dict[str, str]
    waiting: int
    longest_wait_ms: int
    expected_wait_ms: int | None
    agents_available: int
    agents_signed_in: int
    today: QueueSums = field(default_factory=QueueSums)
    recent: QueueSums = field(default_factory=QueueSums)
    """Visits that began in the last half hour."""
    callbacks_waiting: int = 0
    """Callbacks in it; they are not among those ``waiting``, nor is theirs the longest wait."""
    closure: Closure | None = None


class AgentView(Struct, frozen=True):
    """One agent on the floor page."""

    id: str
    name: str
    team: str
    state: AgentState
    since_ms: int
    reason: str
    contact: str = ""
    talks: tuple[str, ...] = ()
    """All contacts in talk."""
    queue: str = ""
    """The queue of the contact at hand."""
    on_hold: bool = False
    hold_since_ms: int | None = None
    desk_open: bool = False
    next_state: AgentState | None = None
    skills: dict[str, int] = field(default_factory=dict)
    handled_today: int = 0
    supervisors: dict[str, str] = field(default_factory=dict)


class FloorView(Struct, frozen=True):
    """Queues, agents and waiting contacts at one moment."""

    at_ms: int
    telephony_up: bool
    queues: tuple[QueueView, ...]
    agents: tuple[AgentView, ...]
    contacts: tuple[ContactView, ...] = field(default_factory=tuple)
    alarms: tuple[Alarm, ...] = ()
