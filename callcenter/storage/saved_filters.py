"""Searches kept under a name, for oneself or for a team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.records import SavedFilter
from callcenter.storage.database import Database
from callcenter.storage.tables import saved_filters

_filters: msgspec.json.Decoder[dict[str, str]] = msgspec.json.Decoder(dict[str, str])
_columns = saved_filters.c


class SqlSavedFilters:
    """The ``SavedFilters``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, owner: str, teams: frozenset[str]) -> Sequence[SavedFilter]:
        """One's own and those shared with one's teams, by name."""
        mine = sa.or_(_columns.owner == owner, sa.and_(_columns.team != "", _columns.team.in_(sorted(teams))))
        statement = sa.select(saved_filters).where(mine).order_by(_columns.name, _columns.id)
        async with self._database.read() as connection:
            return [_filter(row) for row in await connection.execute(statement)]

    async def save(self, filter: SavedFilter) -> SavedFilter:
        """Keep it; another of the same owner and name is replaced. Returns it with its id."""
        values = {"team": filter.team, "filters": msgspec.json.encode(filter.filters).decode()}
        same = sa.and_(_columns.owner == filter.owner, _columns.name == filter.name)
        async with self._database.write() as connection:
            await connection.execute(saved_filters.delete().where(same))
            made = await connection.execute(
                saved_filters.insert().values(owner=filter.owner, name=filter.name, **values).returning(_columns.id)
            )
            return msgspec.structs.replace(filter, id=made.scalar_one())

    async def drop(self, filter: int, owner: str) -> bool:
        """Forget one's own; False when there is none of that id and owner."""
        statement = saved_filters.delete().where(_columns.id == filter, _columns.owner == owner)
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount > 0


def _filter(row: Any) -> SavedFilter:
    return SavedFilter(**{**row._mapping, "filters": _filters.decode(row.filters)})
