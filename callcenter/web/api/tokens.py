"""Tokens of programs: made no stronger than who makes them, narrowed in reach, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

from callcenter.domain.access import SCOPED_RIGHTS, RoleConfig, Scope
from callcenter.domain.access_records import ApiToken
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord, Session, User
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.users.changes import roles_of

PREFIX = "cc_"
MAX_DAYS = 366
_DAY_MS = 86_400_000
_WIDTH = {Scope.OWN: 0, Scope.TEAM: 1, Scope.ALL: 2}
_TOUCH_EVERY_MS = 60_000


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def narrowed(role: RoleConfig, scope: Scope) -> RoleConfig:
    """The role with no scoped right reaching further than ``scope``."""
    rights = {
        right: min(reach, scope, key=lambda one: _WIDTH[one]) if right in SCOPED_RIGHTS else reach
        for right, reach in role.rights.items()
    }
    return RoleConfig(role.id, role.names, rights)


def check_strength(viewer: Viewer, role: RoleConfig, scope: Scope, teams: frozenset[str]) -> None:
    """Raise ``Rejected("token_too_strong")`` when the token could do what its maker can not."""
    for right, wanted in narrowed(role, scope).rights.items():
        held = viewer.reach(right)
        if held is None or _WIDTH[held.scope] < _WIDTH[wanted]:
            raise Rejected("token_too_strong", right.value)
        if right in SCOPED_RIGHTS and held.scope is not Scope.ALL and not teams <= held.teams:
            raise Rejected("token_too_strong", right.value)


async def make_token(
    services: WebServices, viewer: Viewer, *, name: str, role: str, scope: str, teams: frozenset[str], days: int
) -> tuple[str, ApiToken]:
    """A new token, to be shown once, and what is kept. Raises ``Rejected``."""
    config = services.desk.config()
    roles = roles_of(config)
    if not 1 <= len(name.strip()) <= 60 or "\x00" in name:
        raise Rejected("token_name", "name")
    if role not in roles:
        raise Rejected("role_unknown", "role")
    if scope not in (Scope.TEAM, Scope.ALL):
        raise Rejected("scope_unknown", "scope")
    if not 1 <= days <= MAX_DAYS:
        raise Rejected("token_days", "days")
    known = set(config.teams) | {agent.team for agent in config.agents.values() if agent.team}
    if not teams <= known or (scope == Scope.TEAM) != bool(teams):
        raise Rejected("token_teams", "teams")
    check_strength(viewer, roles[role], Scope(scope), teams)
    secret, now = PREFIX + secrets.token_urlsafe(32), services.clock.now_ms()
    token = ApiToken(
        id=0,
        name=name.strip(),
        token_hash=token_hash(secret),
        role=role,
        scope=scope,
        teams=tuple(sorted(teams)),
        created_by=viewer.user.name,
        created_ms=now,
        expires_ms=now + days * _DAY_MS,
    )
    kept = await services.tokens.add(token)
    detail = {"name": kept.name, "role": role, "scope": scope, "teams": list(kept.teams), "days": days}
    await services.audit.write(AuditRecord(now, viewer.user.name, "token_made", f"token:{kept.id}", detail))
    return secret, kept


async def revoke_token(services: WebServices, viewer: Viewer, token_id: int) -> bool:
    """Switch a token off; False when there is none in force."""
    found = next((token for token in await services.tokens.all() if token.id == token_id), None)
    if found is None or not await services.tokens.revoke(token_id):
        return False
    record = AuditRecord(
        services.clock.now_ms(), viewer.user.name, "token_revoked", f"token:{token_id}", {"name": found.name}
    )
    await services.audit.write(record)
    return True


async def token_viewer(services: WebServices, secret: str) -> tuple[ApiToken, Viewer] | None:
    """The token and who it acts as; None when it is unknown, revoked or expired."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    now, token = services.clock.now_ms(), await services.tokens.by_hash(token_hash(secret))
    if token is None or token.revoked or token.expires_ms <= now:
        return None
    if token.used_ms is None or now - token.used_ms > _TOUCH_EVERY_MS:
        await services.tokens.touch(token.id, now)
    config = services.desk.config()
    name = f"token:{token.name}"
    user = User(0, name, name, token.role, "")
    session = Session(token.token_hash, 0, "", token.created_ms, token.expires_ms, now)
    return token, Viewer(user, session, _narrowed_roles(roles_of(config), token), frozenset(token.teams))


def _narrowed_roles(roles: Mapping[str, RoleConfig], token: ApiToken) -> Mapping[str, RoleConfig]:
    role = roles.get(token.role)
    # A role that is gone holds nothing; a built-in one of the same id must not step in for it.
    return {token.role: narrowed(role, Scope(token.scope)) if role else RoleConfig(token.role, {}, {})}
