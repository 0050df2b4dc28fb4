"""Contacts an agent promised to come back to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.records import ContactRecord
from callcenter.storage.contact_search import contact_of, listed
from callcenter.storage.tables import contacts, follow_ups_done
from callcenter.storage.upsert import insert_missing

_open = ~sa.exists().where(
    follow_ups_done.c.contact == contacts.c.id, follow_ups_done.c.due_ms == contacts.c.follow_up_ms
)


def due_statement(agent: str, until_ms: int, limit: int) -> sa.Select[Any]:
    """The rows of :func:`due`."""
    columns = contacts.c
    return (
        listed.where(columns.agent == agent, columns.follow_up_ms.is_not(None), columns.follow_up_ms <= until_ms, _open)
        .order_by(columns.follow_up_ms.desc(), columns.ordinal.desc())
        .limit(limit)
    )


async def due(connection: AsyncConnection, agent: str, until_ms: int, limit: int) -> Sequence[ContactRecord]:
    """The agent's contacts to be followed up at ``until_ms`` or before and not done, latest due first."""
    return [contact_of(row) for row in await connection.execute(due_statement(agent, until_ms, limit))]


async def mark_done(
    connection: AsyncConnection, dialect: str, contact: str, due_ms: int, agent: str, at_ms: int
) -> bool:
    """Note that the agent's follow-up is done; False when they have none like it."""
    columns = contacts.c
    its = (columns.id == contact, columns.agent == agent, columns.follow_up_ms == due_ms)
    if (await connection.execute(sa.select(columns.id).where(*its))).first() is None:
        return False
    row = sa.select(
        columns.id, columns.follow_up_ms, columns.agent, sa.literal(at_ms, sa.BigInteger).label("at_ms")
    ).where(*its)
    await connection.execute(insert_missing(dialect, follow_ups_done, row))
    return True
