"""How people and programs get in: second factors, tokens, live sessions; and queries of users and of the audit log."""

from __future__ import annotations

from msgspec import Struct

from callcenter.domain.records import AuditRecord


class UserQuery(Struct, frozen=True):
    """Users by name: ``text`` is part of sign-in name or name shown; ``limit`` rows after ``after`` (keyset paging)."""

    text: str = ""
    role: str = ""
    limit: int = 50
    after: str = ""


class LiveSession(Struct, frozen=True):
    """What decides whether a page that is open may stay open."""

    user_id: int
    role: str
    agent_id: str
    must_change_password: bool


class SecondFactor(Struct, frozen=True):
    """The secret of one-time codes (RFC 6238). ``last_step`` is the 30 s step last used: a code works once."""

    user_id: int
    secret: str
    confirmed: bool
    last_step: int = 0


class Invitation(Struct, frozen=True):
    """A code to set the first password with; only its hash is kept. ``expires_ms``: ms since 1970."""

    user_id: int
    code_hash: str
    expires_ms: int


class ApiToken(Struct, frozen=True):
    """What a program signs in with. ``scope`` and ``teams`` narrow its role's rights. Times in ms since 1970."""

    id: int
    name: str
    token_hash: str
    role: str
    scope: str
    teams: tuple[str, ...]
    created_by: str
    created_ms: int
    expires_ms: int
    used_ms: int | None = None
    revoked: bool = False


class AuditQuery(Struct, frozen=True):
    """Which rows of the audit log, newest first; ``limit`` rows before ``before_id``. Empty means any."""

    actor: str = ""
    act: str = ""
    subject: str = ""
    from_ms: int | None = None
    to_ms: int | None = None
    limit: int = 50
    before_id: int | None = None


class AuditRow(Struct, frozen=True):
    """One row with its number and its link of the chain."""

    id: int
    record: AuditRecord
    hash: str


class AuditAnchor(Struct, frozen=True):
    """Row number and hash, written down elsewhere: proves that nothing up to there was cut off or rewritten."""

    rows: int
    hash: str


class AuditCheck(Struct, frozen=True):
    """What a check of the chain found: rows that fit, and the number of the first that does not (or is gone)."""

    rows: int
    broken_at: int | None
    last_hash: str
