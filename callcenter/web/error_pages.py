"""Errors to answers: a page, a fragment for htmx, or JSON, in the viewer's language and without a stack trace."""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from callcenter.domain.errors import ProviderError, Rejected
from callcenter.web.access import maybe_viewer
from callcenter.web.errors import Forbidden, NotFound, SignInNeeded
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.security import seal
from callcenter.web.wording.refusals import forbidden, refusal

_log = logging.getLogger(__name__)


def wants_json(request: Request) -> bool:
    """Whether a script or a program asked; an address of the API's that its mount does not take comes here too."""
    return "application/json" in request.headers.get("accept", "") or request.url.path.startswith("/api/")


def _answer(request: Request, status: int, code: str, message: str) -> Response:
    if wants_json(request):
        return JSONResponse({"code": code, "message": message}, status_code=status)
    if request.headers.get("hx-request"):
        return HTMLResponse(fragment(words_of(request), "components/alert.html", message=message), status_code=status)
    return page(request, "error.html", status=status, code=code, message=message, error_status=status)


def _sign_in_needed(request: Request, _error: Exception) -> Response:
    words = words_of(request)
    message = words.gettext("Your session is over. Sign in again; what you typed is kept on this page.")
    if wants_json(request) or "text/event-stream" in request.headers.get("accept", ""):
        return JSONResponse({"code": "sign_in", "message": message}, status_code=401)
    target = request.url.path if request.method == "GET" else "/"
    to = f"/sign-in?next={quote(target)}"
    if request.headers.get("hx-request"):
        return HTMLResponse("", status_code=401, headers={"HX-Redirect": to})
    return RedirectResponse(to, status_code=303)


def _rejected(request: Request, error: Exception) -> Response:
    assert isinstance(error, Rejected)
    if error.code == "must_change_password" and not wants_json(request):
        return RedirectResponse("/password", status_code=303)
    if error.code == "second_factor_needed" and not wants_json(request):
        return RedirectResponse("/account/second-factor", status_code=303)
    return _answer(request, 409, error.code, refusal(words_of(request), error.code))


def _forbidden(request: Request, error: Exception) -> Response:
    assert isinstance(error, Forbidden)
    return _answer(request, 403, error.code, forbidden(words_of(request), error.code))


def _not_found(request: Request, _error: Exception) -> Response:
    return _answer(request, 404, "not_found", words_of(request).gettext("There is nothing at this address."))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _not_found(request, error)
    if error.status_code == 405:
        message = words_of(request).gettext("This address can't be used that way.")
        return _answer(request, 405, "method", message)
    if error.status_code == 413:
        return _answer(request, 413, "too_big", words_of(request).gettext("This is too much at once. Send less."))
    return _answer(request, error.status_code, "http", HTTPStatus(error.status_code).phrase)


def _invalid(request: Request, _error: Exception) -> Response:
    return _answer(request, 422, "bad_request", refusal(words_of(request), "bad_request"))


def _provider(request: Request, error: Exception) -> Response:
    _log.warning("a provider failed during %s %s: %s", request.method, request.url.path, error)
    message = words_of(request).gettext("A part of the system does not answer. Try again in a moment.")
    return _answer(request, 503, "provider", message)


async def _crash(request: Request, error: Exception) -> Response:
    _log.error("unexpected error in %s %s", request.method, request.url.path, exc_info=error)
    await maybe_viewer(request)
    message = words_of(request).gettext("Something went wrong on our side. It has been noted for the operators.")
    answer = _answer(request, 500, "internal", message)
    secure = request.app.state.services.settings.secure_cookies
    # This answer is made outside of all layers, also the one that adds the headers.
    seal(answer.headers, request.headers.get("host", ""), request.url.path, secure=secure)
    return answer


def install(app: FastAPI) -> None:
    """Register the handlers."""
    for kind, handler in (
        (SignInNeeded, _sign_in_needed),
        (Rejected, _rejected),
        (Forbidden, _forbidden),
        (NotFound, _not_found),
        (ProviderError, _provider),
        (RequestValidationError, _invalid),
        (HTTPException, _http),
        (Exception, _crash),
    ):
        app.add_exception_handler(kind, handler)
