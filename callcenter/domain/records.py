"""What is kept: users, sessions, customers, contacts and recordings, as plain records independent of any database."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from callcenter.domain.access import Role
from callcenter.domain.effects import Effect
from callcenter.domain.events import Event


class User(Struct, frozen=True):
    """Someone who may sign in. ``agent_id`` links a user to their agent, or is empty."""

    id: int
    name: str
    display_name: str
    role: Role
    password_hash: str
    agent_id: str = ""
    language: str = "zh"
    must_change_password: bool = False
    disabled: bool = False


class Session(Struct, frozen=True):
    """A signed-in browser. Only a hash of the token is stored. Times in ms since 1970."""

    token_hash: str
    user_id: int
    csrf: str
    created_ms: int
    expires_ms: int
    seen_ms: int


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


class TimelineEntry(Struct, frozen=True):
    """One thing in a contact's story: the event and the effects that concern the contact."""

    seq: int
    at_ms: int
    event: Event
    effects: tuple[Effect, ...]


class ContactQuery(Struct, frozen=True):
    """What to list: newest first, ``limit`` rows before ``before_ms``/``before_id`` (keyset paging)."""

    text: str = ""
    agent: str = ""
    queue: str = ""
    limit: int = 50
    before_ms: int | None = None
    before_id: str = ""


class AuditRecord(Struct, frozen=True):
    """One sensitive act: who, what, on what, when; ``detail`` holds JSON values without personal data."""

    at_ms: int
    actor: str
    act: str
    subject: str
    detail: dict[str, Any] = field(default_factory=dict)
