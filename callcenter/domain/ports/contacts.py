"""Contacts, customers and recordings, kept and read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from callcenter.domain.records import (
    EVERYTHING,
    ContactPage,
    ContactQuery,
    ContactReach,
    ContactRecord,
    Customer,
    Peaks,
    RecordingRecord,
    SavedFilter,
    TimelineEntry,
)


class ContactDirectory(Protocol):
    """Reads contacts for pages."""

    async def search(self, query: ContactQuery, reach: ContactReach) -> ContactPage:
        """A page of what fits and is within reach, newest first; it keeps its time and says when it stopped early."""
        ...

    async def list(self, query: ContactQuery, reach: ContactReach = EVERYTHING) -> Sequence[ContactRecord]:
        """The contacts of one page of a search."""
        ...

    async def get(self, contact: str, reach: ContactReach = EVERYTHING) -> ContactRecord | None:
        """One contact; None when there is none, or not within reach."""
        ...

    async def agents(self, contact: str) -> Sequence[str]:
        """Everybody who had a part in it, by id."""
        ...

    async def timeline(self, contact: str) -> Sequence[TimelineEntry]:
        """The contact's story, oldest first."""
        ...

    async def recordings(self, contact: str) -> Sequence[RecordingRecord]:
        """Its recordings, oldest first."""
        ...

    async def add_recording(self, recording: RecordingRecord) -> None:
        """File a recording, and the job of transcribing it; the same id again replaces the row."""
        ...

    async def follow_ups(self, agent: str, until_ms: int, limit: int) -> Sequence[ContactRecord]:
        """The agent's contacts to be followed up at ``until_ms`` or before and not done, latest due first."""
        ...

    async def follow_up_done(self, contact: str, due_ms: int, agent: str, at_ms: int) -> bool:
        """The follow-up of this agent is done; False when they have none like it. Twice is the same as once."""
        ...


class SavedFilters(Protocol):
    """Searches kept under a name."""

    async def of(self, owner: str, teams: frozenset[str]) -> Sequence[SavedFilter]:
        """One's own and those shared with one's teams, by name."""
        ...

    async def save(self, filter: SavedFilter) -> SavedFilter:
        """Keep it; another of the same owner and name is replaced. Returns it with its id."""
        ...

    async def drop(self, filter: int, owner: str) -> bool:
        """Forget one's own; False when there is none of that id and owner."""
        ...


class CustomerDirectory(Protocol):
    """Who the customers are."""

    async def by_phone(self, phone: str) -> Customer | None:
        """The customer with this number in E.164."""
        ...

    async def add_many(self, customers: Iterable[Customer]) -> None:
        """Seed or import; the same phone again replaces the row."""
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

    async def peaks(self, record: RecordingRecord) -> Peaks:
        """How loud each side is over time. Raises ``Rejected("recording_missing")`` and ``ProviderError``."""
        ...
