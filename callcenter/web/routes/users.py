"""Users: list, add, disable, reset a password."""

from __future__ import annotations

import re
from typing import Annotated, Any

import anyio.to_thread
import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from callcenter.domain.access import Right, Role
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord, User
from callcenter.web import passwords
from callcenter.web.access import services_of, signed_in
from callcenter.web.errors import NotFound
from callcenter.web.i18n import LANGUAGES, N_
from callcenter.web.messages import refusal
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/users")
UserManager = Annotated[Viewer, Depends(signed_in(Right.MANAGE_USERS))]
_NAME = re.compile(r"[\w.-]{2,40}")
ROLE_NAMES = {
    Role.AGENT: N_("Agent"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.OPERATOR: N_("Operator"),
    Role.QUALITY: N_("Quality"),
    Role.ADMINISTRATOR: N_("Administrator"),
}


async def _page(request: Request, *, status: int = 200, **values: Any) -> Response:
    words = words_of(request)
    shown: dict[str, Any] = {"message": "", "password": "", "about": "", "typed": {}} | values
    return page(
        request,
        "users.html",
        status=status,
        users=await services_of(request).users.all(),
        roles=[(role.value, words.gettext(text)) for role, text in ROLE_NAMES.items()],
        role_names={role: words.gettext(text) for role, text in ROLE_NAMES.items()},
        agents=words.config.agents,
        **shown,
    )


@router.get("")
async def user_list(request: Request, viewer: UserManager) -> Response:
    """Everyone."""
    return await _page(request)


def _checked(form: dict[str, str], agents: object) -> tuple[str, str, Role, str, str]:
    name, shown = form.get("name", "").strip(), form.get("display_name", "").strip()
    if not _NAME.fullmatch(name):
        raise Rejected("name_invalid")
    if not 1 <= len(shown) <= 60:
        raise Rejected("display_name_invalid")
    if form.get("role") not in set(Role):
        raise Rejected("role_unknown")
    agent = form.get("agent_id", "")
    if agent and agent not in agents:  # type: ignore[operator]  # a mapping of the configuration
        raise Rejected("unknown_agent")
    language = form.get("language", "zh")
    return name, shown, Role(form["role"]), agent, language if language in LANGUAGES else "zh"


@router.post("")
async def add(request: Request, viewer: UserManager) -> Response:
    """A new user with a one-time password, shown once."""
    services = services_of(request)
    form = {key: str(value) for key, value in (await request.form()).items()}
    try:
        name, shown, role, agent, language = _checked(form, services.desk.config().agents)
        if await services.users.by_name(name) is not None:
            raise Rejected("name_taken")
        password = passwords.one_time_password()
        fresh = await anyio.to_thread.run_sync(passwords.new_password_hash, password)
        user = await services.users.add(
            User(
                id=0,
                name=name,
                display_name=shown,
                role=role,
                password_hash=fresh,
                agent_id=agent,
                language=language,
                must_change_password=True,
            )
        )
    except Rejected as error:
        return await _page(request, status=409, message=refusal(words_of(request), error.code), typed=form)
    await _audit(request, viewer, "user_added", user, role=role.value)
    return await _page(request, password=password, about=user.name)


@router.post("/{user_id}/{act}")
async def change(request: Request, viewer: UserManager, user_id: int, act: str) -> Response:
    """``disable``, ``enable`` or ``reset`` (a new one-time password, shown once)."""
    services = services_of(request)
    user = await services.users.by_id(user_id)
    if user is None or act not in ("disable", "enable", "reset"):
        raise NotFound
    if user.id == viewer.user.id:
        return await _page(request, status=409, message=refusal(words_of(request), "own_user"))
    if act == "reset":
        password = passwords.one_time_password()
        fresh = await anyio.to_thread.run_sync(passwords.new_password_hash, password)
        changed = msgspec.structs.replace(user, password_hash=fresh, must_change_password=True)
        await services.users.update(changed)
        await _audit(request, viewer, "password_reset", user)
        return await _page(request, password=password, about=user.name)
    await services.users.update(msgspec.structs.replace(user, disabled=act == "disable"))
    await _audit(request, viewer, f"user_{act}d", user)
    return await _page(request)


async def _audit(request: Request, viewer: Viewer, act: str, user: User, **detail: Any) -> None:
    services = services_of(request)
    record = AuditRecord(services.clock.now_ms(), viewer.user.name, act, f"user:{user.id}", detail)
    await services.audit.write(record)
