"""The web phone: anyone on the machine rings the hotline through the browser."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from callcenter.domain.errors import Rejected
from callcenter.web.access import maybe_viewer, require_csrf, services_of
from callcenter.web.rendering import page
from callcenter.web.tickets import GUEST_COOKIE, GUEST_MS, PRE_COOKIE

router = APIRouter(dependencies=[Depends(maybe_viewer)])
_FORM_MS = 12 * 3_600_000


def _guest(request: Request) -> dict[str, Any] | None:
    services = services_of(request)
    credentials = services.desk.guest_phone() if services.settings.guest_phone else None
    return dict(credentials) if credentials is not None else None


@router.get("/call")
async def phone(request: Request) -> Response:
    """The page with hotline numbers and a keypad, or a plain word that it is off."""
    guest = _guest(request)
    if guest is None:
        return page(request, "call_off.html", status=404)
    services = services_of(request)
    token = request.app.state.tickets.new("form", services.clock.now_ms() + _FORM_MS)
    answer = page(request, "call.html", hotlines=guest.get("hotlines", {}), form_token=token)
    answer.set_cookie(PRE_COOKIE, token, httponly=True, samesite="lax", secure=services.settings.secure_cookies)
    return answer


@router.post("/call/credentials")
async def credentials(request: Request) -> Response:
    """Fresh short-lived SIP credentials and the ticket for the socket."""
    services, tickets = services_of(request), request.app.state.tickets
    now = services.clock.now_ms()
    token = request.cookies.get(PRE_COOKIE, "")
    await require_csrf(request, token if tickets.valid("form", token, now) else "")
    guest = _guest(request)
    if guest is None:
        raise Rejected("guest_phone_off")
    answer = JSONResponse({key: value for key, value in guest.items() if key != "hotlines"})
    answer.set_cookie(
        GUEST_COOKIE,
        tickets.new("guest", now + GUEST_MS),
        max_age=GUEST_MS // 1000,
        httponly=True,
        samesite="lax",
        secure=services.settings.secure_cookies,
    )
    return answer
