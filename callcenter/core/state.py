"""The core's whole memory: contacts, legs, desks, timers. Plain structs, so that a snapshot is one encoding away."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from callcenter.core.live_figures import LiveFigures
from callcenter.domain.agent import AgentState
from callcenter.domain.alarms import Alarm
from callcenter.domain.campaigns import RunningCampaign
from callcenter.domain.config import CenterConfig, SkillRequirement
from callcenter.domain.contact import Channel, Direction, EndReason, LegRole, Place, Why
from callcenter.domain.effects import Gather, HandedOver, Listen, Play
from callcenter.domain.notes import InternalNote
from callcenter.domain.views import Closure, MessageView
from callcenter.flow.session import FlowSession
from callcenter.routing.decisions import Asked


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


class Chat(Struct):
    """What is known of a chat besides its contact. Times in ms since 1970."""

    entry: str
    visitor: str
    here: bool = True
    """Whether the visitor has it open."""
    heard: int = 0
    """The number of the visitor's last message we were told of."""
    awaited_ms: int | None = None
    """Since when the visitor waits for an answer of the agent's."""
    replied: bool = False
    """Whether the present agent has written."""
    asked: bool = False
    """Whether a silent visitor was asked if they are still there."""


class Outbound(Struct):
    """The number that is dialled once an agent is on the line, and what came of dialling it so far."""

    number: str
    dials: int = 0
    """How often it was dialled."""
    attempts: int = 0
    """How many of those count: not those that broke off on our side."""
    dialled_ms: int | None = None
    outcome: str = ""
    """What came of the last attempt."""


class Callback(Struct):
    """A promise to call a customer back. Times in ms since 1970.

    ``since_ms`` is the arrival that its place in the queue is counted from; ``not_before_ms`` and ``until_ms`` are the
    hours asked for on the day of the next attempt.
    """

    key: str
    queue: str
    origin: str
    booked_ms: int
    since_ms: int
    expires_ms: int
    not_before_ms: int | None = None
    until_ms: int | None = None
    days: int = 0
    """On how many days the hours asked for have passed in vain."""
    retry_ms: int | None = None
    due_ms: int | None = None
    """When it goes into its queue, while it waits outside."""
    awaits_origin: bool = False
    """Whether the customer may still be on the line on which it was booked."""
    suspended: bool = False
    """Whether its queue was closed by hand."""


class LeadCall(Struct):
    """The campaign's lead that a contact is for. ``tried`` counts its earlier attempts by outcome."""

    campaign: str
    lead: int
    tried: dict[str, int] = field(default_factory=dict)
    began_ms: int = 0
    agent: str = ""
    """Who spoke with the person, or waited for them."""
    outcome: str = ""
    """What came of the attempt, once that is known."""
    disposition: str = ""
    asked_for_ms: int | None = None
    """When the person asked to be called again."""
    names: dict[str, str] = field(default_factory=dict)
    """What the campaign is called, by language."""
    script: str = ""
    withdrawn: str = ""
    """Why the person must not be reached any more."""
    settled: bool = False

    @property
    def attempt(self) -> int:
        """The number of this attempt, from 1."""
        return sum(self.tried.values()) + 1


class Choice(Struct, frozen=True):
    """Whom the router chose last for a contact, and why."""

    agent: str
    why: Why


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
    chat: Chat | None = None
    place: Place = Place.FLOW
    legs: dict[str, Leg] = field(default_factory=dict)
    leg_counter: int = 0
    request_counter: int = 0
    flow: FlowSession | None = None
    handed_over: HandedOver | None = None
    """What the assistant told when it gave the contact to people."""
    flow_path: list[str] = field(default_factory=list)
    path_before: list[str] = field(default_factory=list)
    """The steps of earlier flows of this contact."""
    pending: Play | Gather | Listen | None = None
    """The prompt or gather a flow waits for; asked again when the PBX or we were away."""
    playing: str = ""
    """The request of an announcement that is being played in the queue."""
    music: bool = False
    variables: dict[str, Any] = field(default_factory=dict)
    queue: str = ""
    queue_priority: int = 0
    queue_skills: tuple[SkillRequirement, ...] = ()
    why: Why | None = None
    queued_ms: int | None = None
    """Since when the customer waits for a person, over all queues."""
    joined_ms: int | None = None
    """Since when in the present queue."""
    expected_ms: int | None = None
    """How long it was expected to wait there."""
    told_ms: int | None = None
    """The first wait the customer was told there, and when."""
    told_at_ms: int = 0
    asked_in: str = ""
    """The queue in which the customer asked for a person for the first time, and when; also in the call before."""
    asked_ms: int = 0
    reached: bool = False
    """Whether a person has answered; also when a callback took that over, so that it counts once."""
    overflows_taken: int = 0
    handed_on: dict[str, int] = field(default_factory=dict)
    """Queue → when its overflow sent the contact on last."""
    callback_offered: bool = False
    """Whether an overflow has offered a callback already."""
    key_request: str = ""
    """The gather that listens for the callback key while the customer waits."""
    chosen: Choice | None = None
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
    outbound: Outbound | None = None
    callback: Callback | None = None
    lead: LeadCall | None = None
    booked: list[str] = field(default_factory=list)
    """The callbacks that this contact led to."""
    end_reason: EndReason | None = None
    """Decided before the end: the agent hung up and a survey still runs."""
    notes: list[InternalNote] = field(default_factory=list)
    """What agents wrote about it for each other."""
    disposition: str = ""
    note: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    follow_up_ms: int | None = None
    taps: dict[str, str] = field(default_factory=dict)
    """Leg → the tap by which it is listened to."""
    tap_counter: int = 0
    payment_since_ms: int | None = None
    """Since when card data are being given; nothing is recorded meanwhile."""
    payment_paused: bool = False
    """Whether the payment mode paused the recording, and so resumes it."""
    taken_over_by: str = ""
    diverted_from: list[str] = field(default_factory=list)
    """Closed queues that have sent the contact on already."""
    after_words: str = ""
    """Where the contact goes after what is being said: a target, ``end``, or empty for an apology."""
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
    def person(self) -> str:
        """Who the customer is, as far as they can be told apart: their number, else the browser they write from."""
        return self.caller or (f"visitor:{self.chat.visitor}" if self.chat is not None else "")

    @property
    def virtual(self) -> bool:
        """Whether no customer is on the line: they are to be dialled, and wait without hearing anything."""
        return not self.customer_leg

    @property
    def on_hold(self) -> bool:
        """Whether the customer is on hold."""
        return self.hold_since_ms is not None

    @property
    def language(self) -> str:
        """The language the customer is spoken to in."""
        return str(self.variables.get("language") or "zh")


class WrapUp(Struct):
    """The paperwork of one contact: since when, until when, and whether it was given more time.

    ``queue`` is the one it was for when the agent left the talk; empty when there was none.
    """

    since_ms: int
    ends_ms: int
    extended: bool = False
    queue: str = ""


class DeskState(Struct):
    """What is known of an agent besides routing: their page, and what their time is counted by."""

    agent: str
    desk: str = ""
    connected: bool = False
    lost_ms: int | None = None
    """Since when the page is gone."""
    wrap_ups: dict[str, WrapUp] = field(default_factory=dict)
    """Contacts the agent still writes about, oldest first."""
    recent: list[str] = field(default_factory=list)
    """The last contacts handled, so that a late note still finds its place."""
    commands: list[str] = field(default_factory=list)
    supervising: str = ""
    """The contact this agent listens to as a supervisor."""
    messages: list[MessageView] = field(default_factory=list)
    """The last messages of supervisors, newest first."""
    counts_as: AgentState = AgentState.LOGGED_OUT
    """What the agent's time is counted as, and since when."""
    counts_since_ms: int = 0
    team: str = ""
    """The last one known, also of an agent who was removed."""


DAY_MS = 86_400_000
CHINA_OFFSET_MS = 8 * 3_600_000
EPOCH_WEEKDAY = 3
"""1 January 1970 was a Thursday."""


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
    figures: LiveFigures = field(default_factory=LiveFigures)
    ended: dict[str, bool] = field(default_factory=dict)
    """The last contacts that ended, oldest first, so that a late second arrival is recognised."""
    closures: dict[str, Closure] = field(default_factory=dict)
    """Queues closed by hand."""
    alarms: dict[str, Alarm] = field(default_factory=dict)
    unserved: dict[str, list[Asked]] = field(default_factory=dict)
    """Queue → what contacts asked for that nobody signed in can serve."""
    callbacks: dict[str, str] = field(default_factory=dict)
    """Number and queue → the open callback; one at a time."""
    campaigns: dict[str, RunningCampaign] = field(default_factory=dict)
    """The campaigns that run or pause."""
    leads: dict[int, str] = field(default_factory=dict)
    """Lead → the open contact for it; one at a time."""
    last_agents: dict[str, str] = field(default_factory=dict)
    """Caller → the agent they spoke with last, the latest callers only; kept while a queue wants it."""
    floor_commands: list[str] = field(default_factory=list)
    telephony_up: bool = True
    telephony_missed: bool = False
    """Whether an alarm told that it is away."""
    hears: bool = False
    """Whether somebody can be listened to: a recogniser for live speech is there."""

    def midnight(self, now_ms: int) -> int:
        """When the present local day began; figures of "today" begin anew with it."""
        return now_ms - (now_ms + self.offset_ms) % DAY_MS

    def weekday(self, now_ms: int) -> int:
        """Which day of the week it is locally; 0 is Monday."""
        return ((now_ms + self.offset_ms) // DAY_MS + EPOCH_WEEKDAY) % 7

    @property
    def offset_ms(self) -> int:
        """How far local time is ahead of UTC."""
        return int(self.config.extra.get("utc_offset_ms", CHINA_OFFSET_MS))

    def music_of(self, queue: str) -> str:
        """The music a customer of ``queue`` hears."""
        found = self.config.queues.get(queue)
        return found.music if found is not None else "default"


CONTACT_TABLE: dict[Place, frozenset[Place]] = {
    Place.FLOW: frozenset({Place.WAITING, Place.OFFERED, Place.OUTSIDE, Place.ENDED}),
    Place.WAITING: frozenset({Place.OFFERED, Place.FLOW, Place.OUTSIDE, Place.SCHEDULED, Place.ENDED}),
    Place.OFFERED: frozenset(
        {Place.WAITING, Place.TALKING, Place.DIALLING, Place.FLOW, Place.OUTSIDE, Place.SCHEDULED, Place.ENDED}
    ),
    Place.TALKING: frozenset({Place.WAITING, Place.OFFERED, Place.FLOW, Place.AGENT_LOST, Place.OUTSIDE, Place.ENDED}),
    Place.AGENT_LOST: frozenset({Place.TALKING, Place.WAITING, Place.OFFERED, Place.FLOW, Place.ENDED}),
    Place.OUTSIDE: frozenset({Place.WAITING, Place.OFFERED, Place.FLOW, Place.ENDED}),
    Place.SCHEDULED: frozenset({Place.WAITING, Place.DIALLING, Place.ENDED}),
    Place.DIALLING: frozenset({Place.TALKING, Place.SCHEDULED, Place.WAITING, Place.FLOW, Place.ENDED}),
    Place.ENDED: frozenset(),
}
"""From where to where a contact may move; anything else is a fault of ours and raises."""
