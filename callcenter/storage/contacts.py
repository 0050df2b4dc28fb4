"""Contacts, their stories and their recordings, for pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.journal import decode_effects, decode_event
from callcenter.domain.records import (
    EVERYTHING,
    ContactPage,
    ContactQuery,
    ContactReach,
    ContactRecord,
    RecordingRecord,
    TimelineEntry,
)
from callcenter.storage import follow_ups, transcription_jobs
from callcenter.storage.contact_search import PATIENCE_MS, contact_of, listed, search, within
from callcenter.storage.database import Database
from callcenter.storage.tables import contact_agents, contacts, journal, journal_contacts, recordings
from callcenter.storage.upsert import upsert


class SqlContacts:
    """The ``ContactDirectory``."""

    def __init__(self, database: Database, region: str = "CN", patience_ms: int = PATIENCE_MS) -> None:
        self._database = database
        self._region = region
        self._patience_ms = patience_ms

    async def search(self, query: ContactQuery, reach: ContactReach) -> ContactPage:
        """A page of what fits and is within reach, newest first, at most 500."""
        async with self._database.read() as connection:
            return await search(connection, query, reach, self._region, self._patience_ms)

    async def list(self, query: ContactQuery, reach: ContactReach = EVERYTHING) -> Sequence[ContactRecord]:
        """The contacts of one page of a search."""
        return (await self.search(query, reach)).contacts

    async def get(self, contact: str, reach: ContactReach = EVERYTHING) -> ContactRecord | None:
        """One contact; None when there is none, or not within reach."""
        async with self._database.read() as connection:
            statement = listed.where(contacts.c.id == contact, within(reach))
            row = (await connection.execute(statement)).first()
        return None if row is None else contact_of(row)

    async def agents(self, contact: str) -> Sequence[str]:
        """Everybody who had a part in it, by id."""
        statement = (
            sa.select(contact_agents.c.agent)
            .join(contacts, contacts.c.ordinal == contact_agents.c.ordinal)
            .where(contacts.c.id == contact)
            .order_by(contact_agents.c.agent)
        )
        async with self._database.read() as connection:
            return (await connection.execute(statement)).scalars().all()

    async def timeline(self, contact: str) -> Sequence[TimelineEntry]:
        """The contact's story, oldest first, with the effects that name the contact."""
        statement = (
            sa.select(journal.c.seq, journal.c.at_ms, journal.c.event, journal.c.effects)
            .join(journal_contacts, journal_contacts.c.seq == journal.c.seq)
            .where(journal_contacts.c.contact == contact)
            .order_by(journal.c.seq)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return [_timeline_entry(contact, row) for row in rows]

    async def recordings(self, contact: str) -> Sequence[RecordingRecord]:
        """Its recordings, oldest first."""
        statement = (
            sa.select(recordings)
            .where(recordings.c.contact == contact)
            .order_by(recordings.c.started_ms, recordings.c.id)
        )
        async with self._database.read() as connection:
            return [RecordingRecord(**row._mapping) for row in await connection.execute(statement)]

    async def add_recording(self, recording: RecordingRecord) -> None:
        """File a recording, and the job of transcribing it; the same id again replaces the row."""
        async with self._database.write() as connection:
            statement = upsert(self._database.dialect, recordings, "id")
            await connection.execute(statement, msgspec.structs.asdict(recording))
            await transcription_jobs.add(connection, recording)

    async def follow_ups(self, agent: str, until_ms: int, limit: int) -> Sequence[ContactRecord]:
        """The agent's contacts to be followed up at ``until_ms`` or before and not done, latest due first."""
        async with self._database.read() as connection:
            return await follow_ups.due(connection, agent, until_ms, limit)

    async def follow_up_done(self, contact: str, due_ms: int, agent: str, at_ms: int) -> bool:
        """The follow-up of this agent is done; False when they have none like it. Twice is the same as once."""
        async with self._database.write() as connection:
            return await follow_ups.mark_done(connection, self._database.dialect, contact, due_ms, agent, at_ms)


def _timeline_entry(contact: str, row: Any) -> TimelineEntry:
    effects = tuple(e for e in decode_effects(row.effects) if getattr(e, "contact", None) == contact)
    return TimelineEntry(row.seq, row.at_ms, decode_event(row.event), effects)
