"""Signing in by name and password, then by code where there is a second factor; signing out."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from callcenter.domain.access_records import AuditQuery
from callcenter.domain.records import AuditRecord, User
from callcenter.web.access import maybe_viewer, require_csrf, services_of, signed_in
from callcenter.web.errors import Forbidden
from callcenter.web.local_paths import local_path
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import COOKIE, Viewer, end_session
from callcenter.web.signin import passwords, second_factor
from callcenter.web.signin.attempts import MAX_BY_ADDRESS, WINDOW_MS, SignInAttempts
from callcenter.web.signin.entry import address_of, first_factor_passed, let_in
from callcenter.web.tickets import PRE_COOKIE
from callcenter.web.wording.refusals import forbidden

router = APIRouter()
_FORM_MS = 12 * 3_600_000


@router.get("/sign-in")
async def form(request: Request, next: str = "/") -> Response:
    """The sign-in page."""
    if await maybe_viewer(request) is not None:
        return RedirectResponse(local_path(next), status_code=303)
    return sign_in_page(request, local_path(next))


def sign_in_page(
    request: Request, to: str, *, name: str = "", message: str = "", status: int = 200, template: str = "sign_in.html"
) -> HTMLResponse:
    """The page for name and password (or another ``template``), with its form token."""
    services = services_of(request)
    now = services.clock.now_ms()
    token = request.cookies.get(PRE_COOKIE)
    tickets = request.app.state.tickets
    if not tickets.valid("form", token, now):
        token = tickets.new("form", now + _FORM_MS)
    values = {"next": to, "name": name, "message": message, "form_token": token}
    answer = page(request, template, status=status, oidc=services.settings.oidc, **values)
    answer.set_cookie(PRE_COOKIE, str(token), httponly=True, samesite="lax", secure=services.settings.secure_cookies)
    return answer


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Check name and password; wrong ones are slowed down."""
    services = services_of(request)
    await maybe_viewer(request)
    form = await request.form()
    name, to = str(form.get("name", ""))[:100].strip(), local_path(str(form.get("next", "/")))
    if refused := await _refused(request, to, name, "sign_in.html"):
        return refused
    user = await services.users.by_name(name) if name else None
    usable = user is not None and not user.disabled
    password = str(form.get("password", ""))
    right = await anyio.to_thread.run_sync(
        passwords.verify, password, user.password_hash if user is not None and usable else None
    )
    if user is None or not right:
        await _note_failure(request, name, "sign_in_failed")
        message = words_of(request).gettext("Name or password is wrong.")
        return sign_in_page(request, to, name=name, message=message, status=401)
    return await first_factor_passed(request, user, to)


@router.get("/sign-in/code")
async def code_form(request: Request, next: str = "/") -> Response:
    """The page that asks for the second factor's code."""
    if await _half_in(request) is None:
        return RedirectResponse("/sign-in", status_code=303)
    return sign_in_page(request, local_path(next), template="sign_in_code.html")


@router.post("/sign-in/code")
async def code(request: Request) -> Response:
    """Check the code of the second factor, or a recovery code."""
    services = services_of(request)
    user = await _half_in(request)
    if user is None:
        return RedirectResponse("/sign-in", status_code=303)
    form = await request.form()
    to, given = local_path(str(form.get("next", "/"))), str(form.get("code", "")).strip()
    if refused := await _refused(request, to, user.name, "sign_in_code.html"):
        return refused
    factor = await services.credentials.second_factor(user.id)
    how = "code"
    right = factor is not None and factor.confirmed and await second_factor.accept(services, factor, given)
    if not right and factor is not None:
        how = "recovery_code"
        right = await second_factor.accept_recovery(services, user.id, given)
    if not right:
        await _note_failure(request, user.name, "second_factor_failed")
        message = words_of(request).gettext("The code is wrong or was used before. Wait for the next one.")
        return sign_in_page(request, to, message=message, status=401, template="sign_in_code.html")
    return await let_in(request, user, to, how=how)


async def _half_in(request: Request) -> User | None:
    """The user whose password was right a moment ago."""
    services, cookie = services_of(request), request.cookies.get(second_factor.PENDING_COOKIE, "")
    number = second_factor.pending_user_id(cookie)
    user = await services.users.by_id(number) if number is not None else None
    if user is None or user.disabled:
        return None
    fresh = second_factor.is_pending(request.app.state.tickets, cookie, user, services.clock.now_ms())
    return user if fresh else None


async def _refused(request: Request, to: str, name: str, template: str) -> Response | None:
    """The page again when the form is not ours or there were too many tries."""
    services, words = services_of(request), words_of(request)
    now, token = services.clock.now_ms(), request.cookies.get(PRE_COOKIE, "")
    try:
        if not request.app.state.tickets.valid("form", token, now):
            raise Forbidden("csrf")
        await require_csrf(request, token)
    except Forbidden as error:
        return sign_in_page(request, to, name=name, message=forbidden(words, error.code), status=403, template=template)
    wait = (await _attempts(request)).wait_ms(name, address_of(request), now)
    if not wait:
        return None
    minutes = -(-wait // 60_000)
    message = words.ngettext(
        "Too many tries. Wait %(count)d minute.", "Too many tries. Wait %(count)d minutes.", minutes
    )
    return sign_in_page(request, to, name=name, message=message, status=429, template=template)


async def _attempts(request: Request) -> SignInAttempts:
    """The failures of the last quarter of an hour; after a restart they are read back from the audit log."""
    attempts: SignInAttempts = request.app.state.attempts
    if not attempts.restored:
        attempts.restored = True
        services = services_of(request)
        since = services.clock.now_ms() - WINDOW_MS
        for act in ("sign_in_failed", "second_factor_failed"):
            query = AuditQuery(act=act, from_ms=since, limit=MAX_BY_ADDRESS * 20)
            for row in reversed(await services.audit.page(query)):
                name = row.record.actor.removeprefix("name:")
                attempts.failed(name, str(row.record.detail.get("address", "")), row.record.at_ms)
    return attempts


async def _note_failure(request: Request, name: str, act: str) -> None:
    services, address = services_of(request), address_of(request)
    attempts, now = await _attempts(request), services.clock.now_ms()
    attempts.failed(name, address, now)
    await services.audit.write(AuditRecord(now, f"name:{name}", act, "", {"address": address}))
    if attempts.wait_ms(name, address, now):
        await services.audit.write(AuditRecord(now, f"name:{name}", "sign_in_locked", "", {"address": address}))


@router.post("/sign-out")
async def sign_out(request: Request, viewer: Annotated[Viewer, Depends(signed_in(password_change=True))]) -> Response:
    """End the session here and on the server."""
    services = services_of(request)
    await end_session(services, viewer.session.token_hash)
    await services.audit.write(
        AuditRecord(services.clock.now_ms(), viewer.user.name, "signed_out", f"user:{viewer.user.id}")
    )
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer
