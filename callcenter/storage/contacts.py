"""Contacts, their stories and their recordings, for pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.contact import EndReason
from callcenter.domain.journal import decode_effects, decode_event
from callcenter.domain.records import ContactQuery, ContactRecord, RecordingRecord, TimelineEntry
from callcenter.storage.database import Database
from callcenter.storage.tables import contacts, journal, journal_contacts, recordings
from callcenter.storage.upsert import upsert

DEFAULT_LEVEL_MS = 20_000
"""The service level of a queue that is not configured (any more)."""
_MOST = 500

_has_recording = sa.exists().where(recordings.c.contact == contacts.c.id).label("has_recording")
_listed = sa.select(contacts, _has_recording)
_newest_first = (contacts.c.started_ms.desc(), contacts.c.id.desc())


class SqlContacts:
    """The ``ContactDirectory``. ``service_levels`` gives each queue's service level in ms as configured now."""

    def __init__(self, database: Database, service_levels: Callable[[], Mapping[str, int]] = dict) -> None:
        self._database = database
        self._service_levels = service_levels

    async def list(self, query: ContactQuery) -> Sequence[ContactRecord]:
        """Newest first, at most 500; ``text`` is looked for in caller, agent, queue and note."""
        statement = _listed.order_by(*_newest_first).limit(max(1, min(query.limit, _MOST)))
        for condition in _conditions(query):
            statement = statement.where(condition)
        async with self._database.read() as connection:
            return [_contact(row) for row in await connection.execute(statement)]

    async def get(self, contact: str) -> ContactRecord | None:
        """One contact."""
        async with self._database.read() as connection:
            row = (await connection.execute(_listed.where(contacts.c.id == contact))).first()
        return None if row is None else _contact(row)

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
        """File a recording; the same id again replaces the row."""
        async with self._database.write() as connection:
            statement = upsert(self._database.dialect, recordings, "id")
            await connection.execute(statement, msgspec.structs.asdict(recording))

    async def today(self, since_ms: int) -> Mapping[str, Mapping[str, int]]:
        """Counts by queue of the contacts that began since ``since_ms`` and asked for a person.

        A contact counts for the queue it was in last. ``within_level`` is answered within that queue's service level.
        """
        async with self._database.read() as connection:
            rows = await connection.execute(_today(since_ms, self._service_levels()))
            return {row.queue: {key: int(row._mapping[key] or 0) for key in _FIGURES} for row in rows}


_FIGURES = ("offered", "answered", "abandoned", "within_level")


def _today(since_ms: int, levels: Mapping[str, int]) -> sa.Select[Any]:
    columns = contacts.c
    known: dict[Any, Any] = {queue: sa.literal(level, sa.BigInteger) for queue, level in levels.items()}
    level = sa.case(known, value=columns.queue, else_=DEFAULT_LEVEL_MS) if known else sa.literal(DEFAULT_LEVEL_MS)
    answered = columns.answered_ms.is_not(None)

    def count(condition: Any) -> Any:
        return sa.func.sum(sa.case((condition, 1), else_=0))

    return (
        sa.select(
            columns.queue,
            sa.func.count().label("offered"),
            count(answered).label("answered"),
            count(columns.reason == str(EndReason.ABANDONED_IN_QUEUE)).label("abandoned"),
            count(sa.and_(answered, columns.waited_ms <= level)).label("within_level"),
        )
        .where(columns.started_ms >= since_ms, columns.queue != "")
        .group_by(columns.queue)
    )


def _conditions(query: ContactQuery) -> list[sa.ColumnElement[bool]]:
    columns = contacts.c
    found: list[sa.ColumnElement[bool]] = []
    if query.agent:
        found.append(columns.agent == query.agent)
    if query.queue:
        found.append(columns.queue == query.queue)
    if query.before_ms is not None:
        found.append(sa.tuple_(columns.started_ms, columns.id) < sa.tuple_(query.before_ms, query.before_id))
    text = query.text.replace("\x00", "").strip()
    if text:
        found.append(_mentions(text))
    return found


def _mentions(text: str) -> sa.ColumnElement[bool]:
    columns = contacts.c
    places = [columns.agent, columns.queue, columns.note, columns.caller]
    matches = [place.icontains(text, autoescape=True) for place in places]
    digits = "".join(letter for letter in text if letter.isdigit())
    if digits and digits != text and not any(letter.isalpha() for letter in text):
        matches.append(columns.caller.contains(digits, autoescape=True))
    return sa.or_(*matches)


def _contact(row: Any) -> ContactRecord:
    values = dict(row._mapping)
    return ContactRecord(**{**values, "has_recording": bool(values["has_recording"])})


def _timeline_entry(contact: str, row: Any) -> TimelineEntry:
    effects = tuple(e for e in decode_effects(row.effects) if getattr(e, "contact", None) == contact)
    return TimelineEntry(row.seq, row.at_ms, decode_event(row.event), effects)
