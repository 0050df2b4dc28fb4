"""Tokens of programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.access_records import ApiToken
from callcenter.storage.database import Database
from callcenter.storage.tables import api_tokens


class SqlTokens:
    """The ``ApiTokens``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[ApiToken]:
        """Every token, newest first."""
        async with self._database.read() as connection:
            found = await connection.execute(sa.select(api_tokens).order_by(api_tokens.c.id.desc()))
            return [_token(row) for row in found]

    async def by_hash(self, token_hash: str) -> ApiToken | None:
        """The token with this hash, revoked and expired ones included."""
        async with self._database.read() as connection:
            statement = sa.select(api_tokens).where(api_tokens.c.token_hash == token_hash)
            row = (await connection.execute(statement)).first()
        return None if row is None else _token(row)

    async def add(self, token: ApiToken) -> ApiToken:
        """Keep; ``id`` is given here."""
        values = {**msgspec.structs.asdict(token), "teams": msgspec.json.encode(token.teams).decode()}
        del values["id"]
        async with self._database.write() as connection:
            statement = api_tokens.insert().values(values).returning(api_tokens.c.id)
            return msgspec.structs.replace(token, id=(await connection.execute(statement)).scalar_one())

    async def touch(self, token_id: int, used_ms: int) -> None:
        """Note that it was used."""
        async with self._database.write() as connection:
            await connection.execute(api_tokens.update().where(api_tokens.c.id == token_id).values(used_ms=used_ms))

    async def revoke(self, token_id: int) -> bool:
        """Switch off for good: False when there is no such token in force."""
        mine = (api_tokens.c.id == token_id) & api_tokens.c.revoked.is_(False)
        async with self._database.write() as connection:
            return (await connection.execute(api_tokens.update().where(mine).values(revoked=True))).rowcount == 1


def _token(row: Any) -> ApiToken:
    values = dict(row._mapping)
    return ApiToken(**{**values, "teams": tuple(msgspec.json.decode(values["teams"], type=list[str]))})
