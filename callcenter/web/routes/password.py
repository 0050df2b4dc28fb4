"""Choosing a password: one's own again, or the first one by an invitation."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from callcenter.domain.access_records import Invitation
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord, User
from callcenter.web.access import maybe_viewer, require_csrf, services_of, signed_in
from callcenter.web.errors import Forbidden
from callcenter.web.rendering import page, words_of
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer, end_sessions_of
from callcenter.web.signin import passwords
from callcenter.web.signin.entry import address_of, first_factor_passed, with_session
from callcenter.web.tickets import PRE_COOKIE
from callcenter.web.wording.refusals import forbidden, refusal

router = APIRouter()
AnyUser = Annotated[Viewer, Depends(signed_in(password_change=True))]
_FORM_MS = 3_600_000


@router.get("/password")
async def password_form(request: Request, viewer: AnyUser) -> Response:
    """The page to change one's password."""
    return page(request, "password.html", forced=viewer.user.must_change_password, message="")


@router.post("/password")
async def change_password(request: Request, viewer: AnyUser) -> Response:
    """Set a new password; the user's other sessions end."""
    services, user = services_of(request), viewer.user
    form = await request.form()
    present, new, again = (str(form.get(field, "")) for field in ("present", "new", "again"))
    try:
        if not await anyio.to_thread.run_sync(passwords.verify, present, user.password_hash):
            raise Rejected("password_wrong")
        if new == present:
            raise Rejected("password_same")
        changed = await set_password(services, user, new, again)
    except Rejected as error:
        message = refusal(words_of(request), error.code)
        return page(request, "password.html", status=409, forced=user.must_change_password, message=message)
    await end_sessions_of(services, user.id)
    record = AuditRecord(services.clock.now_ms(), user.name, "password_changed", f"user:{user.id}")
    await services.audit.write(record)
    return await with_session(request, changed, "/")


async def set_password(services: WebServices, user: User, new: str, again: str) -> User:
    """Check the rules, keep the new password and remember the old one. Raises ``Rejected``."""
    if new != again:
        raise Rejected("password_differs")
    await anyio.to_thread.run_sync(passwords.check_new_password, new, user.name, user.display_name)
    past = await services.credentials.past_passwords(user.id, passwords.REMEMBERED - 1)
    known = [user.password_hash, *past]
    await anyio.to_thread.run_sync(passwords.check_not_used_before, new, known)
    fresh = await anyio.to_thread.run_sync(passwords.new_password_hash, new)
    changed = msgspec.structs.replace(user, password_hash=fresh, must_change_password=False)
    if user.password_hash:
        await services.credentials.add_past_password(user.id, user.password_hash)
    await services.users.update(changed)
    return changed


@router.get("/welcome/{code}")
async def welcome(request: Request, code: str) -> Response:
    """The page an invitation leads to."""
    await maybe_viewer(request)
    return _welcome(request, await _invited(request, code) is not None)


@router.post("/welcome/{code}")
async def first_password(request: Request, code: str) -> Response:
    """Set the first password; the invitation is spent, and its user in."""
    services = services_of(request)
    await maybe_viewer(request)
    now, address, token = services.clock.now_ms(), address_of(request), request.cookies.get(PRE_COOKIE, "")
    words = words_of(request)
    try:
        if not request.app.state.tickets.valid("form", token, now):
            raise Forbidden("csrf")
        await require_csrf(request, token)
    except Forbidden as error:
        return _welcome(request, True, message=forbidden(words, error.code), status=403)
    if request.app.state.attempts.wait_ms("welcome", address, now):
        return _welcome(request, False, status=429)
    found = await _invited(request, code)
    if found is None:
        request.app.state.attempts.failed("welcome", address, now)
        return _welcome(request, False, status=404)
    user, form = found[0], await request.form()
    try:
        changed = await set_password(services, user, str(form.get("new", "")), str(form.get("again", "")))
    except Rejected as error:
        return _welcome(request, True, message=refusal(words, error.code), status=409)
    if not await services.credentials.end_invitation(user.id):
        return _welcome(request, False, status=404)
    await end_sessions_of(services, user.id)
    detail = {"address": address}
    await services.audit.write(AuditRecord(now, user.name, "invitation_used", f"user:{user.id}", detail))
    return await first_factor_passed(request, changed, "/")


async def _invited(request: Request, code: str) -> tuple[User, Invitation] | None:
    services = services_of(request)
    found = await services.credentials.invitation(passwords.code_hash(code[:60]))
    if found is None or found.expires_ms <= services.clock.now_ms():
        return None
    user = await services.users.by_id(found.user_id)
    return None if user is None or user.disabled else (user, found)


def _welcome(request: Request, good: bool, *, message: str = "", status: int = 200) -> Response:
    services = services_of(request)
    tickets, token, now = request.app.state.tickets, request.cookies.get(PRE_COOKIE), services.clock.now_ms()
    if not tickets.valid("form", token, now):
        token = tickets.new("form", now + _FORM_MS)
    answer = page(request, "welcome.html", status=status, good=good, message=message, form_token=token)
    answer.set_cookie(PRE_COOKIE, str(token), httponly=True, samesite="lax", secure=services.settings.secure_cookies)
    return answer
