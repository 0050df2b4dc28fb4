"""Sums of automatic scores, for reports."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from callcenter.domain.scores import RuleHits, ScoreSum
from callcenter.storage.database import Database
from callcenter.storage.tables import contacts, evaluations, findings

_e, _f, _c = evaluations.c, findings.c, contacts.c


class SqlScoreFigures:
    """The ``ScoreFigures``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sums(self, begin_ms: int, end_ms: int) -> Sequence[ScoreSum]:
        """See the port."""
        points = sa.func.sum(_e.score * 100.0 / _e.total)
        fatal = sa.func.sum(sa.case((_e.fatal, 1), else_=0))
        statement = (
            sa.select(_e.agent, _e.queue, _e.campaign, sa.func.count(), points, fatal)
            .where(_e.started_ms >= begin_ms, _e.started_ms < end_ms, _e.current, _e.score.is_not(None))
            .group_by(_e.agent, _e.queue, _e.campaign)
            .order_by(_e.agent, _e.queue, _e.campaign)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return [ScoreSum(row[0], row[1], row[2], int(row[3]), float(row[4]), int(row[5])) for row in rows]

    async def coverage(self, begin_ms: int, end_ms: int) -> tuple[int, int]:
        """See the port."""
        served = (_c.started_ms >= begin_ms, _c.started_ms < end_ms, _c.agent != "", _c.ended_ms.is_not(None))
        scored = sa.and_(_e.contact == _c.id, _e.current, _e.score.is_not(None))
        both = sa.select(sa.func.count(), sa.func.count(_e.id)).select_from(contacts.outerjoin(evaluations, scored))
        async with self._database.read() as connection:
            row = (await connection.execute(both.where(*served))).one()
        return int(row[0]), int(row[1])

    async def hits(self, begin_ms: int, end_ms: int, limit: int = 100) -> Sequence[RuleHits]:
        """See the port."""
        number = sa.func.count(sa.distinct(_e.contact))
        statement = (
            sa.select(_f.rule, _f.kind, number)
            .select_from(findings.join(evaluations, _f.evaluation == _e.id))
            .where(_e.started_ms >= begin_ms, _e.started_ms < end_ms, _e.current)
            .group_by(_f.rule, _f.kind)
            .order_by(number.desc(), _f.rule)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [RuleHits(row[0], row[1], int(row[2])) for row in await connection.execute(statement)]
