"""Sessions of users, half of the ``UserDirectory``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from callcenter.domain.access_records import LiveSession
from callcenter.domain.errors import Rejected
from callcenter.domain.records import Session
from callcenter.storage.database import Database
from callcenter.storage.tables import sessions, users


class SqlSessions:
    """What :class:`callcenter.storage.users.SqlUsers` does with sessions."""

    _database: Database

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
        return None if row is None else _session(row)

    async def sessions_of(self, user_id: int, now_ms: int) -> Sequence[Session]:
        """The sessions of a user that are neither revoked nor expired, last used first."""
        statement = (
            sa.select(sessions)
            .where(sessions.c.user_id == user_id, sessions.c.revoked.is_(False), sessions.c.expires_ms > now_ms)
            .order_by(sessions.c.seen_ms.desc(), sessions.c.token_hash)
        )
        async with self._database.read() as connection:
            return [_session(row) for row in await connection.execute(statement)]

    async def live_sessions(self, now_ms: int) -> Mapping[str, LiveSession]:
        """By token hash, every session that still lets its user in."""
        columns = (users.c.id, users.c.role, users.c.agent_id, users.c.must_change_password)
        statement = (
            sa.select(sessions.c.token_hash, *columns)
            .join(users, users.c.id == sessions.c.user_id)
            .where(
                sessions.c.revoked.is_(False),
                sessions.c.expires_ms > now_ms,
                users.c.disabled.is_(False),
                users.c.deleted.is_(False),
            )
        )
        async with self._database.read() as connection:
            return {row[0]: LiveSession(*row[1:]) for row in await connection.execute(statement)}

    async def touch_session(self, token_hash: str, seen_ms: int) -> None:
        """Note that it was used."""
        async with self._database.write() as connection:
            await connection.execute(_one(token_hash).values(seen_ms=seen_ms))

    async def end_session(self, token_hash: str) -> None:
        """Revoke."""
        async with self._database.write() as connection:
            await connection.execute(_one(token_hash).values(revoked=True))

    async def end_sessions_of(self, user_id: int, keep: str = "") -> None:
        """Revoke all sessions of a user (password changed, user disabled) but the one whose token hash is ``keep``."""
        condition = (sessions.c.user_id == user_id) & (sessions.c.token_hash != keep)
        async with self._database.write() as connection:
            await connection.execute(sessions.update().where(condition).values(revoked=True))

    async def purge_sessions(self, now_ms: int) -> int:
        """Delete sessions that expired before ``now_ms``; returns how many."""
        async with self._database.write() as connection:
            return (await connection.execute(sessions.delete().where(sessions.c.expires_ms < now_ms))).rowcount


def _one(token_hash: str) -> sa.Update:
    return sessions.update().where(sessions.c.token_hash == token_hash)


def _session(row: Any) -> Session:
    return Session(**{name: value for name, value in row._mapping.items() if name != "revoked"})
