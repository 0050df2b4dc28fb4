"""Changes to users, with the rules that keep a centre manageable: checked here for the page, the API and the import."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from callcenter.domain.access import BUILT_IN_ROLES, Right, RoleConfig
from callcenter.domain.access_records import Invitation
from callcenter.domain.agent import AgentState
from callcenter.domain.config import CenterConfig
from callcenter.domain.errors import CallCenterError, Rejected
from callcenter.domain.events import AgentStateForced
from callcenter.domain.records import AuditRecord, User
from callcenter.web.i18n import LANGUAGES
from callcenter.web.services import WebServices
from callcenter.web.sessions import end_sessions_of, pages_end
from callcenter.web.signin import passwords
from callcenter.web.signin.session_ends import Ended

_log = logging.getLogger(__name__)
INVITATION_MS = 7 * 86_400_000
_NAME = re.compile(r"[\w.-]{2,40}")
_ONE_AT_A_TIME = asyncio.Lock()
"""Two administrators who disable each other at the same moment must not both succeed."""


def roles_of(config: CenterConfig) -> Mapping[str, RoleConfig]:
    """The roles a user may have."""
    return {**BUILT_IN_ROLES, **config.roles}


def managing_roles(config: CenterConfig) -> frozenset[str]:
    """The roles that may manage users; somebody must always have one."""
    return frozenset(role.id for role in roles_of(config).values() if Right.MANAGE_USERS in role.rights)


def checked_user(config: CenterConfig, given: Mapping[str, str]) -> User:
    """A new user of what was typed, without password. Raises ``Rejected``; its ``detail`` is the field."""
    name, shown = given.get("name", "").strip(), given.get("display_name", "").strip()
    role, agent = given.get("role", "").strip(), given.get("agent_id", "").strip()
    language = given.get("language", "").strip() or "zh"
    if not _NAME.fullmatch(name):
        raise Rejected("name_invalid", "name")
    if not 1 <= len(shown) <= 60 or "\x00" in shown:
        raise Rejected("display_name_invalid", "display_name")
    if role not in roles_of(config):
        raise Rejected("role_unknown", "role")
    if agent and agent not in config.agents:
        raise Rejected("unknown_agent", "agent_id")
    if language not in LANGUAGES:
        raise Rejected("language_unknown", "language")
    return User(0, name, shown, role, "", agent, language)


def new_invitation(user_id: int, now_ms: int) -> tuple[str, Invitation]:
    """A code to hand out, and what is kept of it; good for a week."""
    code = passwords.one_time_password()
    return code, Invitation(user_id, passwords.code_hash(code), now_ms + INVITATION_MS)


class UserChanges:
    """What one person (``actor``; ``own_id`` is their user) does to users. Each raises ``Rejected``."""

    def __init__(self, services: WebServices, actor: str, own_id: int = 0) -> None:
        self._services = services
        self._actor = actor
        self._own = own_id

    async def add(self, user: User) -> User:
        """Create; the caller gives a password or an invitation."""
        added = await self._services.users.add(user)
        await self.audited("user_added", added, role=added.role)
        return added

    async def edit(self, user: User, changed: User) -> None:
        """Role, agent, name shown, language."""
        async with _ONE_AT_A_TIME:
            if user.role != changed.role:
                self._not_oneself(user)
                await self._somebody_manages(user, still=changed.role in self._managing())
            await self._services.users.update(changed)
        before = {f: getattr(user, f) for f in _EDITED if getattr(user, f) != getattr(changed, f)}
        if (user.role, user.agent_id) != (changed.role, changed.agent_id):
            pages_end(self._services, Ended(user=user.id))
        if before:
            await self.audited("user_changed", changed, before=before, after={f: getattr(changed, f) for f in before})
        if user.agent_id and user.agent_id != changed.agent_id:
            await self._sign_out(user.agent_id)

    async def disable(self, user: User) -> None:
        """Sessions end at once; the agent signs out after the present contact."""
        self._not_oneself(user)
        async with _ONE_AT_A_TIME:
            await self._somebody_manages(user, still=False)
            await self._services.users.update(msgspec.structs.replace(user, disabled=True))
        await end_sessions_of(self._services, user.id)
        await self.audited("user_disabled", user)
        await self._sign_out(user.agent_id)

    async def enable(self, user: User) -> None:
        """Let back in."""
        await self._services.users.update(msgspec.structs.replace(user, disabled=False))
        await self.audited("user_enabled", user)

    async def delete(self, user: User) -> None:
        """Gone for good; the audit log keeps the name."""
        self._not_oneself(user)
        async with _ONE_AT_A_TIME:
            await self._somebody_manages(user, still=False)
            await self._services.users.delete(user.id)
        pages_end(self._services, Ended(user=user.id))
        await self.audited("user_deleted", user, role=user.role)
        await self._sign_out(user.agent_id)

    async def invite(self, user: User) -> str:
        """Void the password and hand out a code to set a new one."""
        self._not_oneself(user)
        code, invitation = new_invitation(user.id, self._services.clock.now_ms())
        await self._services.users.update(msgspec.structs.replace(user, password_hash="", must_change_password=False))
        await end_sessions_of(self._services, user.id)
        await self._services.credentials.invite(invitation)
        await self.audited("user_invited", user)
        return code

    async def drop_factor(self, user: User) -> None:
        """For somebody who lost telephone and recovery codes."""
        self._not_oneself(user)
        await self._services.credentials.drop_second_factor(user.id)
        await end_sessions_of(self._services, user.id)
        await self.audited("second_factor_reset", user)

    async def end_sessions(self, user: User) -> None:
        """Out everywhere."""
        await end_sessions_of(self._services, user.id)
        await self.audited("sessions_revoked", user)

    async def audited(self, act: str, user: User, **detail: Any) -> None:
        """Put an act on record."""
        self._services.people.forget(user.name)
        now = self._services.clock.now_ms()
        record = AuditRecord(now, self._actor, act, f"user:{user.id}", {"name": user.name, **detail})
        await self._services.audit.write(record)

    def _managing(self) -> frozenset[str]:
        return managing_roles(self._services.desk.config())

    def _not_oneself(self, user: User) -> None:
        if user.id == self._own:
            raise Rejected("own_user")

    async def _somebody_manages(self, user: User, *, still: bool) -> None:
        managing = self._managing()
        if user.disabled or user.role not in managing or still:
            return
        if await self._services.users.count(managing) <= 1:
            raise Rejected("last_administrator")

    async def _sign_out(self, agent: str) -> None:
        """The desk goes after the present contact; a refusal by the core must not undo what was done to the user."""
        if not agent or self._services.desk.desk_view(agent) is None:
            return
        event = AgentStateForced(
            by=self._actor, command=uuid.uuid4().hex, agent=agent, state=AgentState.LOGGED_OUT, reason=""
        )
        try:
            await self._services.desk.submit(event)
        except CallCenterError as error:
            _log.warning("agent %s was not signed out: %s", agent, error)


_EDITED = ("display_name", "role", "agent_id", "language")
