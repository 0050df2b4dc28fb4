"""The tables of figures, for pages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from callcenter.domain.access import Reach, Scope
from callcenter.domain.figures import (
    HIGHEST,
    AgentFigures,
    AgentSums,
    FigureQuery,
    QueueFigures,
    QueueSums,
    Sums,
    WaitPrediction,
)
from callcenter.storage.database import Database
from callcenter.storage.tables import agent_figures, queue_figures, told_waits, wait_predictions


class SqlFigures:
    """The ``FigureStore``. Costs as many rows as there are intervals in the time asked for and keys in each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def queues(self, query: FigureQuery) -> Sequence[QueueFigures]:
        """Sums of queues, grouped ``by`` queue, channel or nothing."""
        rows = await self._rows(_select(queue_figures, QueueSums, query))
        return [QueueFigures(row[0], row[1], QueueSums(*map(int, row[2:]))) for row in rows]

    async def agents(self, query: FigureQuery) -> Sequence[AgentFigures]:
        """Sums of the agents within reach, grouped ``by`` agent, team, channel or nothing."""
        statement = _select(agent_figures, AgentSums, query).where(_within(query.reach))
        return [AgentFigures(row[0], row[1], AgentSums(*map(int, row[2:]))) for row in await self._rows(statement)]

    async def predictions(self, from_ms: int, to_ms: int, limit: int) -> Sequence[WaitPrediction]:
        """Waits that were expected of contacts that joined in that time, oldest first; those that are over."""
        return await self._waits(wait_predictions, from_ms, to_ms, limit)

    async def told_waits(self, from_ms: int, to_ms: int, limit: int) -> Sequence[WaitPrediction]:
        """Waits that customers were told in that time, oldest first; those that are over."""
        return await self._waits(told_waits, from_ms, to_ms, limit)

    async def _waits(self, table: sa.Table, from_ms: int, to_ms: int, limit: int) -> Sequence[WaitPrediction]:
        columns = table.c
        statement = (
            sa.select(*(columns[name] for name in WaitPrediction.__struct_fields__))
            .where(columns.joined_ms >= from_ms, columns.joined_ms < to_ms)
            .order_by(columns.joined_ms, columns.contact)
            .limit(limit)
        )
        return [WaitPrediction(*row) for row in await self._rows(statement)]

    async def _rows(self, statement: sa.Select[Any]) -> Sequence[Any]:
        async with self._database.read() as connection:
            rows: Sequence[Any] = (await connection.execute(statement)).all()
            return rows


def _select(table: sa.Table, kind: type[Sums], query: FigureQuery) -> sa.Select[Any]:
    stretch = _stretch(table.c.start_ms, query).label("stretch")
    group: sa.ColumnElement[Any] = table.c[query.by] if query.by else sa.literal("")
    found = (
        sa.select(stretch, group.label("grouped"), *(_total(table.c[name]) for name in kind.__struct_fields__))
        .where(table.c.start_ms >= query.starts[0], table.c.start_ms < query.end_ms)
        .group_by(sa.text("stretch"), sa.text("grouped"))
        .order_by(sa.text("grouped"), sa.text("stretch"))
        .limit(query.limit)
    )
    return found.where(group == query.only) if query.only else found


def _total(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.func.max(column) if column.name in HIGHEST else sa.func.sum(column)


def _stretch(start: sa.Column[Any], query: FigureQuery) -> sa.ColumnElement[Any]:
    """The beginning of the stretch an interval lies in: by division where they are of one length, else by comparing."""
    starts = query.starts
    lengths = {after - before for before, after in pairwise(starts)}
    if len(lengths) > 1:
        later = [(start < after, sa.literal(before, sa.BigInteger)) for before, after in pairwise(starts)]
        return sa.case(*later, else_=sa.literal(starts[-1], sa.BigInteger))
    first = sa.literal(starts[0], sa.BigInteger)
    step = sa.literal(lengths.pop() if lengths else query.end_ms - starts[0], sa.BigInteger)
    return first + (start - first) // step * step


def _within(reach: Reach) -> sa.ColumnElement[bool]:
    """Rows of the agents that a right reaches, by the team they were in."""
    columns = agent_figures.c
    if reach.scope is Scope.ALL:
        return sa.true()
    own = sa.and_(sa.literal(reach.agent) != "", columns.agent == reach.agent)
    return sa.or_(own, columns.team.in_(sorted(reach.teams - {""}))) if reach.scope is Scope.TEAM else own
