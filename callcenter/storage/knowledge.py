"""What was asked and found no article: counted by wording, the newest kept."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from callcenter.domain.knowledge import MISSES_KEPT, Miss
from callcenter.storage.database import Database
from callcenter.storage.tables import knowledge_misses as table


class SqlMisses:
    """The ``KnowledgeMisses``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, text: str, by_agent: bool, now_ms: int) -> None:
        """Count it; beyond ``MISSES_KEPT`` wordings those not asked for longest are forgotten."""
        counts = {"by_assistant": int(not by_agent), "by_agents": int(by_agent)}
        fresh = {"asked": " ".join(text.casefold().split()), "text": text, "first_ms": now_ms, "last_ms": now_ms}
        async with self._database.write() as connection:
            insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
            again = {name: table.c[name] + insert.excluded[name] for name in counts}
            again |= {"text": insert.excluded.text, "last_ms": insert.excluded.last_ms}
            statement = insert.values(**fresh, **counts)
            await connection.execute(statement.on_conflict_do_update(index_elements=[table.c.asked], set_=again))
            newest = sa.select(table.c.id).order_by(table.c.last_ms.desc(), table.c.id.desc()).offset(MISSES_KEPT)
            await connection.execute(table.delete().where(table.c.id.in_(newest.limit(MISSES_KEPT))))

    async def listed(self, most: int = 200) -> Sequence[Miss]:
        """The most asked first, of those the newest."""
        times = (table.c.by_assistant + table.c.by_agents).desc()
        names = [table.c[name] for name in Miss.__struct_fields__]
        statement = sa.select(*names).order_by(times, table.c.last_ms.desc(), table.c.id).limit(most)
        async with self._database.read() as connection:
            return [Miss(**row._mapping) for row in await connection.execute(statement)]

    async def get(self, miss: int) -> Miss | None:
        """One of them."""
        names = [table.c[name] for name in Miss.__struct_fields__]
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(*names).where(table.c.id == miss))).first()
        return Miss(**row._mapping) if row is not None else None

    async def drop(self, miss: int) -> bool:
        """Forget it; False when it is not there."""
        async with self._database.write() as connection:
            return (await connection.execute(table.delete().where(table.c.id == miss))).rowcount > 0
