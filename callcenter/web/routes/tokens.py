"""API tokens: made, listed and revoked; and the API's reference page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.web.access import services_of, signed_in
from callcenter.web.api import tokens as api_tokens
from callcenter.web.api.reference import operations_of
from callcenter.web.errors import NotFound
from callcenter.web.rendering import page, words_of
from callcenter.web.routes.users import role_names
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal

router = APIRouter()
UserManager = Annotated[Viewer, Depends(signed_in(Right.MANAGE_USERS))]


@router.get("/tokens")
async def tokens(request: Request, viewer: UserManager) -> Response:
    """Every token, and the form for a new one."""
    return await _page(request)


async def _page(request: Request, *, status: int = 200, **more: Any) -> Response:
    services, words = services_of(request), words_of(request)
    shown: dict[str, Any] = {"message": "", "secret": "", "typed": {}} | more
    known = {agent.team: agent.team for agent in words.config.agents.values() if agent.team}
    known |= {team.id: words.name(team.names, team.id) for team in words.config.teams.values()}
    made = await services.tokens.all()
    await services.people.learn(token.created_by for token in made)
    return page(
        request,
        "tokens.html",
        status=status,
        tokens=made,
        role_names=role_names(request),
        teams=known,
        max_days=api_tokens.MAX_DAYS,
        **shown,
    )


@router.post("/tokens")
async def make(request: Request, viewer: UserManager) -> Response:
    """A new token, shown once."""
    form = await request.form()
    typed = {key: str(value) for key, value in form.items() if key != "teams"}
    days = typed.get("days", "")
    try:
        secret, _ = await api_tokens.make_token(
            services_of(request),
            viewer,
            name=typed.get("name", ""),
            role=typed.get("role", ""),
            scope=typed.get("scope", ""),
            teams=frozenset(str(team) for team in form.getlist("teams")),
            days=int(days) if days.isascii() and days.isdecimal() and len(days) < 5 else 0,
        )
    except Rejected as error:
        message = refusal(words_of(request), error.code)
        return await _page(request, status=409, message=message, typed=typed)
    return await _page(request, secret=secret)


@router.post("/tokens/{token_id}/revoke")
async def revoke(request: Request, viewer: UserManager, token_id: int) -> Response:
    """Switch a token off for good."""
    if not 0 < token_id < 2**53 or not await api_tokens.revoke_token(services_of(request), viewer, token_id):
        raise NotFound
    return RedirectResponse("/tokens", status_code=303)


@router.get("/api-reference")
async def reference(request: Request, viewer: Annotated[Viewer, Depends(signed_in())]) -> Response:
    """The API's description, readable."""
    document = request.app.state.api.openapi()
    return page(request, "api_reference.html", document=document, operations=operations_of(document))
