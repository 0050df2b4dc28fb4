"""The customers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.phone import international
from callcenter.domain.records import Customer
from callcenter.domain.written_words import folded
from callcenter.storage.database import Database
from callcenter.storage.tables import customers
from callcenter.storage.upsert import upsert

_tags: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(tuple[str, ...])


class SqlCustomers:
    """The ``CustomerDirectory``. Ids are given by the store; numbers dialled without a country are of ``region``."""

    def __init__(self, database: Database, region: str = "CN") -> None:
        self._database = database
        self._region = region

    async def by_phone(self, phone: str) -> Customer | None:
        """The customer with this number, in E.164 or as it is dialled and shown at home."""
        written = {phone.replace("\x00", ""), international(phone, self._region)}
        statement = sa.select(customers).where(customers.c.phone.in_(written)).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        return None if row is None else _customer(row)

    async def add_many(self, customers: Iterable[Customer]) -> None:
        """Seed or import, all or none; the same phone again replaces the row but keeps its id."""
        rows = [_values(customer) for customer in customers]
        if not rows:
            return
        async with self._database.write() as connection:
            await connection.execute(_add(self._database.dialect), rows)


def _add(dialect: str) -> Any:
    return upsert(dialect, customers, "phone", without=("id",))


def _values(customer: Customer) -> dict[str, Any]:
    values = msgspec.structs.asdict(customer)
    del values["id"]
    tags = msgspec.json.encode(customer.tags).decode()
    return {**values, "tags": tags, "name_folded": folded(customer.name)}


def _customer(row: Any) -> Customer:
    values = dict(row._mapping)
    del values["name_folded"]
    return Customer(**{**values, "tags": _tags.decode(row.tags)})
