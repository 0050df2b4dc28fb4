"""Statements about scoring jobs, on a connection of the caller's."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.quality_records import RESCORED_LATER_MS, RESULT_WAIT_MS, ScoringJob
from callcenter.domain.speech import live_source
from callcenter.domain.transcription import MOST_ATTEMPTS, JobState, pause_ms
from callcenter.storage.ordinals import first_ordinal
from callcenter.storage.projection import clean
from callcenter.storage.tables import (
    chat_conversations,
    contacts,
    evaluations,
    quality_forms,
    quality_rule_sets,
    transcription_jobs,
    transcripts,
)
from callcenter.storage.tables import scoring_jobs as table
from callcenter.storage.upsert import insert_missing, insert_or_leave

_c = table.c
BROKE_OFF = "the worker broke off"
MOST_TROUBLE = 500


def _fresh(contact: str, filed_ms: int) -> dict[str, Any]:
    return {
        **dict.fromkeys(("attempts", "not_before_ms", "lease_until_ms", "done_ms"), 0),
        **dict.fromkeys(("worker", "trouble"), ""),
        "contact": clean(contact),
        "state": JobState.WAITING.value,
        "filed_ms": filed_ms,
        "position": filed_ms,
        "again": False,
    }


async def add(connection: AsyncConnection, contact: str, filed_ms: int) -> None:
    """A contact's job; one that is there stays as it is."""
    await connection.execute(insert_or_leave(connection.dialect.name, table), _fresh(contact, filed_ms))


async def due_again(connection: AsyncConnection, contact: str, filed_ms: int) -> None:
    """A contact has more words than before: its job is due, whatever it was."""
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
    row = _fresh(contact, filed_ms)
    changed = {name: value for name, value in row.items() if name != "contact"}
    statement = insert.values(row).on_conflict_do_update(index_elements=["contact"], set_=changed)
    await connection.execute(statement)


async def add_missing(connection: AsyncConnection, since_ms: int) -> int:
    """Jobs of ended contacts that have words and no job; returns how many."""
    has_words = sa.or_(
        # What was heard during a talk is no transcript of its recording.
        sa.exists().where(
            transcripts.c.contact == contacts.c.id, sa.not_(transcripts.c.source.startswith(live_source("")))
        ),
        sa.exists().where(chat_conversations.c.id == contacts.c.id),
    )
    known = {"contact": contacts.c.id, "filed_ms": contacts.c.ended_ms, "position": contacts.c.ended_ms}
    literals = _fresh("", 0)
    columns = [known.get(column.name, sa.literal(literals[column.name], column.type)) for column in table.columns]
    rows = sa.select(*columns).where(
        contacts.c.ordinal >= first_ordinal(since_ms),
        contacts.c.ended_ms.is_not(None),
        sa.not_(sa.exists().where(_c.contact == contacts.c.id)),
        has_words,
    )
    insert = insert_missing(connection.dialect.name, table, rows).returning(_c.contact)
    return len((await connection.execute(insert)).all())


async def expire(connection: AsyncConnection, now_ms: int) -> None:
    """What a worker left lying is due again, or dead when it broke its workers often enough."""
    left = (_c.state == JobState.RUNNING.value, _c.lease_until_ms <= now_ms)
    dead = {"state": JobState.DEAD.value, "worker": "", "trouble": BROKE_OFF, "done_ms": now_ms}
    await connection.execute(table.update().where(*left, _c.attempts >= MOST_ATTEMPTS).values(**dead))
    await connection.execute(table.update().where(*left).values(state=JobState.WAITING.value, worker=""))


def _due(now_ms: int) -> sa.ColumnElement[bool]:
    """Whether a job's contact is over, its result written, and nothing of it waits to be transcribed."""
    contact = contacts.c
    settled = sa.or_(contact.agent == "", contact.disposition != "", contact.ended_ms <= now_ms - RESULT_WAIT_MS)
    half = sa.exists().where(
        transcription_jobs.c.contact == _c.contact, transcription_jobs.c.state != JobState.DONE.value
    )
    over = sa.exists().where(contact.id == _c.contact, contact.ended_ms.is_not(None), settled)
    return sa.and_(_c.state == JobState.WAITING.value, _c.not_before_ms <= now_ms, over, sa.not_(half))


async def any_due(connection: AsyncConnection, now_ms: int) -> bool:
    """Whether a worker would find something, also what another left lying."""
    left = sa.and_(_c.state == JobState.RUNNING.value, _c.lease_until_ms <= now_ms)
    for condition in (_due(now_ms), left):
        if (await connection.execute(sa.select(_c.contact).where(condition).limit(1))).first() is not None:
            return True
    return False


async def take(connection: AsyncConnection, worker: str, now_ms: int, lease_ms: int, most: int) -> list[ScoringJob]:
    """The next jobs, now this worker's."""
    statement = sa.select(_c.contact).where(_due(now_ms)).order_by(_c.position, _c.contact).limit(most)
    found = (await connection.execute(statement.with_for_update(of=table, skip_locked=True))).scalars().all()
    if not found:
        return []
    mine = {"state": JobState.RUNNING.value, "worker": worker, "lease_until_ms": now_ms + lease_ms}
    update = table.update().where(_c.contact.in_(found)).values(**mine, attempts=_c.attempts + 1).returning(table)
    rows = {row.contact: job_of(row) for row in await connection.execute(update)}
    return [rows[contact] for contact in found]


async def ended(connection: AsyncConnection, contact: str, worker: str, now_ms: int) -> bool:
    """End a job of ``worker``; False when it is not its any more."""
    done = {"state": JobState.DONE.value, "worker": "", "trouble": "", "done_ms": now_ms, "again": False}
    statement = table.update().where(*_mine(contact, worker)).values(**done).returning(_c.contact)
    return (await connection.execute(statement)).first() is not None


async def failed(
    connection: AsyncConnection, contact: str, worker: str, now_ms: int, trouble: str, *, retryable: bool
) -> None:
    """Wait and try again, or dead."""
    mine = _mine(contact, worker)
    attempts = (await connection.execute(sa.select(_c.attempts).where(*mine))).scalar_one_or_none()
    if attempts is None:
        return
    values: dict[str, Any] = {"worker": "", "trouble": trouble[:MOST_TROUBLE]}
    if retryable and attempts < MOST_ATTEMPTS:
        values |= {"state": JobState.WAITING.value, "not_before_ms": now_ms + pause_ms(attempts)}
    else:
        values |= {"state": JobState.DEAD.value, "done_ms": now_ms}
    await connection.execute(table.update().where(*mine).values(**values))


def released(worker: str) -> Any:
    """The update after which a worker that is gone holds nothing: its leases have run out."""
    mine = (_c.state == JobState.RUNNING.value, _c.worker == worker)
    return table.update().where(*mine).values(lease_until_ms=0).returning(_c.contact)


def revived(contact: str) -> Any:
    """The update that brings one dead job back, or all."""
    which = [_c.state == JobState.DEAD.value, *([_c.contact == clean(contact)] if contact else [])]
    fresh = {"state": JobState.WAITING.value, "attempts": 0, "not_before_ms": 0, "done_ms": 0}
    return table.update().where(*which).values(**fresh).returning(_c.contact)


def rescored(since_ms: int, now_ms: int) -> Any:
    """The update that makes contacts due again which were scored by other versions and signed by nobody."""
    rules = sa.select(quality_rule_sets.c.version).where(quality_rule_sets.c.in_force).scalar_subquery()
    form = sa.select(quality_forms.c.version).where(quality_forms.c.in_force).scalar_subquery()
    kept = evaluations.c
    others = sa.select(kept.contact).where(
        kept.started_ms >= since_ms,
        kept.current,
        kept.signed_ms.is_(None),
        sa.or_(kept.rule_set != rules, kept.form_version != form),
    )
    fresh = {"state": JobState.WAITING.value, "attempts": 0, "not_before_ms": 0, "again": True}
    which = (_c.state == JobState.DONE.value, _c.contact.in_(others))
    return table.update().where(*which).values(**fresh, position=now_ms + RESCORED_LATER_MS).returning(_c.contact)


def not_rescored() -> Any:
    """The update that leaves what waits to be scored again as it was scored."""
    which = (_c.state == JobState.WAITING.value, _c.again)
    return table.update().where(*which).values(state=JobState.DONE.value, again=False).returning(_c.contact)


def job_of(row: Any) -> ScoringJob:
    """A job."""
    values = {name: getattr(row, name) for name in ScoringJob.__struct_fields__}
    return ScoringJob(**{**values, "state": JobState(row.state), "again": bool(row.again)})


def _mine(contact: str, worker: str) -> tuple[Any, ...]:
    return (_c.contact == contact, _c.state == JobState.RUNNING.value, _c.worker == worker)
