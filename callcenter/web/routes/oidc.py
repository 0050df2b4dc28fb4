"""To the identity provider and back."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.errors import ProviderError, Rejected
from callcenter.domain.records import AuditRecord
from callcenter.web.access import maybe_viewer, services_of, site_address
from callcenter.web.errors import NotFound
from callcenter.web.local_paths import local_path
from callcenter.web.rendering import words_of
from callcenter.web.routes.signin import sign_in_page
from callcenter.web.signin.entry import address_of, first_factor_passed
from callcenter.web.signin.oidc import PENDING_MS, OidcClient
from callcenter.web.signin.oidc_users import user_of
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/sign-in/oidc")
COOKIE = "cc_oidc"
_log = logging.getLogger(__name__)
_Text = Annotated[str, Query(max_length=4000)]


def _client(request: Request) -> OidcClient:
    client: OidcClient | None = request.app.state.oidc
    if client is None:
        raise NotFound
    return client


@router.get("")
async def begin(request: Request, next: str = "/") -> Response:
    """Off to the provider."""
    services, client = services_of(request), _client(request)
    await maybe_viewer(request)
    back = f"{site_address(request)}/sign-in/oidc/back"
    try:
        url, key = await client.begin(back, local_path(next), services.clock.now_ms())
    except ProviderError as error:
        return await _refused(request, "oidc_down", str(error), status=503)
    answer = RedirectResponse(url, status_code=303)
    answer.set_cookie(
        COOKIE,
        key,
        max_age=PENDING_MS // 1000,
        path="/sign-in/oidc",
        httponly=True,
        samesite="lax",
        secure=services.settings.secure_cookies,
    )
    return answer


@router.get("/back")
async def back(request: Request, state: _Text = "", code: _Text = "", error: _Text = "") -> Response:
    """From the provider: check everything, find the user, let them in."""
    services, client = services_of(request), _client(request)
    await maybe_viewer(request)
    if error:
        return await _refused(request, "oidc_refused", error)
    try:
        key = request.cookies.get(COOKIE, "")
        claims, to = await client.finish(key, state, code, services.clock.now_ms())
        user = await user_of(services, client.settings, claims)
    except Rejected as refused:
        return await _refused(request, refused.code, refused.detail)
    except ProviderError as down:
        return await _refused(request, "oidc_down", str(down), status=503)
    answer = await first_factor_passed(request, user, to, how="oidc")
    answer.delete_cookie(COOKIE, path="/sign-in/oidc")
    return answer


async def _refused(request: Request, code: str, detail: str, *, status: int = 403) -> Response:
    services = services_of(request)
    _log.warning("sign-in at the identity provider ended with %s: %s", code, detail[:200])
    record = {"reason": code, "address": address_of(request)}
    await services.audit.write(AuditRecord(services.clock.now_ms(), "oidc", "oidc_refused", "", record))
    return sign_in_page(request, "/", message=refusal(words_of(request), code), status=status)
