"""Signing in and out, and changing one's password."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord, User
from callcenter.web import passwords
from callcenter.web.access import maybe_viewer, require_csrf, services_of, signed_in
from callcenter.web.errors import Forbidden
from callcenter.web.local_paths import local_path
from callcenter.web.messages import forbidden, refusal
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import COOKIE, Viewer, open_session
from callcenter.web.tickets import PRE_COOKIE

router = APIRouter()
_FORM_MS = 12 * 3_600_000


@router.get("/sign-in")
async def form(request: Request, next: str = "/") -> Response:
    """The sign-in page."""
    if await maybe_viewer(request) is not None:
        return RedirectResponse(local_path(next), status_code=303)
    return _form(request, local_path(next))


def _form(request: Request, to: str, *, name: str = "", message: str = "", status: int = 200) -> HTMLResponse:
    services = services_of(request)
    now = services.clock.now_ms()
    token = request.cookies.get(PRE_COOKIE)
    tickets = request.app.state.tickets
    if not tickets.valid("form", token, now):
        token = tickets.new("form", now + _FORM_MS)
    answer = page(request, "sign_in.html", status=status, next=to, name=name, message=message, form_token=token)
    answer.set_cookie(PRE_COOKIE, str(token), httponly=True, samesite="lax", secure=services.settings.secure_cookies)
    return answer


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Check name and password; wrong ones are slowed down."""
    services, attempts = services_of(request), request.app.state.attempts
    await maybe_viewer(request)
    words = words_of(request)
    form = await request.form()
    name, to = str(form.get("name", ""))[:100].strip(), local_path(str(form.get("next", "/")))
    now, address = services.clock.now_ms(), request.client.host if request.client else ""
    token = request.cookies.get(PRE_COOKIE, "")
    if not request.app.state.tickets.valid("form", token, now):
        return _form(request, to, name=name, message=forbidden(words, "csrf"), status=403)
    try:
        await require_csrf(request, token)
    except Forbidden as error:
        return _form(request, to, name=name, message=forbidden(words, error.code), status=403)
    wait = attempts.wait_ms(name, address, now)
    if wait:
        minutes = -(-wait // 60_000)
        message = words.ngettext(
            "Too many tries. Wait %(count)d minute.", "Too many tries. Wait %(count)d minutes.", minutes
        )
        return _form(request, to, name=name, message=message, status=429)
    user = await services.users.by_name(name) if name else None
    usable = user is not None and not user.disabled
    password = str(form.get("password", ""))
    right = await anyio.to_thread.run_sync(
        passwords.verify, password, user.password_hash if user is not None and usable else None
    )
    if user is None or not right:
        attempts.failed(name, address, now)
        await services.audit.write(AuditRecord(now, f"name:{name}", "sign_in_failed", "", {"address": address}))
        return _form(request, to, name=name, message=words.gettext("Name or password is wrong."), status=401)
    attempts.succeeded(name, address)
    await services.audit.write(AuditRecord(now, user.name, "signed_in", f"user:{user.id}", {"address": address}))
    return await _signed_in(request, user, to)


async def _signed_in(request: Request, user: User, to: str) -> Response:
    services = services_of(request)
    token = await open_session(services, user)
    answer = RedirectResponse("/password" if user.must_change_password else to, status_code=303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=services.settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=services.settings.secure_cookies,
    )
    answer.delete_cookie(PRE_COOKIE)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, viewer: Annotated[Viewer, Depends(signed_in(password_change=True))]) -> Response:
    """End the session here and on the server."""
    services = services_of(request)
    await services.users.end_session(viewer.session.token_hash)
    await services.audit.write(
        AuditRecord(services.clock.now_ms(), viewer.user.name, "signed_out", f"user:{viewer.user.id}")
    )
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/password")
async def password_form(
    request: Request, viewer: Annotated[Viewer, Depends(signed_in(password_change=True))]
) -> Response:
    """The page to change one's password."""
    return page(request, "password.html", forced=viewer.user.must_change_password, message="")


@router.post("/password")
async def change_password(
    request: Request, viewer: Annotated[Viewer, Depends(signed_in(password_change=True))]
) -> Response:
    """Set a new password; all else of the user stays."""
    services, user = services_of(request), viewer.user
    form = await request.form()
    present, new, again = (str(form.get(field, "")) for field in ("present", "new", "again"))
    try:
        if not await anyio.to_thread.run_sync(passwords.verify, present, user.password_hash):
            raise Rejected("password_wrong")
        if new != again:
            raise Rejected("password_differs")
        if new == present:
            raise Rejected("password_same")
        passwords.check_new_password(new, user.name)
    except Rejected as error:
        message = refusal(words_of(request), error.code)
        return page(request, "password.html", status=409, forced=user.must_change_password, message=message)
    fresh = await anyio.to_thread.run_sync(passwords.new_password_hash, new)
    await services.users.update(msgspec.structs.replace(user, password_hash=fresh, must_change_password=False))
    await services.users.end_session(viewer.session.token_hash)
    now = services.clock.now_ms()
    await services.audit.write(AuditRecord(now, user.name, "password_changed", f"user:{user.id}"))
    return await _signed_in(request, msgspec.structs.replace(user, must_change_password=False), "/")
