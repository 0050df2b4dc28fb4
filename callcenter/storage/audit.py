"""The audit log: rows are only ever added, and each is chained to the one before by a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.records import AuditRecord
from callcenter.storage.database import Database
from callcenter.storage.tables import audit

_GENESIS = "0" * 64
_LOCK = 0x61756469
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What :meth:`SqlAudit.verify` found: rows read, and the id of the first that does not fit the chain, or None."""

    rows: int
    broken_at: int | None
    last_hash: str
    """Written down elsewhere, it also proves that no rows were cut off at the end."""


class SqlAudit:
    """The ``AuditLog``. There is no way to change or remove a row."""

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

    async def page(self, limit: int = 100, before_id: int | None = None) -> Sequence[tuple[int, AuditRecord]]:
        """Newest first, with ids; the next page lies before the last id."""
        statement = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        if before_id is not None:
            statement = statement.where(audit.c.id < before_id)
        async with self._database.read() as connection:
            return [(row.id, _record(row)) for row in await connection.execute(statement)]

    async def verify(self) -> AuditCheck:
        """Read the whole chain and say where it is broken, if anywhere."""
        count, previous = 0, _GENESIS
        async with self._database.read() as connection:
            rows = await connection.stream(sa.select(audit).order_by(audit.c.id))
            async for row in rows:
                values = {name: row._mapping[name] for name in ("at_ms", "actor", "act", "subject", "detail")}
                fits = row.id == count + 1 and row.previous == previous
                if not fits or row.hash != _hash(row.id, previous, values):
                    return AuditCheck(count, row.id, previous)
                count, previous = row.id, row.hash
        return AuditCheck(count, None, previous)


def _values(record: AuditRecord) -> dict[str, Any]:
    return {
        "at_ms": record.at_ms,
        "actor": record.actor.replace("\x00", ""),
        "act": record.act,
        "subject": record.subject.replace("\x00", ""),
        "detail": _encode(record.detail).decode(),
    }


def _record(row: Any) -> AuditRecord:
    return AuditRecord(row.at_ms, row.actor, row.act, row.subject, msgspec.json.decode(row.detail, type=dict[str, Any]))


def _hash(number: int, previous: str, values: dict[str, Any]) -> str:
    return hashlib.sha256(_encode([number, previous, values])).hexdigest()
