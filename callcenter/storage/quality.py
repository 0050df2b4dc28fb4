"""Versions of rules and forms, and how contacts were scored by them, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from callcenter.domain.quality_records import Evaluation, Found, WrittenKind, WrittenVersion
from callcenter.storage import evaluation_rows, quality_versions
from callcenter.storage.database import Database
from callcenter.storage.projection import clean
from callcenter.storage.quality_versions import TABLES, version_of
from callcenter.storage.sealing import Seal
from callcenter.storage.tables import evaluations, findings

_e, _f = evaluations.c, findings.c
_RESEALED = 500
"""Findings brought under a new key in one transaction."""


class SqlQuality:
    """The ``QualityStore``."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal

    async def versions(self, kind: WrittenKind, limit: int = 50) -> Sequence[WrittenVersion]:
        """See the port."""
        table = TABLES[kind]
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(table).order_by(table.c.version.desc()).limit(limit))
            return [version_of(kind, row) for row in rows]

    async def version(self, kind: WrittenKind, number: int) -> WrittenVersion | None:
        """See the port."""
        return await self._one(kind, TABLES[kind].c.version == number)

    async def in_force(self, kind: WrittenKind) -> WrittenVersion | None:
        """See the port."""
        return await self._one(kind, TABLES[kind].c.in_force)

    async def add_draft(
        self, kind: WrittenKind, files: Mapping[str, str], author: str, at_ms: int, *, note: str = "", based_on: int = 0
    ) -> int:
        """See the port."""
        statement = quality_versions.new_draft(kind, files, author, at_ms, note, based_on)
        async with self._database.write() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def change_draft(
        self,
        kind: WrittenKind,
        number: int,
        revision: int,
        files: Mapping[str, str],
        note: str,
        author: str,
        at_ms: int,
    ) -> bool:
        """See the port."""
        statement = quality_versions.changed_draft(kind, number, revision, files, note, author, at_ms)
        async with self._database.write() as connection:
            return (await connection.execute(statement)).first() is not None

    async def drop_draft(self, kind: WrittenKind, number: int) -> bool:
        """See the port."""
        table = TABLES[kind]
        draft = (table.c.version == number, table.c.published_ms.is_(None))
        async with self._database.write() as connection:
            return (
                await connection.execute(table.delete().where(*draft).returning(table.c.version))
            ).first() is not None

    async def put_in_force(self, kind: WrittenKind, number: int, by: str, at_ms: int, revision: int = 0) -> bool:
        """See the port."""
        async with self._database.write() as connection:
            return await quality_versions.put_in_force(connection, kind, number, by, at_ms, revision)

    async def add_evaluation(self, evaluation: Evaluation, findings: Sequence[Found]) -> int:
        """See the port."""
        async with self._database.write() as connection:
            return await evaluation_rows.keep(connection, self._seal, evaluation, findings)

    async def evaluation(self, number: int) -> Evaluation | None:
        """See the port."""
        found = await self._evaluations(_e.id == number)
        return found[0] if found else None

    async def evaluations(self, contact: str) -> Sequence[Evaluation]:
        """See the port."""
        return await self._evaluations(_e.contact == clean(contact))

    async def current(self, contact: str) -> Evaluation | None:
        """See the port."""
        found = await self._evaluations(_e.contact == clean(contact), _e.current)
        return found[0] if found else None

    async def latest(self, limit: int) -> Sequence[Evaluation]:
        """See the port."""
        return await self._evaluations(_e.current, limit=limit)

    async def findings(self, evaluation: int) -> Sequence[Found]:
        """See the port."""
        order = (_f.start_ms.is_(None), _f.start_ms, _f.number)
        statement = sa.select(findings).where(_f.evaluation == evaluation).order_by(*order)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return [evaluation_rows.found_of(row, self._seal) for row in rows]

    async def sign(self, evaluation: int, at_ms: int) -> bool:
        """See the port."""
        contact = sa.select(_e.contact).where(_e.id == evaluation).scalar_subquery()
        others = evaluations.update().where(_e.contact == contact, _e.current, _e.id != evaluation)
        signed = evaluations.update().where(_e.id == evaluation).values(current=True, signed_ms=at_ms)
        async with self._database.write() as connection:
            await connection.execute(others.values(current=False))
            return (await connection.execute(signed.returning(_e.id))).first() is not None

    async def seal_again(self) -> None:
        """Bring all quotes under the seal's first key, some at a time. Raises ``Corrupt``."""
        name = self._seal.key_name
        old = sa.select(_f.evaluation, _f.number, _f.quote).where(_f.sealed_with != name).limit(_RESEALED)
        while True:
            async with self._database.write() as connection:
                rows = (await connection.execute(old)).all()
                for evaluation, number, quote in rows:
                    fresh = {"quote": self._seal.renewed(quote) if quote else "", "sealed_with": name}
                    same = (_f.evaluation == evaluation, _f.number == number)
                    await connection.execute(findings.update().where(*same).values(**fresh))
            if not rows:
                return

    async def _one(self, kind: WrittenKind, condition: sa.ColumnElement[bool]) -> WrittenVersion | None:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(TABLES[kind]).where(condition))).first()
        return None if row is None else version_of(kind, row)

    async def _evaluations(self, *conditions: sa.ColumnElement[bool], limit: int | None = None) -> list[Evaluation]:
        statement = sa.select(evaluations).where(*conditions).order_by(_e.id.desc()).limit(limit)
        async with self._database.read() as connection:
            return [evaluation_rows.evaluation_of(row) for row in await connection.execute(statement)]
