"""The one place where a request is let in or not: session, rights, and the token against forged requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.web.csrf_masks import unmasked
from callcenter.web.errors import Forbidden, SignInNeeded
from callcenter.web.security import is_same_origin
from callcenter.web.services import WebServices
from callcenter.web.sessions import COOKIE, Viewer, same, viewer_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"


def services_of(request: Request) -> WebServices:
    """The services the app was created with."""
    services: WebServices = request.app.state.services
    return services


def site_address(request: Request) -> str:
    """Scheme and host by which people reach the pages, for links that leave them."""
    return services_of(request).settings.public_address or (f"{request.url.scheme}://{request.headers.get('host', '')}")


async def maybe_viewer(request: Request) -> Viewer | None:
    """The viewer, if signed in; also kept on the request for rendering and error pages."""
    if not hasattr(request.state, "viewer"):
        request.state.viewer = await viewer_of(services_of(request), request.cookies.get(COOKIE))
    viewer: Viewer | None = request.state.viewer
    return viewer


async def require_csrf(request: Request, expected: str) -> None:
    """Raise ``Forbidden`` unless the request carries ``expected`` (masked or not) in header or form, from our pages."""
    if not is_same_origin(request.headers):
        raise Forbidden("other_site")
    given = request.headers.get(CSRF_HEADER, "")
    if not given:
        given = str((await request.form()).get(CSRF_FIELD, ""))
    if not (same(given, expected) or same(unmasked(given), expected)):
        raise Forbidden("csrf")


def signed_in(
    *any_of: Right, password_change: bool = False, second_factor: bool = False
) -> Callable[[Request], Awaitable[Viewer]]:
    """A dependency: a viewer with at least one of the rights (any user, when none is named).

    ``password_change``: lets in a user who must first change their password; nobody else does.
    ``second_factor``: lets in a user who must first set up a second factor.
    Raises ``SignInNeeded``, ``Forbidden`` or ``Rejected``: ``must_change_password``, ``second_factor_needed``.
    """

    async def check(request: Request) -> Viewer:
        viewer = await maybe_viewer(request)
        if viewer is None:
            raise SignInNeeded
        if request.method not in SAFE_METHODS:
            await require_csrf(request, viewer.session.csrf)
        if viewer.user.must_change_password and not password_change:
            raise Rejected("must_change_password")
        if viewer.second_factor_missing and not (second_factor or password_change):
            raise Rejected("second_factor_needed")
        if any_of and not any(viewer.may(right) for right in any_of):
            raise Forbidden("right")
        return viewer

    return check
