"""One's own account: sessions on this and other machines, password, second factor, recovery codes."""

from __future__ import annotations

from typing import Annotated, Any

import anyio.to_thread
import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.errors import NotFound
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer, end_session, end_sessions_of
from callcenter.web.signin import passwords, second_factor
from callcenter.web.signin.browsers import browser_name
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/account")
AnyUser = Annotated[Viewer, Depends(signed_in())]
SettingUp = Annotated[Viewer, Depends(signed_in(second_factor=True))]


@router.get("")
async def account(request: Request, viewer: AnyUser) -> Response:
    """Everything about how one gets in."""
    return await _page(request, viewer)


async def _page(request: Request, viewer: Viewer, *, status: int = 200, **more: Any) -> Response:
    services = services_of(request)
    factor = await services.credentials.second_factor(viewer.user.id)
    values: dict[str, Any] = {"message": "", "codes": ()} | more
    return page(
        request,
        "account.html",
        status=status,
        sessions=await services.users.sessions_of(viewer.user.id, services.clock.now_ms()),
        browser_name=browser_name,
        factor=factor is not None and factor.confirmed,
        codes_left=await services.credentials.recovery_codes_left(viewer.user.id),
        factor_required=viewer.user.role in services.settings.second_factor_roles,
        **values,
    )


@router.post("/sessions/end-others")
async def end_others(request: Request, viewer: AnyUser) -> Response:
    """End all sessions but this one."""
    await end_sessions_of(services_of(request), viewer.user.id, keep=viewer.session.token_hash)
    await _note(request, viewer, "session_revoked", others=True)
    return RedirectResponse("/account", status_code=303)


@router.post("/sessions/{session_id}/end")
async def end_one(request: Request, viewer: AnyUser, session_id: str) -> Response:
    """End one session of one's own; ``session_id`` is how its hash begins."""
    services = services_of(request)
    mine = await services.users.sessions_of(viewer.user.id, services.clock.now_ms())
    found = [session for session in mine if len(session_id) == 16 and session.token_hash.startswith(session_id)]
    if not found:
        raise NotFound
    await end_session(services, found[0].token_hash)
    await _note(request, viewer, "session_revoked", address=found[0].address)
    return RedirectResponse("/account", status_code=303)


@router.get("/second-factor")
async def set_up(request: Request, viewer: SettingUp) -> Response:
    """The secret to put into an authenticator app."""
    return await _set_up(request, viewer)


async def _set_up(request: Request, viewer: Viewer, *, status: int = 200, message: str = "") -> Response:
    services = services_of(request)
    factor = await services.credentials.second_factor(viewer.user.id)
    if factor is not None and factor.confirmed:
        return RedirectResponse("/account", status_code=303)
    if factor is None:
        factor = second_factor.new_factor(viewer.user)
        await services.credentials.set_second_factor(factor)
    uri = second_factor.setup_uri(factor, viewer.user, services.settings.title)
    return page(
        request,
        "second_factor.html",
        status=status,
        message=message,
        picture=second_factor.setup_picture(uri),
        secret=factor.secret,
        required=viewer.second_factor_missing,
    )


@router.post("/second-factor")
async def confirm(request: Request, viewer: SettingUp) -> Response:
    """The first code proves that the app has the secret; recovery codes are shown once."""
    services = services_of(request)
    factor = await services.credentials.second_factor(viewer.user.id)
    if factor is None or factor.confirmed:
        return RedirectResponse("/account", status_code=303)
    code = str((await request.form()).get("code", ""))
    if not await second_factor.accept(services, factor, code):
        message = words_of(request).gettext("The code is wrong. Check that the telephone's clock is right.")
        return await _set_up(request, viewer, status=409, message=message)
    used = await services.credentials.second_factor(viewer.user.id)
    await services.credentials.set_second_factor(msgspec.structs.replace(used or factor, confirmed=True))
    await end_sessions_of(services, viewer.user.id, keep=viewer.session.token_hash)
    codes = await second_factor.new_recovery_codes(services, viewer.user.id)
    await _note(request, viewer, "second_factor_set")
    return await _page(request, viewer, codes=codes)


@router.post("/second-factor/drop")
async def drop(request: Request, viewer: AnyUser) -> Response:
    """Go without a second factor again, where one's role does not ask for it."""
    services = services_of(request)
    try:
        if viewer.user.role in services.settings.second_factor_roles:
            raise Rejected("second_factor_required")
        await _check_password(request, viewer)
    except Rejected as error:
        return await _page(request, viewer, status=409, message=refusal(words_of(request), error.code))
    await services.credentials.drop_second_factor(viewer.user.id)
    await _note(request, viewer, "second_factor_dropped")
    return RedirectResponse("/account", status_code=303)


@router.post("/recovery-codes")
async def recovery_codes(request: Request, viewer: AnyUser) -> Response:
    """New recovery codes; those before are void."""
    services = services_of(request)
    try:
        factor = await services.credentials.second_factor(viewer.user.id)
        if factor is None or not factor.confirmed:
            raise Rejected("second_factor_needed")
        await _check_password(request, viewer)
    except Rejected as error:
        return await _page(request, viewer, status=409, message=refusal(words_of(request), error.code))
    codes = await second_factor.new_recovery_codes(services, viewer.user.id)
    await _note(request, viewer, "recovery_codes_made")
    return await _page(request, viewer, codes=codes)


async def _check_password(request: Request, viewer: Viewer) -> None:
    """Raises ``Rejected("password_wrong")``; an unattended browser must not be enough. Failures count as at sign-in."""
    services, attempts = services_of(request), request.app.state.attempts
    address, now = viewer.session.address, services.clock.now_ms()
    given = str((await request.form()).get("password", ""))
    if attempts.wait_ms(viewer.user.name, address, now):
        raise Rejected("too_many_tries")
    if not await anyio.to_thread.run_sync(passwords.verify, given, viewer.user.password_hash):
        attempts.failed(viewer.user.name, address, now)
        raise Rejected("password_wrong")


async def _note(request: Request, viewer: Viewer, act: str, **detail: Any) -> None:
    services = services_of(request)
    record = AuditRecord(services.clock.now_ms(), viewer.user.name, act, f"user:{viewer.user.id}", detail)
    await services.audit.write(record)
