"""Puts the API together: its routes, its errors, its description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse

from callcenter.web.api import campaigns, contacts, errors, floor, people
from callcenter.web.api.bearer import RateLimits
from callcenter.web.api.errors import Problem
from callcenter.web.api.reference import operations_of
from callcenter.web.services import WebServices
from callcenter.web.signin.attempts import SignInAttempts

_DESCRIPTION = (
    "For programs. Send `Authorization: Bearer TOKEN`; an administrator makes tokens under Users › API tokens. "
    "A token has a role and a reach, and sees what a person of that role would. Times are ms since 1970 UTC. "
    "Lists are paged: send back `before` or `after` as it was given. Errors are `{code, message, field}`; "
    "after 429 wait as `Retry-After` says."
)
_ANSWERS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "No valid token."},
    403: {"model": Problem, "description": "The token's role does not include this."},
    404: {"model": Problem, "description": "Not there, or out of reach."},
    409: {"model": Problem, "description": "A rule said no; `code` says which."},
    422: {"model": Problem, "description": "The request is malformed; `field` says where."},
    429: {"model": Problem, "description": "Too many requests."},
}


def create_api(services: WebServices) -> FastAPI:
    """The application to be mounted at ``/api/v1``."""
    api = FastAPI(
        title=f"{services.settings.title} API",
        version="1",
        description=_DESCRIPTION,
        servers=[{"url": "/api/v1"}],
        root_path_in_servers=False,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        responses=_ANSWERS,
    )
    api.state.services = services
    api.state.limits = RateLimits()
    api.state.guesses = SignInAttempts()
    errors.install(api)
    _include(api)

    async def description(_request: Request) -> JSONResponse:
        return JSONResponse(api.openapi())

    api.add_route("/openapi.json", description, include_in_schema=False)
    return api


def _include(api: FastAPI) -> None:
    for room in (campaigns, contacts, floor, people):
        api.include_router(room.router)


def texts() -> Iterator[str]:
    """What the description says in sentences; the readable page shows them in the reader's language."""
    bare = FastAPI()
    _include(bare)
    yield _DESCRIPTION
    for operation in operations_of(bare.openapi()):
        for about in (operation.about, *(field.about for field in operation.fields)):
            if about:
                yield about
