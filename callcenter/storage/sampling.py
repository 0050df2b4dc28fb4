"""Sampling plans, what they draw from and what they drew, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from callcenter.domain.reviews import Review
from callcenter.domain.sampling import Candidate, Draw, SamplingPlan
from callcenter.storage.database import Database
from callcenter.storage.projection import clean
from callcenter.storage.reviews import keep, review_row, text_of
from callcenter.storage.tables import (
    chat_conversations,
    contact_agents,
    contacts,
    evaluations,
    findings,
    reviews,
    sampling_draws,
    sampling_plans,
)
from callcenter.storage.upsert import insert_or_leave

_p, _d, _c, _e, _f = sampling_plans.c, sampling_draws.c, contacts.c, evaluations.c, findings.c
_DAY_MS = 86_400_000


class SqlSampling:
    """The ``SamplingStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, plan: SamplingPlan, now_ms: int) -> SamplingPlan:
        """See the port."""
        kept = replace(plan, version=plan.version + 1, changed_ms=now_ms)
        row = {"id": kept.id, "version": kept.version, "active": kept.active, "plan": text_of(kept)}
        async with self._database.write() as connection:
            await keep(connection, sampling_plans, row)
        return kept

    async def get(self, plan: str) -> SamplingPlan | None:
        """See the port."""
        statement = sa.select(_p.plan).where(_p.id == clean(plan))
        async with self._database.read() as connection:
            text = (await connection.execute(statement)).scalar()
        return None if text is None else msgspec.json.decode(text, type=SamplingPlan)

    async def plans(self) -> Sequence[SamplingPlan]:
        """See the port."""
        async with self._database.read() as connection:
            texts = (await connection.execute(sa.select(_p.plan))).scalars().all()
        return sorted((msgspec.json.decode(text, type=SamplingPlan) for text in texts), key=lambda one: one.title)

    async def candidates(self, begin_ms: int, end_ms: int) -> Sequence[Candidate]:
        """See the port; O(contacts of that time)."""
        risks = (
            sa.select(sa.func.count()).where(_f.evaluation == _e.id, _f.kind.in_(("risk", "fatal"))).scalar_subquery()
        )
        chat = chat_conversations.c
        joined = contacts.outerjoin(evaluations, sa.and_(_e.contact == _c.id, _e.current)).outerjoin(
            chat_conversations, sa.and_(chat.id == _c.id, chat.score > 0)
        )
        statement = (
            sa.select(_c.id, _c.agent, _c.queue, _e.campaign, _c.channel, _c.ended_ms, risks, chat.score, _c.started_ms)
            .select_from(joined)
            .where(_c.started_ms >= begin_ms, _c.started_ms < end_ms, _c.agent != "", _c.ended_ms.is_not(None))
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
            first = await _first_days(connection, {row.agent for row in rows})
        return [
            Candidate(
                contact=row[0],
                agent=row[1],
                queue=row[2],
                campaign=row[3] or "",
                channel=row[4],
                ended_ms=row[5],
                risks=row[6] or 0,
                survey=None if row[7] is None else float(row[7]),
                agent_days=None if row[1] not in first else max(0, row[8] - first[row[1]]) // _DAY_MS,
            )
            for row in rows
        ]

    async def keep(self, draw: Draw, made: Sequence[Review]) -> bool:
        """See the port."""
        row = {"plan": draw.plan, "period": draw.period, "at_ms": draw.at_ms, "draw": text_of(draw)}
        async with self._database.write() as connection:
            statement = insert_or_leave(connection.dialect.name, sampling_draws).returning(_d.plan)
            if (await connection.execute(statement, row)).first() is None:
                return False
            if made:
                rows = [review_row(replace(one, version=1, changed_ms=draw.at_ms)) for one in made]
                await connection.execute(reviews.insert(), rows)
        return True

    async def draws(self, plan: str, limit: int = 50) -> Sequence[Draw]:
        """See the port."""
        return await self._draws(_d.plan == clean(plan), limit)

    async def draw(self, plan: str, period: str) -> Draw | None:
        """See the port."""
        found = await self._draws(sa.and_(_d.plan == clean(plan), _d.period == clean(period)), 1)
        return found[0] if found else None

    async def _draws(self, which: sa.ColumnElement[bool], limit: int) -> list[Draw]:
        statement = sa.select(_d.draw).where(which).order_by(_d.at_ms.desc(), _d.period.desc()).limit(limit)
        async with self._database.read() as connection:
            texts = (await connection.execute(statement)).scalars().all()
        return [msgspec.json.decode(text, type=Draw) for text in texts]


async def _first_days(connection: Any, agents: set[str]) -> dict[str, int]:
    """When each agent's first contact began; one look into the index for each."""
    found: dict[str, int] = {}
    for agent in agents:
        first = sa.select(sa.func.min(contact_agents.c.ordinal)).where(contact_agents.c.agent == agent)
        began = sa.select(_c.started_ms).where(_c.ordinal == first.scalar_subquery())
        at_ms = (await connection.execute(began)).scalar()
        if at_ms is not None:
            found[agent] = int(at_ms)
    return found
