"""Twilio's webhooks over HTTP: to be mounted at ``/twilio``."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from callcenter.telephony.twilio.hooks import Answer, Hooks

MAX_BODY = 64_000


class TwilioDoor:
    """Hands requests on and answers them; what is longer than any webhook is not read."""

    def __init__(self, hooks: Callable[[], Hooks]) -> None:
        self._hooks = hooks

    def routes(self) -> list[BaseRoute]:
        """Sounds that Twilio fetches, and all that it asks and tells."""
        return [
            Route("/sound/{name}", self._sound, methods=["GET"]),
            Route("/{rest:path}", self._told, methods=["POST"]),
        ]

    async def _told(self, request: Request) -> Response:
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY:
                return Response(status_code=413)
        try:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        except UnicodeDecodeError:
            return Response(status_code=400)
        signature = request.headers.get("x-twilio-signature", "")
        return _response(await self._hooks().told(request.url.path, request.url.query, form, signature))

    async def _sound(self, request: Request) -> Response:
        return _response(self._hooks().sound(request.path_params["name"]))


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type=answer.content_type)
