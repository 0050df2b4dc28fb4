"""Deliveries to webhooks, kept until they are done."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from callcenter.domain.deliveries import Delivery
from callcenter.storage.database import Database
from callcenter.storage.tables import webhook_deliveries as table


class SqlDeliveries:
    """The ``Deliveries``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, delivery: Delivery) -> bool:
        """Keep it; False when this beginning or end was to be told before."""
        try:
            async with self._database.write() as connection:
                await connection.execute(table.insert().values(**msgspec.structs.asdict(delivery), done=False))
        except IntegrityError:
            return False
        return True

    async def open(self) -> Sequence[Delivery]:
        """Those not done, oldest first."""
        return await self._found(~table.c.done)

    async def unended(self) -> Sequence[Delivery]:
        """Beginnings, done or not, whose end is not to be told yet; oldest first."""
        end = table.alias("end_of_it")
        same = (end.c.webhook == table.c.webhook, end.c.alarm == table.c.alarm, end.c.since_ms == table.c.since_ms)
        return await self._found(table.c.raised, ~sa.exists().where(*same, ~end.c.raised))

    async def tried(self, delivery: str, tries: int, due_ms: int) -> None:
        """It failed, and is tried again."""
        async with self._database.write() as connection:
            await connection.execute(self._of(delivery).values(tries=tries, due_ms=due_ms))

    async def done(self, delivery: Delivery) -> None:
        """It was taken, or given up. With the end of an alarm all that was told of it is forgotten."""
        async with self._database.write() as connection:
            await connection.execute(self._of(delivery.id).values(done=True))
            if not delivery.raised:
                its = (table.c.webhook == delivery.webhook, table.c.alarm == delivery.alarm)
                await connection.execute(
                    table.delete().where(*its, table.c.since_ms == delivery.since_ms, table.c.done)
                )

    def _of(self, delivery: str) -> sa.Update:
        return table.update().where(table.c.id == delivery)

    async def _found(self, *conditions: sa.ColumnElement[bool]) -> Sequence[Delivery]:
        columns = [table.c[name] for name in Delivery.__struct_fields__]
        statement = sa.select(*columns).where(*conditions).order_by(table.c.made_ms, table.c.id)
        async with self._database.read() as connection:
            return [Delivery(**row._mapping) for row in await connection.execute(statement)]
