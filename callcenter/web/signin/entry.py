"""Letting someone in once it is known who they are: second factor, session, cookies, record."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.records import AuditRecord, User
from callcenter.web.access import services_of
from callcenter.web.local_paths import local_path
from callcenter.web.sessions import COOKIE, open_session
from callcenter.web.signin import second_factor
from callcenter.web.tickets import PRE_COOKIE


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else ""


async def first_factor_passed(request: Request, user: User, to: str, *, how: str = "password") -> Response:
    """On to the second factor, if the user has one, else in."""
    services = services_of(request)
    factor = await services.credentials.second_factor(user.id)
    if factor is None or not factor.confirmed:
        return await let_in(request, user, to, how=how)
    answer = RedirectResponse(f"/sign-in/code?next={local_path(to)}", status_code=303)
    ticket = second_factor.pending_ticket(request.app.state.tickets, user, services.clock.now_ms())
    answer.set_cookie(
        second_factor.PENDING_COOKIE,
        ticket,
        max_age=second_factor.PENDING_MS // 1000,
        httponly=True,
        samesite="strict",
        secure=services.settings.secure_cookies,
    )
    return answer


async def let_in(request: Request, user: User, to: str, *, how: str) -> Response:
    """Open a session and go on; the act is on record.

    ``how``: ``password``, ``code``, ``recovery_code`` or ``oidc``. Failures are forgotten here only: a right
    password followed by wrong codes must not clear the count.
    """
    services = services_of(request)
    now, address = services.clock.now_ms(), address_of(request)
    request.app.state.attempts.succeeded(user.name, address)
    detail = {"address": address, "how": how}
    await services.audit.write(AuditRecord(now, user.name, "signed_in", f"user:{user.id}", detail))
    return await with_session(request, user, "/password" if user.must_change_password else to)


async def with_session(request: Request, user: User, to: str) -> Response:
    """An answer that carries a fresh session."""
    services = services_of(request)
    browser = request.headers.get("user-agent", "")
    token = await open_session(services, user, address=address_of(request), browser=browser)
    answer = RedirectResponse(local_path(to), status_code=303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=services.settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=services.settings.secure_cookies,
    )
    answer.delete_cookie(PRE_COOKIE)
    answer.delete_cookie(second_factor.PENDING_COOKIE)
    return answer
