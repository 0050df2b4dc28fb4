"""The audit log: rows are only ever added, and each is chained to the one before by a hash."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.access_records import AuditAnchor, AuditCheck, AuditQuery, AuditRow
from callcenter.domain.records import AuditRecord
from callcenter.storage.database import Database
from callcenter.storage.tables import audit

_GENESIS = "0" * 64
_LOCK = 0x61756469
_encode = msgspec.json.Encoder(order="deterministic").encode


class SqlAudit:
    """The ``AuditLog``. There is no way to change or remove a row, and the database's triggers refuse it too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, record: AuditRecord) -> None:
        """Append; returns when it is kept."""
        async with self._database.write() as connection:
            if self._database.dialect == "postgresql":
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            newest = sa.select(audit.c.id, audit.c.hash).order_by(audit.c.id.desc()).limit(1)
            row = (await connection.execute(newest)).first()
            number, previous = (1, _GENESIS) if row is None else (row.id + 1, row.hash)
            values = _values(record)
            digest = _hash(number, previous, values)
            await connection.execute(audit.insert().values(id=number, previous=previous, hash=digest, **values))

    async def page(self, query: AuditQuery) -> Sequence[AuditRow]:
        """Rows, newest first; the next page lies before the last row's id."""
        statement = sa.select(audit).where(*_conditions(query)).order_by(audit.c.id.desc()).limit(query.limit)
        async with self._database.read() as connection:
            return [_row(row) for row in await connection.execute(statement)]

    async def rows(self) -> AsyncIterator[AuditRow]:
        """Every row, oldest first."""
        async with self._database.read() as connection:
            async for row in await connection.stream(sa.select(audit).order_by(audit.c.id)):
                yield _row(row)

    async def verify(self, anchors: Sequence[AuditAnchor] = ()) -> AuditCheck:
        """Read the whole chain and say where it is broken, if anywhere; ``anchors`` also show a tail cut off."""
        awaited = {anchor.rows: anchor.hash for anchor in anchors if anchor.rows > 0}
        count, previous = 0, _GENESIS
        async with self._database.read() as connection:
            rows = await connection.stream(sa.select(audit).order_by(audit.c.id))
            async for row in rows:
                values = {name: row._mapping[name] for name in ("at_ms", "actor", "act", "subject", "detail")}
                fits = row.id == count + 1 and row.previous == previous
                if not fits or row.hash != _hash(row.id, previous, values):
                    return AuditCheck(count, min(row.id, count + 1), previous)
                if awaited.get(row.id, row.hash) != row.hash:
                    return AuditCheck(count, row.id, previous)
                count, previous = row.id, row.hash
        cut = any(number > count for number in awaited)
        return AuditCheck(count, count + 1 if cut else None, previous)


def _conditions(query: AuditQuery) -> list[sa.ColumnElement[bool]]:
    found = [
        column == value.replace("\x00", "")
        for column, value in (
            (audit.c.actor, query.actor),
            (audit.c.act, query.act),
            (audit.c.subject, query.subject),
        )
        if value
    ]
    if query.from_ms is not None:
        found.append(audit.c.at_ms >= query.from_ms)
    if query.to_ms is not None:
        found.append(audit.c.at_ms < query.to_ms)
    if query.before_id is not None:
        found.append(audit.c.id < query.before_id)
    return found


def _values(record: AuditRecord) -> dict[str, Any]:
    return {
        "at_ms": record.at_ms,
        "actor": record.actor.replace("\x00", ""),
        "act": record.act,
        "subject": record.subject.replace("\x00", ""),
        "detail": _encode(record.detail).decode(),
    }


def _row(row: Any) -> AuditRow:
    detail = msgspec.json.decode(row.detail, type=dict[str, Any])
    return AuditRow(row.id, AuditRecord(row.at_ms, row.actor, row.act, row.subject, detail), row.hash)


def _hash(number: int, previous: str, values: dict[str, Any]) -> str:
    return hashlib.sha256(_encode([number, previous, values])).hexdigest()
