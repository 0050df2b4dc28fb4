"""Signed-in browsers: a random token in a cookie, of which the server keeps only a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from callcenter.domain.access import Right, allowed
from callcenter.domain.records import Session, User
from callcenter.web.services import WebServices

COOKIE = "cc_session"
_TOUCH_EVERY_MS = 60_000


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page: user and session."""

    user: User
    session: Session

    def may(self, right: Right) -> bool:
        """Whether the user's role has ``right``."""
        return allowed(self.user.role, right)


def token_hash(token: str) -> str:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare secrets in constant time; an empty one never matches."""
    return bool(left) and hmac.compare_digest(left.encode(), right.encode())


async def open_session(services: WebServices, user: User) -> str:
    """Start a session for ``user`` and return its token; always a fresh one, so a planted cookie is worth nothing."""
    token = secrets.token_urlsafe(32)
    now = services.clock.now_ms()
    session = Session(
        token_hash=token_hash(token),
        user_id=user.id,
        csrf=secrets.token_urlsafe(24),
        created_ms=now,
        expires_ms=now + services.settings.session_hours * 3_600_000,
        seen_ms=now,
    )
    await services.users.add_session(session)
    return token


async def viewer_of(services: WebServices, token: str | None) -> Viewer | None:
    """The viewer behind a cookie; None when it is unknown, revoked, expired or its user disabled."""
    if not token or len(token) > 200:
        return None
    session = await services.users.session(token_hash(token))
    now = services.clock.now_ms()
    if session is None or session.expires_ms <= now:
        return None
    user = await services.users.by_id(session.user_id)
    if user is None or user.disabled:
        return None
    if now - session.seen_ms > _TOUCH_EVERY_MS:
        await services.users.touch_session(session.token_hash, now)
    return Viewer(user, session)
