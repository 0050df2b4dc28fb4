"""The customers and the published configuration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import phonenumbers
import sqlalchemy as sa

from callcenter.domain.config import CenterConfig
from callcenter.domain.errors import Corrupt
from callcenter.domain.records import Customer
from callcenter.storage.database import Database
from callcenter.storage.tables import center_config, customers
from callcenter.storage.upsert import upsert

_tags: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(tuple[str, ...])
_config: msgspec.json.Decoder[CenterConfig] = msgspec.json.Decoder(CenterConfig)


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
        return None if row is None else Customer(**{**row._mapping, "tags": _tags.decode(row.tags)})

    async def add_many(self, customers: Iterable[Customer]) -> None:
        """Seed or import, all or none; the same phone again replaces the row but keeps its id."""
        rows = [_values(customer) for customer in customers]
        if not rows:
            return
        async with self._database.write() as connection:
            await connection.execute(_add(self._database.dialect), rows)


class SqlConfig:
    """The ``ConfigStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> CenterConfig | None:
        """None on a fresh database; raises ``Corrupt`` when what is stored can not be read."""
        async with self._database.read() as connection:
            body = (await connection.execute(sa.select(center_config.c.body))).scalar()
        try:
            return None if body is None else _config.decode(body)
        except msgspec.DecodeError as error:
            raise Corrupt(f"the stored configuration can not be read: {error}") from error

    async def save(self, config: CenterConfig) -> None:
        """Replace."""
        body = msgspec.json.encode(config).decode()
        async with self._database.write() as connection:
            statement = upsert(self._database.dialect, center_config, "id")
            await connection.execute(statement, {"id": 1, "body": body})


def international(phone: str, region: str) -> str:
    """The number in E.164, or as it is when it is no telephone number."""
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return phone.replace("\x00", "")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _add(dialect: str) -> Any:
    return upsert(dialect, customers, "phone", without=("id",))


def _values(customer: Customer) -> dict[str, Any]:
    values = msgspec.structs.asdict(customer)
    del values["id"]
    return {**values, "tags": msgspec.json.encode(customer.tags).decode()}
