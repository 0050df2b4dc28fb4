"""Users and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from callcenter.domain.access import Role
from callcenter.domain.errors import Rejected
from callcenter.domain.records import Session, User
from callcenter.storage.database import Database
from callcenter.storage.tables import sessions, users


class SqlUsers:
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
        async with self._database.read() as connection:
            return [_user(row) for row in await connection.execute(sa.select(users).order_by(users.c.name))]

    async def add(self, user: User) -> User:
        """Create; ``id`` is given here. Raises ``Rejected("name_taken")``."""
        try:
            async with self._database.write() as connection:
                statement = users.insert().values(_values(user)).returning(users.c.id)
                user_id = (await connection.execute(statement)).scalar_one()
        except IntegrityError as error:
            raise Rejected("name_taken", f"the sign-in name {user.name!r} is taken") from error
        return msgspec.structs.replace(user, id=user_id)

    async def update(self, user: User) -> None:
        """Write back. Raises ``Rejected``: ``unknown_user`` or ``name_taken``."""
        try:
            async with self._database.write() as connection:
                done = await connection.execute(users.update().where(users.c.id == user.id).values(_values(user)))
        except IntegrityError as error:
            raise Rejected("name_taken", f"the sign-in name {user.name!r} is taken") from error
        if done.rowcount == 0:
            raise Rejected("unknown_user", f"there is no user {user.id}")

    async def add_session(self, session: Session) -> None:
        """Keep a session. Raises ``Rejected("unknown_user")``."""
        try:
            async with self._database.write() as connection:
                values = {**msgspec.structs.asdict(session), "revoked": False}
                await connection.execute(sessions.insert().values(values))
        except IntegrityError as error:
            raise Rejected("unknown_user", f"there is no user {session.user_id}") from error

    async def session(self, token_hash: str) -> Session | None:
        """A session that is not revoked; whether it has expired is for the caller, who has a clock."""
        statement = sa.select(sessions).where(sessions.c.token_hash == token_hash, sessions.c.revoked.is_(False))
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            return None
        return Session(**{name: value for name, value in row._mapping.items() if name != "revoked"})

    async def touch_session(self, token_hash: str, seen_ms: int) -> None:
        """Note that it was used."""
        async with self._database.write() as connection:
            await connection.execute(_session(token_hash).values(seen_ms=seen_ms))

    async def end_session(self, token_hash: str) -> None:
        """Revoke."""
        async with self._database.write() as connection:
            await connection.execute(_session(token_hash).values(revoked=True))

    async def end_sessions_of(self, user_id: int) -> None:
        """Revoke all sessions of a user: password changed, user disabled."""
        async with self._database.write() as connection:
            await connection.execute(sessions.update().where(sessions.c.user_id == user_id).values(revoked=True))

    async def purge_sessions(self, now_ms: int) -> int:
        """Delete sessions that expired before ``now_ms``; returns how many."""
        async with self._database.write() as connection:
            return (await connection.execute(sessions.delete().where(sessions.c.expires_ms < now_ms))).rowcount

    async def _one(self, condition: sa.ColumnElement[bool]) -> User | None:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(users).where(condition))).first()
        return None if row is None else _user(row)


def _session(token_hash: str) -> sa.Update:
    return sessions.update().where(sessions.c.token_hash == token_hash)


def _values(user: User) -> dict[str, Any]:
    values = msgspec.structs.asdict(user)
    del values["id"]
    return {**values, "role": str(user.role)}


def _user(row: Any) -> User:
    return User(**{**row._mapping, "role": Role(row.role)})
