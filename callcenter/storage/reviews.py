"""Reviews, comments and calibration sessions on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.calibration import CalibrationSession
from callcenter.domain.errors import Rejected
from callcenter.domain.reviews import Comment, Review, ReviewState
from callcenter.storage.database import Database
from callcenter.storage.projection import clean
from callcenter.storage.tables import calibration_sessions, review_comments, reviews
from callcenter.storage.upsert import insert_or_leave

_r, _c = reviews.c, review_comments.c


async def keep(connection: AsyncConnection, table: sa.Table, row: dict[str, Any]) -> None:
    """Insert version 1 of a record or replace the version before. Raises ``Rejected("stale")``."""
    statement: Any = insert_or_leave(connection.dialect.name, table)
    given: dict[str, Any] | None = row
    if row["version"] > 1:
        statement = table.update().where(table.c.id == row["id"], table.c.version == row["version"] - 1).values(row)
        given = None
    done = await connection.execute(statement.returning(table.c.id), given)
    if done.first() is None:
        raise Rejected("stale", row["id"])


def text_of(record: Any) -> str:
    """A record as JSON without what PostgreSQL can not keep."""
    return clean(msgspec.json.encode(record).decode().replace("\\u0000", ""))


def review_row(review: Review) -> dict[str, Any]:
    """A review as its row."""
    return {
        "id": review.id,
        "contact": clean(review.contact),
        "agent": review.agent,
        "reviewer": review.reviewer,
        "state": review.state.value,
        "version": review.version,
        "plan": review.plan,
        "period": review.period,
        "due_ms": review.due_ms,
        "contact_ms": review.contact_ms,
        "changed_ms": review.changed_ms,
        "review": text_of(review),
    }


class SqlReviews:
    """The ``ReviewStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, review: Review, now_ms: int) -> Review:
        """See the port."""
        kept = replace(review, version=review.version + 1, changed_ms=now_ms)
        async with self._database.write() as connection:
            await keep(connection, reviews, review_row(kept))
        return kept

    async def get(self, review: str) -> Review | None:
        """See the port."""
        found = await self._reviews(sa.select(_r.review).where(_r.id == clean(review)))
        return found[0] if found else None

    async def listed(
        self,
        *,
        reviewer: str | None = None,
        agent: str | None = None,
        states: Collection[ReviewState] = (),
        limit: int = 500,
    ) -> Sequence[Review]:
        """See the port."""
        statement = sa.select(_r.review).order_by(_r.due_ms, _r.id).limit(limit)
        if reviewer is not None:
            statement = statement.where(_r.reviewer == reviewer)
        if agent is not None:
            statement = statement.where(_r.agent == agent)
        if states:
            statement = statement.where(_r.state.in_([state.value for state in states]))
        return await self._reviews(statement)

    async def of_contact(self, contact: str) -> Sequence[Review]:
        """See the port."""
        mine = _r.contact == clean(contact)
        return await self._reviews(sa.select(_r.review).where(mine).order_by(_r.changed_ms.desc(), _r.id))

    async def of_draw(self, plan: str, period: str) -> Sequence[Review]:
        """See the port."""
        return await self._reviews(sa.select(_r.review).where(_r.plan == plan, _r.period == period).order_by(_r.id))

    async def between(self, begin_ms: int, end_ms: int) -> Sequence[Review]:
        """See the port."""
        then = (_r.contact_ms >= begin_ms, _r.contact_ms < end_ms)
        return await self._reviews(sa.select(_r.review).where(*then).order_by(_r.contact_ms, _r.id))

    async def comment(self, comment: Comment) -> None:
        """See the port."""
        values = {**msgspec.structs.asdict(comment), "text": clean(comment.text)}
        async with self._database.write() as connection:
            await connection.execute(review_comments.insert().values(values))

    async def comments(self, review: str) -> Sequence[Comment]:
        """See the port."""
        order = (_c.moment_ms.is_(None), _c.moment_ms, _c.at_ms, _c.id)
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(review_comments).where(_c.review == review).order_by(*order))
            return [Comment(**row._mapping) for row in rows]

    async def save_session(self, session: CalibrationSession) -> CalibrationSession:
        """See the port."""
        kept = replace(session, version=session.version + 1)
        row = {"id": kept.id, "version": kept.version, "made_ms": kept.made_ms, "session": text_of(kept)}
        async with self._database.write() as connection:
            await keep(connection, calibration_sessions, row)
        return kept

    async def session(self, session: str) -> CalibrationSession | None:
        """See the port."""
        found = await self._sessions(calibration_sessions.c.id == clean(session), 1)
        return found[0] if found else None

    async def sessions(self, limit: int = 100) -> Sequence[CalibrationSession]:
        """See the port."""
        return await self._sessions(sa.true(), limit)

    async def _sessions(self, which: sa.ColumnElement[bool], limit: int) -> list[CalibrationSession]:
        columns = calibration_sessions.c
        statement = sa.select(columns.session).where(which).order_by(columns.made_ms.desc(), columns.id).limit(limit)
        async with self._database.read() as connection:
            texts = (await connection.execute(statement)).scalars().all()
        return [msgspec.json.decode(text, type=CalibrationSession) for text in texts]

    async def _reviews(self, statement: sa.Select[Any]) -> list[Review]:
        async with self._database.read() as connection:
            texts = (await connection.execute(statement)).scalars().all()
        return [msgspec.json.decode(text, type=Review) for text in texts]
