"""Who may sign in and how, and the record of what they did."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Protocol

from callcenter.domain.access_records import (
    ApiToken,
    AuditAnchor,
    AuditCheck,
    AuditQuery,
    AuditRow,
    Invitation,
    LiveSession,
    SecondFactor,
    UserQuery,
)
from callcenter.domain.records import AuditRecord, Session, User


class UserDirectory(Protocol):
    """Users and their sessions. Deleted users are not found, but their names stay taken."""

    async def by_name(self, name: str) -> User | None:
        """A user by sign-in name."""
        ...

    async def by_id(self, user_id: int) -> User | None:
        """A user by id."""
        ...

    async def all(self) -> Sequence[User]:
        """Every user by name."""
        ...

    async def page(self, query: UserQuery) -> Sequence[User]:
        """Some users by name."""
        ...

    async def count(self, roles: Collection[str] | None = None) -> int:
        """How many users there are; with ``roles``, how many of those who are not disabled have one of them."""
        ...

    async def names(self) -> frozenset[str]:
        """Every sign-in name that is taken, deleted users' included."""
        ...

    async def add(self, user: User) -> User:
        """Create; ``id`` is given by the store. Raises ``Rejected("name_taken")``."""
        ...

    async def add_many(self, users: Sequence[User], invitations: Mapping[str, Invitation]) -> None:
        """Create all or none, each with its invitation (by name). Raises ``Rejected("name_taken")``."""
        ...

    async def update(self, user: User) -> None:
        """Write back."""
        ...

    async def delete(self, user_id: int) -> None:
        """End all sessions, forget passwords and second factor, keep the name."""
        ...

    async def add_session(self, session: Session) -> None:
        """Keep a session."""
        ...

    async def session(self, token_hash: str) -> Session | None:
        """A session that is not revoked."""
        ...

    async def sessions_of(self, user_id: int, now_ms: int) -> Sequence[Session]:
        """The sessions of a user that are neither revoked nor expired, last used first."""
        ...

    async def live_sessions(self, now_ms: int) -> Mapping[str, LiveSession]:
        """By token hash, every session that still lets its user in."""
        ...

    async def touch_session(self, token_hash: str, seen_ms: int) -> None:
        """Note that it was used."""
        ...

    async def end_session(self, token_hash: str) -> None:
        """Revoke."""
        ...

    async def end_sessions_of(self, user_id: int, keep: str = "") -> None:
        """Revoke all sessions of a user but the one whose token hash is ``keep``."""
        ...


class Credentials(Protocol):
    """What users prove who they are with, besides the password in force."""

    async def second_factor(self, user_id: int) -> SecondFactor | None:
        """The second factor, confirmed or being set up."""
        ...

    async def set_second_factor(self, factor: SecondFactor) -> None:
        """Keep or replace."""
        ...

    async def use_step(self, user_id: int, step: int) -> bool:
        """Spend a time step: False when it, or a later one, was used before."""
        ...

    async def drop_second_factor(self, user_id: int) -> None:
        """Forget it and its recovery codes."""
        ...

    async def set_recovery_codes(self, user_id: int, code_hashes: Collection[str]) -> None:
        """Replace the recovery codes."""
        ...

    async def recovery_codes_left(self, user_id: int) -> int:
        """How many are unused."""
        ...

    async def use_recovery_code(self, user_id: int, code_hash: str) -> bool:
        """Spend a recovery code: False when there is none like it."""
        ...

    async def past_passwords(self, user_id: int, count: int) -> Sequence[str]:
        """The hashes of the last ``count`` passwords, newest first."""
        ...

    async def add_past_password(self, user_id: int, password_hash: str) -> None:
        """Remember a password that was in force."""
        ...

    async def invite(self, invitation: Invitation) -> None:
        """Keep or replace a user's invitation."""
        ...

    async def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation with this code, expired or not."""
        ...

    async def end_invitation(self, user_id: int) -> bool:
        """Spend it: False when it was spent before."""
        ...

    async def link(self, issuer: str, subject: str, user_id: int) -> None:
        """Tie an outside identity to a user for good. Raises ``Rejected("identity_taken")``."""
        ...

    async def linked(self, issuer: str, subject: str) -> int | None:
        """The user an outside identity is tied to."""
        ...


class ApiTokens(Protocol):
    """Tokens of programs."""

    async def all(self) -> Sequence[ApiToken]:
        """Every token, newest first."""
        ...

    async def by_hash(self, token_hash: str) -> ApiToken | None:
        """The token with this hash, revoked and expired ones included."""
        ...

    async def add(self, token: ApiToken) -> ApiToken:
        """Keep; ``id`` is given by the store."""
        ...

    async def touch(self, token_id: int, used_ms: int) -> None:
        """Note that it was used."""
        ...

    async def revoke(self, token_id: int) -> bool:
        """Switch off for good: False when there is no such token in force."""
        ...


class AuditLog(Protocol):
    """Append-only record of sensitive acts, each row chained to the one before."""

    async def write(self, record: AuditRecord) -> None:
        """Append; returns when it is kept."""
        ...

    async def page(self, query: AuditQuery) -> Sequence[AuditRow]:
        """Rows, newest first."""
        ...

    def rows(self) -> AsyncIterator[AuditRow]:
        """Every row, oldest first."""
        ...

    async def verify(self, anchors: Sequence[AuditAnchor] = ()) -> AuditCheck:
        """Read the whole chain and say where it is broken, if anywhere; ``anchors`` also show a tail cut off."""
        ...
