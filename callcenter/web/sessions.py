"""Signed-in browsers: a random token in a cookie, of which the server keeps only a hash."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from callcenter.domain.access import Reach, Right, RoleConfig, scope_of
from callcenter.domain.access_records import LiveSession
from callcenter.domain.config import CenterConfig
from callcenter.domain.ports import UserDirectory
from callcenter.domain.records import Session, User
from callcenter.web.services import WebServices
from callcenter.web.signin.session_ends import Ended

COOKIE = "cc_session"
_TOUCH_EVERY_MS = 60_000


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page: user and session, and what the roles in force let them do."""

    user: User
    session: Session
    roles: Mapping[str, RoleConfig]
    teams: frozenset[str] = frozenset()
    """Those the user belongs to or leads."""
    second_factor_missing: bool = False
    """The role asks for a second factor and the user has set up none yet."""

    def may(self, right: Right) -> bool:
        """Whether the user's role has ``right``, however far it reaches."""
        return scope_of(self.roles, self.user.role, right) is not None

    def reach(self, right: Right) -> Reach | None:
        """How far ``right`` reaches; None when the user does not have it."""
        scope = scope_of(self.roles, self.user.role, right)
        return None if scope is None else Reach(scope, self.user.agent_id, self.teams)

    def covers(self, right: Right, agent: str, team: str) -> bool:
        """Whether ``right`` reaches data of ``agent`` of ``team``."""
        reach = self.reach(right)
        return reach is not None and reach.covers(agent, team)


def token_hash(token: str) -> str:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare secrets in constant time; an empty one never matches."""
    return bool(left) and hmac.compare_digest(left.encode(), right.encode())


async def open_session(services: WebServices, user: User, *, address: str = "", browser: str = "") -> str:
    """Start a session for ``user`` and return its token; always a fresh one, so a planted cookie is worth nothing.

    ``address`` and ``browser`` are shown to the user, who may end the session from elsewhere.
    """
    token = secrets.token_urlsafe(32)
    now = services.clock.now_ms()
    session = Session(
        token_hash=token_hash(token),
        user_id=user.id,
        csrf=secrets.token_urlsafe(24),
        created_ms=now,
        expires_ms=now + services.settings.session_hours * 3_600_000,
        seen_ms=now,
        address=address[:60],
        browser=browser[:300].replace("\x00", ""),
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
    config = services.desk.config()
    missing = False
    if user.role in services.settings.second_factor_roles:
        factor = await services.credentials.second_factor(user.id)
        missing = factor is None or not factor.confirmed
    return Viewer(user, session, config.roles, teams_of(config, user), missing)


@dataclass(slots=True)
class _Picture:
    at_ms: int
    loading: asyncio.Task[Mapping[str, LiveSession]]

    def serves(self, now_ms: int) -> bool:
        """Whether it is young enough, or still on its way: whoever asks meanwhile waits for the same one."""
        if not self.loading.done():
            return True
        failed = self.loading.cancelled() or self.loading.exception() is not None
        return not failed and 0 <= now_ms - self.at_ms < _PICTURE_MS


_PICTURES: WeakKeyDictionary[UserDirectory, _Picture] = WeakKeyDictionary()
_PICTURE_MS = 2_000


async def still_valid(services: WebServices, viewer: Viewer) -> bool:
    """Whether a page that is open may stay open: session, user, role, rights and teams are as they were.

    For live streams, asked at each tick: one query every two seconds serves them all.
    """
    now, config = services.clock.now_ms(), services.desk.config()
    picture = _PICTURES.get(services.users)
    if picture is None or not picture.serves(now):
        picture = _Picture(now, asyncio.create_task(services.users.live_sessions(now)))
        _PICTURES[services.users] = picture
    found = await asyncio.shield(picture.loading)
    live, user = found.get(viewer.session.token_hash), viewer.user
    if live is None or viewer.session.expires_ms <= now:
        # A session younger than the picture is not in it.
        return viewer.session.created_ms >= picture.at_ms and await _again(services, viewer)
    same_user = (live.role, live.agent_id, live.must_change_password) == (
        user.role,
        user.agent_id,
        user.must_change_password,
    )
    same_rights = config.roles is viewer.roles or config.roles.get(user.role) == viewer.roles.get(user.role)
    return same_user and same_rights and teams_of(config, user) == viewer.teams


async def end_session(services: WebServices, session: str) -> None:
    """Revoke the session with this token hash; its open pages close."""
    await services.users.end_session(session)
    pages_end(services, Ended(session=session))


async def end_sessions_of(services: WebServices, user_id: int, keep: str = "") -> None:
    """Revoke all sessions of a user but the one whose token hash is ``keep``; their open pages close."""
    await services.users.end_sessions_of(user_id, keep=keep)
    pages_end(services, Ended(user=user_id, keep=keep))


def pages_end(services: WebServices, ended: Ended) -> None:
    """Close open pages: their user or session is no longer what it was when they were opened."""
    _PICTURES.pop(services.users, None)
    services.session_ends.tell(ended)


async def _again(services: WebServices, viewer: Viewer) -> bool:
    session = await services.users.session(viewer.session.token_hash)
    user = await services.users.by_id(viewer.user.id)
    return session is not None and user == viewer.user


def teams_of(config: CenterConfig, user: User) -> frozenset[str]:
    """The team of the user's agent, and those they lead."""
    led = {team.id for team in config.teams.values() if user.name in team.leaders}
    agent = config.agents.get(user.agent_id)
    return frozenset(led | ({agent.team} if agent is not None and agent.team else set()))
