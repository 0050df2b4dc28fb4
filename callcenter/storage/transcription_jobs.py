"""Statements about transcription jobs, on a connection of the caller's."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.records import RecordingRecord
from callcenter.domain.transcription import MOST_ATTEMPTS, RISKY_MS, Job, JobState, order_of, pause_ms
from callcenter.storage.tables import contacts, recordings, transcripts
from callcenter.storage.tables import transcription_jobs as table
from callcenter.storage.upsert import insert_or_leave

_c = table.c
BROKE_OFF = "the worker broke off"
MOST_TROUBLE = 500


def job_row(recording: RecordingRecord) -> dict[str, Any]:
    """A new job."""
    filed = recording.started_ms + recording.duration_ms
    return {
        **dict.fromkeys(("not_before_ms", "lease_until_ms", "done_ms", "took_ms", "attempts"), 0),
        **dict.fromkeys(("worker", "trouble"), ""),
        "recording": recording.id,
        "contact": recording.contact,
        "state": JobState.WAITING.value,
        "filed_ms": filed,
        "duration_ms": recording.duration_ms,
        "position": order_of(filed, recording.duration_ms),
    }


async def add(connection: AsyncConnection, recording: RecordingRecord) -> None:
    """The job of a recording; one that is there stays as it is."""
    await connection.execute(insert_or_leave(connection.dialect.name, table), job_row(recording))


async def add_missing(connection: AsyncConnection) -> int:
    """Jobs of all recordings that have neither a job nor a transcript."""
    without = (
        sa.select(recordings)
        .outerjoin(table, _c.recording == recordings.c.id)
        .outerjoin(transcripts, transcripts.c.source == recordings.c.id)
        .where(_c.recording.is_(None), transcripts.c.source.is_(None))
    )
    rows = [job_row(RecordingRecord(**row._mapping)) for row in await connection.execute(without)]
    if rows:
        await connection.execute(insert_or_leave(connection.dialect.name, table), rows)
    return len(rows)


async def expire(connection: AsyncConnection, now_ms: int) -> None:
    """What a worker left lying is due again, or dead when it broke its workers often enough."""
    left = (_c.state == JobState.RUNNING.value, _c.lease_until_ms <= now_ms)
    dead = {"state": JobState.DEAD.value, "worker": "", "trouble": BROKE_OFF, "done_ms": now_ms}
    await connection.execute(table.update().where(*left, _c.attempts >= MOST_ATTEMPTS).values(**dead))
    await connection.execute(table.update().where(*left).values(state=JobState.WAITING.value, worker=""))


async def take(
    connection: AsyncConnection, worker: str, now_ms: int, lease_ms: int, risky: frozenset[str]
) -> sa.Row[Any] | None:
    """The next job's row, now this worker's."""
    position: Any = _c.position
    statement = sa.select(table).where(_c.state == JobState.WAITING.value, _c.not_before_ms <= now_ms)
    if risky:
        names = sorted(risky)
        is_risky = sa.or_(contacts.c.queue.in_(names), contacts.c.disposition.in_(names))
        position = _c.position - sa.case((is_risky, RISKY_MS), else_=0)
        statement = statement.outerjoin(contacts, contacts.c.id == _c.contact)
    statement = statement.order_by(position, _c.recording).limit(1).with_for_update(of=table, skip_locked=True)
    row = (await connection.execute(statement)).first()
    if row is None:
        return None
    mine = {"state": JobState.RUNNING.value, "worker": worker, "lease_until_ms": now_ms + lease_ms}
    taken = {**mine, "attempts": row.attempts + 1}
    await connection.execute(table.update().where(_c.recording == row.recording).values(**taken))
    return (await connection.execute(sa.select(table).where(_c.recording == row.recording))).one()


async def failed(
    connection: AsyncConnection, recording: str, worker: str, now_ms: int, trouble: str, *, retryable: bool
) -> None:
    """Wait and try again, or dead."""
    mine = _mine(recording, worker)
    attempts = (await connection.execute(sa.select(_c.attempts).where(*mine))).scalar_one_or_none()
    if attempts is None:
        return
    values: dict[str, Any] = {"worker": "", "trouble": trouble[:MOST_TROUBLE]}
    if retryable and attempts < MOST_ATTEMPTS:
        values |= {"state": JobState.WAITING.value, "not_before_ms": now_ms + pause_ms(attempts)}
    else:
        values |= {"state": JobState.DEAD.value, "done_ms": now_ms}
    await connection.execute(table.update().where(*mine).values(**values))


def ended(recording: str, worker: str, now_ms: int, took_ms: int) -> Any:
    """The update that ends a job of ``worker``."""
    done = {"state": JobState.DONE.value, "worker": "", "trouble": "", "done_ms": now_ms, "took_ms": took_ms}
    return table.update().where(*_mine(recording, worker)).values(**done)


def renewed(recording: str, worker: str, until_ms: int) -> Any:
    """The update that keeps a job longer."""
    return table.update().where(*_mine(recording, worker)).values(lease_until_ms=until_ms)


def released(worker: str) -> Any:
    """The update after which a worker that is gone holds nothing: its leases have run out."""
    return table.update().where(_c.state == JobState.RUNNING.value, _c.worker == worker).values(lease_until_ms=0)


def revived(recording: str) -> Any:
    """The update that brings one dead job back, or all."""
    which = [_c.state == JobState.DEAD.value, *([_c.recording == recording] if recording else [])]
    fresh = {"state": JobState.WAITING.value, "attempts": 0, "not_before_ms": 0, "done_ms": 0}
    return table.update().where(*which).values(**fresh)


def job_of(row: Any) -> Job:
    """A job."""
    values = {name: getattr(row, name) for name in Job.__struct_fields__}
    return Job(**{**values, "state": JobState(row.state)})


def _mine(recording: str, worker: str) -> tuple[Any, ...]:
    return (_c.recording == recording, _c.state == JobState.RUNNING.value, _c.worker == worker)
