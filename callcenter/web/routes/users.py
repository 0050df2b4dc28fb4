"""Users: list, add, edit, disable, delete, and their ways to sign in."""

from __future__ import annotations

from typing import Annotated, Any

import anyio.to_thread
import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.access_records import UserQuery
from callcenter.domain.errors import Rejected
from callcenter.domain.records import User
from callcenter.web.access import services_of, signed_in, site_address
from callcenter.web.errors import NotFound
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.sessions import Viewer, end_sessions_of
from callcenter.web.signin import passwords
from callcenter.web.signin.browsers import browser_name
from callcenter.web.users.changes import UserChanges, checked_user, roles_of
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/users")
UserManager = Annotated[Viewer, Depends(signed_in(Right.MANAGE_USERS))]
PAGE = 50


def role_names(request: Request) -> dict[str, str]:
    """Every role's name in the viewer's language."""
    words = words_of(request)
    return {role.id: words.name(role.names, role.id) for role in roles_of(words.config).values()}


def changes_of(request: Request, viewer: Viewer) -> UserChanges:
    """What the viewer may do to users."""
    return UserChanges(services_of(request), viewer.user.name, viewer.user.id)


@router.get("")
async def user_list(
    request: Request,
    viewer: UserManager,
    text: Annotated[str, Query(max_length=60)] = "",
    role: Annotated[str, Query(max_length=60)] = "",
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """By name, a page at a time; htmx asks for rows alone."""
    return await _page(request, query=UserQuery(text.strip(), role, PAGE + 1, after))


async def _page(request: Request, *, status: int = 200, query: UserQuery | None = None, **values: Any) -> Response:
    services, words = services_of(request), words_of(request)
    query = query or UserQuery(limit=PAGE + 1)
    found = await services.users.page(query)
    shown: dict[str, Any] = {"message": "", "password": "", "about": "", "typed": {}} | values
    shown |= {"users": found[:PAGE], "more": len(found) > PAGE, "query": query, "role_names": role_names(request)}
    if request.headers.get("hx-request") and query.after:
        return HTMLResponse(fragment(words, "users/rows.html", **shown))
    total = await services.users.count()
    return page(request, "users.html", status=status, agents=words.config.agents, total=total, **shown)


@router.post("")
async def add(request: Request, viewer: UserManager) -> Response:
    """A new user with a one-time password, shown once."""
    form = {key: str(value) for key, value in (await request.form()).items()}
    try:
        user = checked_user(services_of(request).desk.config(), form)
        password, fresh = await _one_time()
        changed = msgspec.structs.replace(user, password_hash=fresh, must_change_password=True)
        await changes_of(request, viewer).add(changed)
    except Rejected as error:
        return await _page(request, status=409, message=refusal(words_of(request), error.code), typed=form)
    return await _page(request, password=password, about=user.name)


@router.get("/{user_id}")
async def user_page(request: Request, viewer: UserManager, user_id: int) -> Response:
    """One user: what they are, and where they are signed in."""
    return await _one(request, await _found(request, user_id))


async def _one(request: Request, user: User, *, status: int = 200, **more: Any) -> Response:
    services, words = services_of(request), words_of(request)
    factor = await services.credentials.second_factor(user.id)
    values: dict[str, Any] = {"message": "", "secret": "", "shown_as": ""} | more
    return page(
        request,
        "user.html",
        status=status,
        user=user,
        role_names=role_names(request),
        agents=words.config.agents,
        led=[words.name(team.names, team.id) for team in words.config.teams.values() if user.name in team.leaders],
        sessions=await services.users.sessions_of(user.id, services.clock.now_ms()),
        browser_name=browser_name,
        factor=factor is not None and factor.confirmed,
        **values,
    )


@router.post("/{user_id}")
async def edit(request: Request, viewer: UserManager, user_id: int) -> Response:
    """Name shown, role, agent, language."""
    user = await _found(request, user_id)
    form = {key: str(value) for key, value in (await request.form()).items()}
    try:
        wanted = checked_user(services_of(request).desk.config(), {**form, "name": user.name})
        changed = msgspec.structs.replace(
            user,
            display_name=wanted.display_name,
            role=wanted.role,
            agent_id=wanted.agent_id,
            language=wanted.language,
        )
        await changes_of(request, viewer).edit(user, changed)
    except Rejected as error:
        return await _one(request, user, status=409, message=refusal(words_of(request), error.code))
    return RedirectResponse(f"/users/{user.id}", status_code=303)


@router.post("/{user_id}/{act}")
async def change(request: Request, viewer: UserManager, user_id: int, act: str) -> Response:
    """``disable``, ``enable``, ``delete``, ``reset``, ``invite``, ``drop-factor`` or ``end-sessions``."""
    user, changes = await _found(request, user_id), changes_of(request, viewer)
    try:
        match act:
            case "disable":
                await changes.disable(user)
            case "enable":
                await changes.enable(user)
            case "delete":
                await changes.delete(user)
                return RedirectResponse("/users", status_code=303)
            case "reset":
                return await _reset(request, viewer, user)
            case "invite":
                link = f"{site_address(request)}/welcome/{await changes.invite(user)}"
                return await _one(request, await _found(request, user_id), secret=link, shown_as="invitation")
            case "drop-factor":
                await changes.drop_factor(user)
            case "end-sessions":
                await changes.end_sessions(user)
            case _:
                raise NotFound
    except Rejected as error:
        return await _one(request, user, status=409, message=refusal(words_of(request), error.code))
    return await _one(request, await _found(request, user_id))


async def _reset(request: Request, viewer: Viewer, user: User) -> Response:
    if user.id == viewer.user.id:
        raise Rejected("own_user")
    services = services_of(request)
    password, fresh = await _one_time()
    if user.password_hash:
        await services.credentials.add_past_password(user.id, user.password_hash)
    changed = msgspec.structs.replace(user, password_hash=fresh, must_change_password=True)
    await services.users.update(changed)
    await end_sessions_of(services, user.id)
    await changes_of(request, viewer).audited("password_reset", user)
    return await _one(request, changed, secret=password, shown_as="password")


async def _one_time() -> tuple[str, str]:
    password = passwords.one_time_password()
    return password, await anyio.to_thread.run_sync(passwords.new_password_hash, password)


async def _found(request: Request, user_id: int) -> User:
    user = await services_of(request).users.by_id(user_id) if 0 < user_id < 2**62 else None
    if user is None:
        raise NotFound
    return user
