"""Every port: what the core's surroundings must be able to do. Adapters fill them, :mod:`callcenter.app` wires them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from callcenter.domain.config import CenterConfig, Names
from callcenter.domain.contact import Prompt
from callcenter.domain.effects import Effect, TelephonyCommand
from callcenter.domain.events import Event
from callcenter.domain.journal import JournalEntry
from callcenter.domain.records import (
    AuditRecord,
    ContactQuery,
    ContactRecord,
    Customer,
    RecordingRecord,
    Session,
    TimelineEntry,
    User,
)
from callcenter.domain.views import DeskView, FloorView

EventSink = Callable[[Event], None]
"""Takes an event at once and never blocks; the engine journals it."""


class Clock(Protocol):
    """Wall time, and waiting for it; virtual in tests and simulations."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        ...

    async def sleep_until(self, at_ms: int) -> None:
        """Return at or after ``at_ms``."""
        ...


class SecretVault(Protocol):
    """Keys that must not be written down (PINs), in memory only until their contact ends."""

    def put(self, contact: str, digits: str) -> str:
        """Keep digits, return their key."""
        ...

    def get(self, key: str) -> str | None:
        """The digits, or None when they are gone (restart, contact over)."""
        ...

    def forget(self, contact: str) -> None:
        """Drop what is kept for a contact."""
        ...


class PromptAudio(Protocol):
    """Turns a prompt into a sound file the PBX can play."""

    async def file_of(self, prompt: Prompt) -> Path:
        """A 16-bit mono WAV at 8 kHz; cached by content. Raises ``ProviderError`` when it cannot be made."""
        ...


class Telephony(Protocol):
    """A PBX or carrier. Commands name things by ids of ours, so that carrying one out twice does no harm.

    What is ordinary in telephony is no error: a command for a leg that has just ended is done.
    ``execute`` raises ``ProviderError`` only when the PBX could not be asked; a leg that can not be dialled is
    reported by ``LegEnded``.
    """

    name: str

    async def start(self, sink: EventSink) -> None:
        """Connect and begin to deliver events; returns once commands are possible or the connection is being retried.

        Delivers ``TelephonyRestored`` (with the legs that live there) after every (re)connection, the first included,
        then ``CallArrived`` once more for calls nobody has answered yet; ``TelephonyLost`` when the connection goes.
        """
        ...

    async def stop(self) -> None:
        """Disconnect; calls in progress go on."""
        ...

    async def execute(self, command: TelephonyCommand) -> None:
        """Carry out one command. Returns when the PBX has accepted it."""
        ...

    def recording_files(self, recording: str) -> Sequence[Path]:
        """The files of a closed recording: left side first; empty when there are none."""
        ...

    def discard_recording(self, recording: str) -> None:
        """Delete the PBX's own files after they were filed elsewhere."""
        ...


class JournalStore(Protocol):
    """Where the journal lives. One writer."""

    async def append(self, entries: Sequence[JournalEntry], done_seq: int) -> None:
        """Write entries, their projections and the outbox mark in one transaction.

        ``done_seq``: the effects of all entries up to it have been carried out.
        """
        ...

    def read(self, from_seq: int = 1) -> AsyncIterator[JournalEntry]:
        """Entries in order, from ``from_seq`` on."""
        ...

    async def last_seq(self) -> int:
        """The highest ``seq``, 0 when empty."""
        ...

    async def done_seq(self) -> int:
        """The outbox mark last written."""
        ...

    async def save_snapshot(self, seq: int, state: bytes) -> None:
        """Keep the core's state as of ``seq``; older ones beyond the last two may go."""
        ...

    async def latest_snapshot(self) -> tuple[int, bytes] | None:
        """The newest snapshot and its ``seq``."""
        ...


class ContactDirectory(Protocol):
    """Reads contacts for pages."""

    async def list(self, query: ContactQuery) -> Sequence[ContactRecord]:
        """Newest first."""
        ...

    async def get(self, contact: str) -> ContactRecord | None:
        """One contact."""
        ...

    async def timeline(self, contact: str) -> Sequence[TimelineEntry]:
        """The contact's story, oldest first."""
        ...

    async def recordings(self, contact: str) -> Sequence[RecordingRecord]:
        """Its recordings, oldest first."""
        ...

    async def add_recording(self, recording: RecordingRecord) -> None:
        """File a recording; the same id again replaces the row."""
        ...

    async def today(self, since_ms: int) -> Mapping[str, Mapping[str, int]]:
        """Per queue since ``since_ms``: ``offered``, ``answered``, ``abandoned``, ``within_level``."""
        ...


class UserDirectory(Protocol):
    """Users and their sessions."""

    async def by_name(self, name: str) -> User | None:
        """A user by sign-in name."""
        ...

    async def by_id(self, user_id: int) -> User | None:
        """A user by id."""
        ...

    async def all(self) -> Sequence[User]:
        """Every user by name."""
        ...

    async def add(self, user: User) -> User:
        """Create; ``id`` is given by the store. Raises ``Rejected("name_taken")``."""
        ...

    async def update(self, user: User) -> None:
        """Write back."""
        ...

    async def add_session(self, session: Session) -> None:
        """Keep a session."""
        ...

    async def session(self, token_hash: str) -> Session | None:
        """A session that is not revoked."""
        ...

    async def touch_session(self, token_hash: str, seen_ms: int) -> None:
        """Note that it was used."""
        ...

    async def end_session(self, token_hash: str) -> None:
        """Revoke."""
        ...


class CustomerDirectory(Protocol):
    """Who the customers are."""

    async def by_phone(self, phone: str) -> Customer | None:
        """The customer with this number in E.164."""
        ...

    async def add_many(self, customers: Iterable[Customer]) -> None:
        """Seed or import; the same phone again replaces the row."""
        ...


class ConfigStore(Protocol):
    """Center configuration as last published."""

    async def load(self) -> CenterConfig | None:
        """None on a fresh database."""
        ...

    async def save(self, config: CenterConfig) -> None:
        """Replace."""
        ...


class AuditLog(Protocol):
    """Append-only record of sensitive acts."""

    async def write(self, record: AuditRecord) -> None:
        """Append."""
        ...


class RecordingStore(Protocol):
    """Audio files kept for their retention time."""

    async def file(
        self, recording: str, contact: str, kind: str, sides: Sequence[Path], started_ms: int
    ) -> RecordingRecord:
        """Join the sides to one WAV, a channel each, and keep it. Raises ``ProviderError`` when a side is missing."""
        ...

    def path_of(self, record: RecordingRecord) -> Path:
        """Where the file is. Raises ``Rejected("recording_missing")`` when it is not there."""
        ...


class Desk(Protocol):
    """What the web needs of the engine."""

    async def submit(self, event: Event) -> tuple[Effect, ...]:
        """Journal an event, decide, and return the effects; raises ``Rejected`` when the core refused the command."""
        ...

    def desk_view(self, agent: str) -> DeskView | None:
        """The agent's live picture; None for an unknown agent."""
        ...

    def floor_view(self) -> FloorView:
        """The floor now."""
        ...

    def changes(self, agent: str | None = None) -> AsyncIterator[None]:
        """Yields at once, then after each change that concerns ``agent`` (anything, when None); bursts are joined."""
        ...

    def softphone(self, agent: str) -> Mapping[str, Any]:
        """What the softphone registers with: ``uri``, ``password``, ``ws_path``, ``domain``, ``display_name``."""
        ...

    def guest_phone(self) -> Mapping[str, Any] | None:
        """Short-lived credentials for a web caller, with ``hotlines`` (number → names); None when switched off."""
        ...

    def config(self) -> CenterConfig:
        """The configuration in force."""
        ...

    def labels(self) -> Mapping[str, Names]:
        """What flows (``hotline``) and their steps (``hotline/main``) are called on screens, by language."""
        ...
