"""The front door: to the page of one's role; language and theme."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.web.access import maybe_viewer, services_of, signed_in
from callcenter.web.errors import NotFound
from callcenter.web.i18n import LANGUAGES
from callcenter.web.local_paths import local_path
from callcenter.web.rendering import LANGUAGE_COOKIE, THEME_COOKIE, THEMES
from callcenter.web.sessions import Viewer

router = APIRouter()
_YEAR_S = 365 * 86_400


def home_of(viewer: Viewer) -> str:
    """The page a user works on."""
    if viewer.may(Right.TAKE_CONTACTS) and viewer.user.agent_id:
        return "/agent"
    if viewer.may(Right.WATCH_FLOOR):
        return "/floor"
    if viewer.may(Right.SEE_CONTACTS):
        return "/contacts"
    if viewer.may(Right.MANAGE_USERS):
        return "/users"
    return "/trainer" if viewer.may(Right.TRAIN_ASSISTANT) else "/contacts"


@router.get("/")
async def home(viewer: Annotated[Viewer, Depends(signed_in())]) -> Response:
    """On to the page of the user's role."""
    return RedirectResponse(home_of(viewer), status_code=303)


@router.get("/session")
async def session(viewer: Annotated[Viewer, Depends(signed_in())]) -> dict[str, bool]:
    """Whether one is still signed in: 200, or 401."""
    return {"ok": True}


@router.get("/language/{code}", dependencies=[Depends(maybe_viewer)])
async def language(request: Request, code: str, next: str = "/") -> Response:
    """Choose a language and go back."""
    if code not in LANGUAGES:
        raise NotFound
    return _choose(request, LANGUAGE_COOKIE, code, next)


@router.get("/theme/{name}", dependencies=[Depends(maybe_viewer)])
async def theme(request: Request, name: str, next: str = "/") -> Response:
    """Choose light, dark or as the system says, and go back."""
    if name not in THEMES:
        raise NotFound
    return _choose(request, THEME_COOKIE, name, next)


def _choose(request: Request, cookie: str, value: str, back: str) -> Response:
    answer = RedirectResponse(local_path(back), status_code=303)
    secure = services_of(request).settings.secure_cookies
    answer.set_cookie(cookie, value, max_age=_YEAR_S, httponly=True, samesite="lax", secure=secure)
    return answer
