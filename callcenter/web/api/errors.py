"""Every error of the API as ``{code, message, field}``; messages are English, codes are stable."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from callcenter.domain.errors import ProviderError, Rejected
from callcenter.web.api.bearer import TokenNeeded, TooFast
from callcenter.web.errors import Forbidden, NotFound
from callcenter.web.wording.refusals import MESSAGES

_log = logging.getLogger(__name__)


class Problem(BaseModel):
    """What was wrong: a stable code, a sentence, and the field it is about, or empty."""

    code: str
    message: str
    field: str = ""


def _problem(status: int, code: str, message: str, field: str = "", **headers: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message, "field": field}, status_code=status, headers=headers)


def _token_needed(_request: Request, _error: Exception) -> JSONResponse:
    message = "Send a valid token: Authorization: Bearer …"
    return _problem(401, "token", message, **{"WWW-Authenticate": "Bearer"})


def _too_fast(_request: Request, error: Exception) -> JSONResponse:
    wait = str(getattr(error, "wait_s", 1))
    return _problem(429, "too_fast", f"Too many requests. Wait {wait} s.", **{"Retry-After": wait})


def _forbidden(_request: Request, _error: Exception) -> JSONResponse:
    return _problem(403, "right", "The token's role does not include this.")


def _not_found(_request: Request, _error: Exception) -> JSONResponse:
    return _problem(404, "not_found", "There is no such thing, or it is out of the token's reach.")


def _rejected(_request: Request, error: Exception) -> JSONResponse:
    code, detail = getattr(error, "code", ""), getattr(error, "detail", "")
    return _problem(409, code, MESSAGES.get(code, detail or code), detail if detail.isidentifier() else "")


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    first = error.errors()[0] if isinstance(error, RequestValidationError) and error.errors() else {}
    place = [str(part) for part in first.get("loc", ())[1:]]
    return _problem(422, "invalid", str(first.get("msg", "The request could not be read.")), ".".join(place))


def _provider(request: Request, error: Exception) -> JSONResponse:
    _log.warning("a provider failed during %s %s: %s", request.method, request.url.path, error)
    return _problem(503, "provider", "A part of the system does not answer. Try again in a moment.")


def _http(request: Request, error: Exception) -> JSONResponse:
    status = getattr(error, "status_code", 500)
    if status == 404:
        return _not_found(request, error)
    if status == 405:
        allow = (getattr(error, "headers", None) or {}).get("Allow", "")
        return _problem(405, "method", "This address can't be used that way.", **({"Allow": allow} if allow else {}))
    return _problem(status, "http", "The request could not be read.")


def _crash(request: Request, error: Exception) -> JSONResponse:
    _log.error("unexpected error in %s %s", request.method, request.url.path, exc_info=error)
    return _problem(500, "internal", "Something went wrong on our side. It has been noted for the operators.")


def install(api: FastAPI) -> None:
    """Register the handlers."""
    for kind, handler in (
        (TokenNeeded, _token_needed),
        (TooFast, _too_fast),
        (Forbidden, _forbidden),
        (NotFound, _not_found),
        (Rejected, _rejected),
        (ProviderError, _provider),
        (RequestValidationError, _invalid),
        (HTTPException, _http),
        (Exception, _crash),
    ):
        api.add_exception_handler(kind, handler)
