"""Our side of the webhooks as an ASGI application, so that the double reaches an adapter that tests exchange."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callcenter.telephony.twilio.hooks import Hooks


def hooked(hooks: Callable[[], Hooks]) -> Starlette:
    async def told(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        signature = request.headers.get("x-twilio-signature", "")
        answer = await hooks().told(request.url.path, request.url.query, form, signature)
        return Response(answer.body, answer.status, media_type=answer.content_type)

    async def sound(request: Request) -> Response:
        answer = hooks().sound(request.path_params["name"])
        return Response(answer.body, answer.status, media_type=answer.content_type)

    return Starlette(
        routes=[Route("/twilio/sound/{name}", sound), Route("/twilio/{rest:path}", told, methods=["POST"])]
    )
