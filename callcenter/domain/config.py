"""What a tenant configures and the core decides by: queues, agents, numbers, chat entries, calendars. Plain data."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from callcenter.domain.access import BUILT_IN_ROLES, RoleConfig
from callcenter.domain.alarms import AlarmRule
from callcenter.domain.figures import Abandons, LevelRule
from callcenter.domain.knowledge import Article
from callcenter.domain.names import Names


class SkillRequirement(Struct, frozen=True):
    """A queue asks for ``skill`` at ``level`` (1..10) or more; ``required=False`` only prefers it."""

    skill: str
    level: int = 1
    required: bool = True


class Relaxation(Struct, frozen=True):
    """After ``after_ms`` of waiting a contact asks for less and keeps its place.

    ``drop`` are skills no longer asked for, ``lower_by`` is taken off every level (never below 1), ``teams`` may serve
    it besides those who could before.
    """

    after_ms: int
    drop: tuple[str, ...] = ()
    lower_by: int = 0
    teams: tuple[str, ...] = ()


class Overflow(Struct, frozen=True):
    """Go on to ``target`` as soon as one of the conditions given holds; they are looked at all the time.

    ``after_ms`` of waiting; nobody signed in who serves the queue (``when_unstaffed``); an expected wait of
    ``expected_ms`` or more; fewer than ``staffed_below`` agents signed in. Without a condition: at once.
    ``target`` is ``queue:ID``, ``flow:NAME``, ``number:E164``, or ``callback``: the flow of the queue's callback rule,
    once for each contact.
    """

    target: str
    after_ms: int = 0
    when_unstaffed: bool = False
    expected_ms: int = 0
    staffed_below: int = 0


class ChannelConfig(Struct, frozen=True):
    """How contacts of one channel (``voice``, ``chat``) share an agent with others.

    An agent carries contacts of it up to a weight of ``capacity`` at once, unless the agent's own settings say
    otherwise. While they have one, no new contact of the channels in ``pauses`` is offered to them.
    """

    id: str
    capacity: int = 1
    pauses: tuple[str, ...] = ()


CHANNELS = {"voice": ChannelConfig("voice", 1, ("chat",)), "chat": ChannelConfig("chat", 3)}
"""Where nothing else is configured: one call, or three chats; a call pauses new chats, chats pause no call."""


class Announcements(Struct, frozen=True):
    """What a waiting customer is told, and how often. Times in ms; 0 switches one off."""

    first_after_ms: int = 10_000
    every_ms: int = 30_000
    position: bool = True
    expected_wait: bool = True
    callback_key: str = ""
    """The key by which a waiting customer asks to be called back; it is said with every announcement. Empty: none."""


class RetryAfter(Struct, frozen=True):
    """How long after an attempt that reached nobody the next one is made, by what came of it."""

    busy_ms: int = 300_000
    no_answer_ms: int = 900_000
    rejected_ms: int = 1_800_000
    failed_ms: int = 300_000
    cancelled_ms: int = 60_000


class CallbackRule(Struct, frozen=True):
    """How customers of a queue who asked for it are called back.

    Nobody is called outside ``call_from`` to ``call_until`` (``HH:MM``, local), nor when ``calendar`` is closed; empty:
    the queue has no hours of its own. The time zone is the calendar's, else ``timezone``.
    """

    flow: str = ""
    """The flow that offers a callback to whoever waits; empty: a key books one to the number they call from."""
    attempts: int = 3
    retry: RetryAfter = RetryAfter()
    ring_ms: int = 30_000
    wrap_up: bool = False
    """Whether the agent has wrap-up time after an attempt that reached nobody."""
    call_from: str = "08:00"
    call_until: str = "21:00"
    calendar: str = ""
    timezone: str = "Asia/Shanghai"
    window_days: int = 1
    """On how many further days a callback is tried that was not reached in the hours asked for."""
    age_from_window: bool = False
    """Whether a callback for certain hours waits as long as those have lasted, instead of since it was booked."""
    keep_ms: int = 3 * 86_400_000
    """How long after the booking, or after the hours asked for, it is given up."""
    caller_number: str = ""
    """The number shown to the customer; empty: the centre's."""


class Reason(Struct, frozen=True):
    """A break reason or a disposition: an id and its names. ``paid`` and the like are for later reports."""

    id: str
    names: Names


class ChatRule(Struct, frozen=True):
    """How chats of a queue are held. Times in ms.

    With ``auto_accept`` an offered chat is the agent's at once. A visitor who does not answer an agent is asked after
    ``silent_ms`` whether they are still there, and the chat ends ``closed_after_ms`` later. ``first_reply_ms`` is
    when an agent's first answer is late. A visitor whose page is gone keeps their place in the queue for
    ``absent_ms``, and an agent whose page is gone keeps their chats as long.
    """

    auto_accept: bool = False
    first_reply_ms: int = 60_000
    silent_ms: int = 180_000
    closed_after_ms: int = 180_000
    absent_ms: int = 120_000


class FormField(Struct, frozen=True):
    """A question of the result form. ``kind``: ``text``, ``number``, ``date`` or ``choice`` (of ``choices``)."""

    id: str
    names: Names
    kind: str = "text"
    required: bool = False
    choices: tuple[Reason, ...] = ()


class QueueConfig(Struct, frozen=True):
    """One queue. ``ageing_ms`` is how many ms of waiting one priority step (0..10) is worth."""

    id: str
    names: Names
    skills: tuple[SkillRequirement, ...] = ()
    priority: int = 0
    ageing_ms: int = 60_000
    offer_timeout_ms: int = 20_000
    wrap_up_ms: int = 30_000
    service_level_ms: int = 20_000
    abandons: Abandons = Abandons.COUNTED
    """How contacts that give up waiting count in the service level."""
    short_abandon_ms: int = 5_000
    """Giving up before is a short abandon."""
    agent_policy: str = "longest_idle"
    contact_policy: str = "priority"
    """How a freed agent chooses among contacts (:mod:`callcenter.routing.policies`)."""
    share: int = 1
    """Its part of all who wait, beside the parts of other queues: what ``fixed_queue_ratio`` keeps to."""
    wait_cost: int = 1
    """What a wait in it costs, beside that in other queues: what ``generalised_c_mu`` weighs."""
    channel: str = "voice"
    """The channel by which its staffing is counted and its reserve kept."""
    teams: tuple[str, ...] = ()
    """The teams that serve it at first; empty means all."""
    relaxations: tuple[Relaxation, ...] = ()
    prefer_last_agent_ms: int = 0
    """How long a customer waits for the agent they spoke with last before anybody may take them; 0: not at all."""
    reserve: int = 0
    """How many agents who can serve this queue are kept free for it; other queues take only those beyond."""
    overflow: tuple[Overflow, ...] = ()
    announcements: Announcements = Announcements()
    callback: CallbackRule = CallbackRule()
    calendar: str = ""
    """When the queue is staffed: outside its hours nobody is missing, so no alarm says so. Empty: around the clock."""
    music: str = "default"
    record: bool = True
    live_transcript: bool = False
    """Whether what is said is shown in words while it is said, and kept."""
    survey_flow: str = ""
    chat: ChatRule = ChatRule()
    dispositions: tuple[str, ...] = ()
    """Those on offer after a contact of this queue; empty means all."""
    fields: tuple[FormField, ...] = ()
    """What the agent fills in with the result, besides disposition and note."""

    @property
    def level(self) -> LevelRule:
        """What the queue is measured by."""
        return LevelRule(self.service_level_ms, self.abandons, self.short_abandon_ms)


class Team(Struct, frozen=True):
    """Agents who are led together. ``leaders`` are sign-in names; ``queues`` whose unanswered contacts they may see."""

    id: str
    names: Names
    leaders: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()


class AgentConfig(Struct, frozen=True):
    """One agent: ``skills`` gives each skill's level 1..10; ``queues`` empty means every queue they qualify for."""

    id: str
    name: str
    number: str = ""
    team: str = ""
    skills: dict[str, int] = field(default_factory=dict)
    queues: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("zh",)
    capacity: dict[str, int] = field(default_factory=dict)
    """Channel → how much the agent carries at once, where it is not what the channel's setting says; 0: none."""


class Interval(Struct, frozen=True):
    """Opening time of one weekday (0 = Monday); minutes after local midnight, ``end`` exclusive."""

    weekday: int
    start_minute: int
    end_minute: int


class Calendar(Struct, frozen=True):
    """Business hours. ``days`` says for each listed ISO date ``holiday`` or ``workday`` (a make-up day).

    A year not in ``years`` is unknown: asking about it is an error, never a guess. On a make-up working day
    the hours of Monday apply.
    """

    id: str
    timezone: str
    hours: tuple[Interval, ...]
    days: dict[str, str] = field(default_factory=dict)
    years: tuple[int, ...] = ()


class ChatTokenKey(Struct, frozen=True):
    """A key with which the bank's own site signs who its visitors are. ``id`` is the token's ``kid``.

    ``secret`` names the key itself, which stands in the environment (``CALLCENTER_CHAT_KEYS``): a shared secret for
    HS256, a public key (PEM) for ES256.
    """

    id: str
    secret: str
    algorithm: str = "HS256"


class ChatLimits(Struct, frozen=True):
    """How much a visitor, and an address with many visitors behind it, may send."""

    messages_a_minute: int = 30
    address_messages_a_minute: int = 600
    address_conversations: int = 50
    """Open at once."""
    file_mb: int = 10
    conversation_mb: int = 50
    """All files of a conversation together; 0: no files."""


class ChatEntry(Struct, frozen=True):
    """A way into chat: a site, or a part of one. ``target`` is ``flow:NAME`` or ``queue:ID``.

    ``origins`` are the sites whose pages may show the widget (``https://www.bank.example``); our own may always.
    ``calendar`` empty: always open; else a visitor who comes when it is closed is asked to leave a message.
    """

    id: str
    names: Names
    target: str = ""
    origins: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("zh", "en")
    calendar: str = ""
    survey: bool = True
    """Whether a visitor who ends a conversation is asked how it was."""
    token_keys: tuple[ChatTokenKey, ...] = ()
    limits: ChatLimits = ChatLimits()


class CannedReply(Struct, frozen=True):
    """A prepared reply in chats: found by its ``names``, inserted for editing before it is sent.

    ``texts`` is what it says, by language; ``{customer}``, ``{agent}`` and ``{queue}`` in it are filled in. ``queues``:
    in whose chats it is offered; empty means all.
    """

    id: str
    names: Names
    texts: Names
    queues: tuple[str, ...] = ()


class CenterConfig(Struct, frozen=True):
    """Everything the core decides by, except the flows."""

    queues: dict[str, QueueConfig] = field(default_factory=dict)
    agents: dict[str, AgentConfig] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    channels: dict[str, ChannelConfig] = field(default_factory=lambda: dict(CHANNELS))
    numbers: dict[str, str] = field(default_factory=dict)
    """Dialled number → flow name; ``*`` is the rest."""
    break_reasons: tuple[Reason, ...] = ()
    dispositions: tuple[Reason, ...] = ()
    canned_replies: tuple[CannedReply, ...] = ()
    articles: tuple[Article, ...] = ()
    skill_names: tuple[Reason, ...] = ()
    """What skills are called on screens; one that is not here is shown by its id."""
    teams: dict[str, Team] = field(default_factory=dict)
    roles: dict[str, RoleConfig] = field(default_factory=lambda: dict(BUILT_IN_ROLES))
    alarms: tuple[AlarmRule, ...] = ()
    chat_entries: dict[str, ChatEntry] = field(default_factory=dict)
    prompts: dict[str, Names] = field(default_factory=dict)
    """Sentences of the centre itself that are worded differently here (:mod:`callcenter.core.prompts` has the keys)."""
    emergency_messages: tuple[Reason, ...] = ()
    """Prepared sentences for a queue that must be closed or diverted."""
    caller_number: str = ""
    """The number shown to agents' phones and outside parties when none is better."""
    agent_grace_ms: int = 8_000
    """How long a customer waits for an agent whose page or phone fell away before going back to the queue."""
    extra: dict[str, Any] = field(default_factory=dict)
