"""Users."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.access_records import Invitation, UserQuery
from callcenter.domain.errors import Rejected
from callcenter.domain.records import User
from callcenter.storage.database import Database
from callcenter.storage.sessions import SqlSessions
from callcenter.storage.tables import (
    external_identities,
    invitations,
    password_history,
    recovery_codes,
    second_factors,
    sessions,
    users,
)

_ROWS_AT_ONCE = 500


class SqlUsers(SqlSessions):
    """The ``UserDirectory``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_name(self, name: str) -> User | None:
        """A user by sign-in name."""
        return await self._one(users.c.name == name.replace("\x00", ""))

    async def by_id(self, user_id: int) -> User | None:
        """A user by id."""
        return await self._one(users.c.id == user_id)

    async def all(self) -> Sequence[User]:
        """Every user by name."""
        return await self._many(sa.select(users).where(_THERE).order_by(users.c.name))

    async def page(self, query: UserQuery) -> Sequence[User]:
        """Some users by name."""
        statement = sa.select(users).where(_THERE).order_by(users.c.name).limit(query.limit)
        if text := query.text.replace("\x00", ""):
            like = f"%{_escaped(text)}%"
            statement = statement.where(users.c.name.ilike(like, "\\") | users.c.display_name.ilike(like, "\\"))
        if query.role:
            statement = statement.where(users.c.role == query.role)
        if query.after:
            statement = statement.where(users.c.name > query.after.replace("\x00", ""))
        return await self._many(statement)

    async def count(self, roles: Collection[str] | None = None) -> int:
        """How many users there are; with ``roles``, how many of those who are not disabled have one of them."""
        statement = sa.select(sa.func.count()).select_from(users).where(_THERE)
        if roles is not None:
            statement = statement.where(users.c.role.in_(roles), users.c.disabled.is_(False))
        async with self._database.read() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def names(self) -> frozenset[str]:
        """Every sign-in name that is taken, deleted users' included."""
        async with self._database.read() as connection:
            return frozenset((await connection.execute(sa.select(users.c.name))).scalars())

    async def add(self, user: User) -> User:
        """Create; ``id`` is given here. Raises ``Rejected("name_taken")``."""
        try:
            async with self._database.write() as connection:
                statement = users.insert().values(_values(user)).returning(users.c.id)
                user_id = (await connection.execute(statement)).scalar_one()
        except IntegrityError as error:
            raise Rejected("name_taken", f"the sign-in name {user.name!r} is taken") from error
        return msgspec.structs.replace(user, id=user_id)

    async def add_many(self, many: Sequence[User], codes: Mapping[str, Invitation]) -> None:
        """Create all or none, each with its invitation (by name). Raises ``Rejected("name_taken")``."""
        try:
            async with self._database.write() as connection:
                for start in range(0, len(many), _ROWS_AT_ONCE):
                    await _add_some(connection, many[start : start + _ROWS_AT_ONCE], codes)
        except IntegrityError as error:
            raise Rejected("name_taken", "one of the sign-in names is taken") from error

    async def update(self, user: User) -> None:
        """Write back. Raises ``Rejected``: ``unknown_user`` or ``name_taken``."""
        try:
            async with self._database.write() as connection:
                done = await connection.execute(users.update().where(users.c.id == user.id).values(_values(user)))
        except IntegrityError as error:
            raise Rejected("name_taken", f"the sign-in name {user.name!r} is taken") from error
        if done.rowcount == 0:
            raise Rejected("unknown_user", f"there is no user {user.id}")

    async def delete(self, user_id: int) -> None:
        """End all sessions, forget passwords and second factor, keep the name. Raises ``Rejected("unknown_user")``."""
        gone = {"deleted": True, "disabled": True, "password_hash": "", "agent_id": ""}
        async with self._database.write() as connection:
            done = await connection.execute(users.update().where(users.c.id == user_id, _THERE).values(gone))
            if done.rowcount == 0:
                raise Rejected("unknown_user", f"there is no user {user_id}")
            for table in (
                sessions,
                second_factors,
                recovery_codes,
                password_history,
                invitations,
                external_identities,
            ):
                await connection.execute(table.delete().where(table.c.user_id == user_id))

    async def _one(self, condition: sa.ColumnElement[bool]) -> User | None:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(users).where(condition, _THERE))).first()
        return None if row is None else _user(row)

    async def _many(self, statement: sa.Select[Any]) -> Sequence[User]:
        async with self._database.read() as connection:
            return [_user(row) for row in await connection.execute(statement)]


_THERE = users.c.deleted.is_(False)


async def _add_some(connection: AsyncConnection, some: Sequence[User], codes: Mapping[str, Invitation]) -> None:
    statement = users.insert().returning(users.c.name, users.c.id)
    ids = {row.name: row.id for row in await connection.execute(statement, [_values(user) for user in some])}
    rows = [
        {"user_id": ids[user.name], "code_hash": code.code_hash, "expires_ms": code.expires_ms}
        for user in some
        if (code := codes.get(user.name)) is not None
    ]
    if rows:
        await connection.execute(invitations.insert(), rows)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _values(user: User) -> dict[str, Any]:
    values = msgspec.structs.asdict(user)
    del values["id"]
    return {**values, "role": str(user.role)}


def _user(row: Any) -> User:
    return User(**row._mapping)
