"""Doubles of who may sign in and of who calls: users, credentials, tokens, customers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from callcenter.domain.access_records import (
    ApiToken,
    Invitation,
    LiveSession,
    UserQuery,
)
from callcenter.domain.errors import Rejected
from callcenter.domain.records import (
    Customer,
    Session,
    User,
)


class UserList:
    """Users and sessions in dictionaries."""

    def __init__(self) -> None:
        self.users: dict[int, User] = {}
        self.sessions: dict[str, Session] = {}

    async def by_name(self, name: str) -> User | None:
        return next((u for u in self.users.values() if u.name == name), None)

    async def by_id(self, user_id: int) -> User | None:
        return self.users.get(user_id)

    async def all(self) -> Sequence[User]:
        return sorted(self.users.values(), key=lambda u: u.name)

    async def add(self, user: User) -> User:
        if await self.by_name(user.name):
            raise Rejected("name_taken")
        user = msgspec.structs.replace(user, id=len(self.users) + 1)
        self.users[user.id] = user
        return user

    async def update(self, user: User) -> None:
        self.users[user.id] = user

    async def add_session(self, session: Session) -> None:
        self.sessions[session.token_hash] = session

    async def session(self, token_hash: str) -> Session | None:
        return self.sessions.get(token_hash)

    async def touch_session(self, token_hash: str, seen_ms: int) -> None:
        self.sessions[token_hash] = msgspec.structs.replace(self.sessions[token_hash], seen_ms=seen_ms)

    async def end_session(self, token_hash: str) -> None:
        self.sessions.pop(token_hash, None)

    async def page(self, query: UserQuery) -> Sequence[User]:
        found = [u for u in await self.all() if query.text in u.name + u.display_name and u.name > query.after]
        return [u for u in found if query.role in ("", u.role)][: query.limit]

    async def count(self, roles: Collection[str] | None = None) -> int:
        return len([u for u in self.users.values() if roles is None or (u.role in roles and not u.disabled)])

    async def names(self) -> frozenset[str]:
        return frozenset(u.name for u in self.users.values())

    async def add_many(self, users: Sequence[User], invitations: Mapping[str, Invitation]) -> None:
        for user in users:
            await self.add(user)

    async def delete(self, user_id: int) -> None:
        del self.users[user_id]
        await self.end_sessions_of(user_id)

    async def sessions_of(self, user_id: int, now_ms: int) -> Sequence[Session]:
        return [s for s in self.sessions.values() if s.user_id == user_id and s.expires_ms > now_ms]

    async def live_sessions(self, now_ms: int) -> Mapping[str, LiveSession]:
        return {
            key: LiveSession(user.id, user.role, user.agent_id, user.must_change_password)
            for key, session in self.sessions.items()
            if session.expires_ms > now_ms and not (user := self.users[session.user_id]).disabled
        }

    async def end_sessions_of(self, user_id: int, keep: str = "") -> None:
        self.sessions = {k: s for k, s in self.sessions.items() if s.user_id != user_id or k == keep}


class CredentialList:
    """People with a password and nothing else."""

    def __init__(self) -> None:
        self.past: dict[int, list[str]] = {}

    async def second_factor(self, user_id: int) -> None:
        return None

    async def recovery_codes_left(self, user_id: int) -> int:
        return 0

    async def past_passwords(self, user_id: int, count: int) -> Sequence[str]:
        return self.past.get(user_id, [])[:count]

    async def add_past_password(self, user_id: int, password_hash: str) -> None:
        self.past.setdefault(user_id, []).insert(0, password_hash)

    async def end_invitation(self, user_id: int) -> bool:
        return False


class TokenList:
    """No program has a token."""

    async def all(self) -> Sequence[ApiToken]:
        return []

    async def by_hash(self, token_hash: str) -> None:
        return None


class CustomerList:
    """Customers by number."""

    def __init__(self) -> None:
        self.customers: dict[str, Customer] = {}

    async def by_phone(self, phone: str) -> Customer | None:
        return self.customers.get(phone)

    async def add_many(self, customers: Iterable[Customer]) -> None:
        self.customers |= {c.phone: c for c in customers}
