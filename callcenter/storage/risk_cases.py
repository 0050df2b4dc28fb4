"""Risk cases on SQLite and PostgreSQL. Triggers keep what a locked conversation left (migration 0017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from callcenter.domain.risk_cases import RiskCase, RiskState
from callcenter.storage.database import Database
from callcenter.storage.projection import clean
from callcenter.storage.reviews import keep, text_of
from callcenter.storage.tables import evaluations, findings, risk_cases
from callcenter.storage.upsert import insert_missing

_k, _e, _f = risk_cases.c, evaluations.c, findings.c
_DAY_MS = 86_400_000
_MOST_FOUND = 200
USUAL_DUE_MS = 3 * _DAY_MS
"""How long a new case has."""


class SqlRisks:
    """The ``RiskStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, case: RiskCase) -> bool:
        """See the port."""
        row = _row(replace(case, version=1))
        literals = [sa.literal(row[column.name], column.type) for column in risk_cases.columns]
        async with self._database.write() as connection:
            # Whatever conflicts, the id or the contact, the case that is there stays.
            statement = insert_missing(connection.dialect.name, risk_cases, sa.select(*literals).where(sa.true()))
            return (await connection.execute(statement.returning(_k.id))).first() is not None

    async def save(self, case: RiskCase, now_ms: int) -> RiskCase:
        """See the port."""
        kept = replace(case, version=case.version + 1, changed_ms=now_ms)
        async with self._database.write() as connection:
            await keep(connection, risk_cases, _row(kept))
        return kept

    async def get(self, case: str) -> RiskCase | None:
        """See the port."""
        return await self._one(_k.id == clean(case))

    async def of_contact(self, contact: str) -> RiskCase | None:
        """See the port."""
        return await self._one(_k.contact == clean(contact))

    async def listed(self, *, closed: bool = False, limit: int = 500) -> Sequence[RiskCase]:
        """See the port."""
        ended = RiskState.CLOSED.value
        which = _k.state == ended if closed else _k.state != ended
        statement = sa.select(_k.risk_case).where(which).order_by(_k.due_ms, _k.id).limit(limit)
        return await self._cases(statement)

    async def found(self, after: int) -> tuple[Sequence[RiskCase], int]:
        """See the port."""
        known = sa.exists().where(_k.contact == _e.contact)
        risky = sa.exists().where(_f.evaluation == _e.id, _f.kind == "risk")
        statement = (
            sa.select(_e.id, _e.contact, _e.agent, _e.scored_at_ms)
            .where(_e.id > after, _e.current, risky, ~known)
            .order_by(_e.id)
            .limit(_MOST_FOUND)
        )
        async with self._database.read() as connection:
            last = (await connection.execute(sa.select(sa.func.max(_e.id)))).scalar() or 0
            rows = (await connection.execute(statement)).all()
            if len(rows) == _MOST_FOUND:
                last = rows[-1].id
            hit = await connection.execute(
                sa.select(_f.evaluation, _f.rule)
                .where(_f.evaluation.in_([row.id for row in rows]), _f.kind == "risk")
                .distinct()
                .order_by(_f.rule)
            )
            rules: dict[int, list[str]] = {}
            for number, rule in hit:
                rules.setdefault(number, []).append(rule)
        made = [
            RiskCase(
                id=f"k-{row.contact}",
                contact=row.contact,
                rules=tuple(rules.get(row.id, ())),
                opened_ms=row.scored_at_ms,
                due_ms=row.scored_at_ms + USUAL_DUE_MS,
                agent=row.agent,
            )
            for row in rows
        ]
        return made, max(after, last)

    async def _one(self, which: sa.ColumnElement[bool]) -> RiskCase | None:
        found = await self._cases(sa.select(_k.risk_case).where(which))
        return found[0] if found else None

    async def _cases(self, statement: sa.Select[Any]) -> list[RiskCase]:
        async with self._database.read() as connection:
            texts = (await connection.execute(statement)).scalars().all()
        return [msgspec.json.decode(text, type=RiskCase) for text in texts]


def _row(case: RiskCase) -> dict[str, Any]:
    return {
        "id": case.id,
        "contact": clean(case.contact),
        "state": case.state.value,
        "assignee": case.assignee,
        "due_ms": case.due_ms,
        "version": case.version,
        "risk_case": text_of(case),
    }
