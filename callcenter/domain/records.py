"""What is kept: users, sessions, customers, contacts and recordings, as plain records independent of any database."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from callcenter.domain.effects import Effect
from callcenter.domain.events import Event


class User(Struct, frozen=True):
    """Someone who may sign in, in one of the configured roles; ``agent_id`` links them to their agent, or is empty."""

    id: int
    name: str
    display_name: str
    role: str
    password_hash: str
    agent_id: str = ""
    language: str = "zh"
    must_change_password: bool = False
    disabled: bool = False
    deleted: bool = False
    """Gone for good; the row stays, so that the audit log's name can mean nobody else."""


class Session(Struct, frozen=True):
    """A signed-in browser. Only a hash of the token is stored. Times in ms since 1970."""

    token_hash: str
    user_id: int
    csrf: str
    created_ms: int
    expires_ms: int
    seen_ms: int
    address: str = ""
    browser: str = ""
    """As the browser calls itself; shown to its user, decides nothing."""


class Customer(Struct, frozen=True):
    """A customer as the demo bank knows them; ``phone`` is E.164."""

    id: int
    name: str
    phone: str
    birth_year: int | None = None
    level: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""


class ContactRecord(Struct, frozen=True):
    """One contact for lists. Times in ms since 1970; ``ended_ms`` is None while it lasts."""

    id: str
    channel: str
    direction: str
    caller: str
    dialled: str
    flow: str
    queue: str
    agent: str
    started_ms: int
    answered_ms: int | None
    ended_ms: int | None
    waited_ms: int
    talked_ms: int
    reason: str
    disposition: str
    note: str
    has_recording: bool
    fields: dict[str, str] = field(default_factory=dict)
    """The agent's answers to the queue's form."""
    follow_up_ms: int | None = None
    ordinal: int = 0
    """Its place among all contacts by beginning; what paging goes by."""


class RecordingRecord(Struct, frozen=True):
    """One audio file: WAV, left = customer, right = what the customer heard. ``path`` is relative to the store."""

    id: str
    contact: str
    kind: str  # call | voicemail
    path: str
    started_ms: int
    duration_ms: int
    size: int
    sha256: str


class Peaks(Struct, frozen=True):
    """A recording drawn: for each side the loudest sample of every ``step_ms``, 0 to 100."""

    duration_ms: int
    step_ms: int
    sides: tuple[tuple[int, ...], ...]


class TimelineEntry(Struct, frozen=True):
    """One thing in a contact's story: the event and the effects that concern the contact."""

    seq: int
    at_ms: int
    event: Event
    effects: tuple[Effect, ...]


class ContactReach(Struct, frozen=True):
    """Which contacts somebody may read: those ``agents`` had a part in, and those nobody answered in ``queues``."""

    agents: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    everything: bool = False


EVERYTHING = ContactReach(everything=True)
NOTHING = ContactReach()


class ContactQuery(Struct, frozen=True):
    """What to look for, newest first; conditions that are left empty do not count. Times in ms since 1970."""

    text: str = ""
    """A number, or words in the note."""
    number: str = ""
    """The customer's number, whole or at least its last four digits."""
    customer: str = ""
    """How the customer's name begins."""
    words: str = ""
    """All of these stand in the note or the form."""
    agent: str = ""
    """Had a part in it."""
    queue: str = ""
    channel: str = ""
    from_ms: int | None = None
    to_ms: int | None = None
    """Began before this."""
    disposition: str = ""
    reason: str = ""
    """How it ended."""
    recorded: bool = False
    min_talk_ms: int = 0
    limit: int = 50
    before: int | None = None
    """The ``ordinal`` to go on from."""


class ContactPage(Struct, frozen=True):
    """What a search found. ``before`` is where to go on, or None when there is nothing further back."""

    contacts: tuple[ContactRecord, ...]
    before: int | None = None
    paused_at_ms: int | None = None
    """The search stopped here to keep its time, although there may be room on the page; None when it did not."""
    more_customers: bool = False
    """More customers have such a name than were looked for."""


class SavedFilter(Struct, frozen=True):
    """A search kept under a name. ``team`` shares it with a team; otherwise it is its owner's alone."""

    id: int
    owner: str
    name: str
    filters: dict[str, str]
    team: str = ""


class AuditRecord(Struct, frozen=True):
    """One sensitive act: who, what, on what, when; ``detail`` holds JSON values without personal data."""

    at_ms: int
    actor: str
    act: str
    subject: str
    detail: dict[str, Any] = field(default_factory=dict)
