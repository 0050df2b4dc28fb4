"""The callback's address: believes only what is signed, answers at once, and fetches afterwards."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from callcenter.chat.wecom.callback import Callbacks
from callcenter.chat.wecom.channel import WeComChat
from callcenter.chat.wecom.crypto import BadCallback

log = structlog.get_logger(__name__)

MAX_BODY = 64_000


class CallbackDoor:
    """To be mounted below ``/chat``: ``GET`` is the console's question whether the address is ours."""

    def __init__(self, channel: WeComChat, callbacks: Callbacks) -> None:
        self._channel, self._callbacks = channel, callbacks

    def routes(self) -> list[BaseRoute]:
        """The one address."""
        return [Route("/wecom", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """403 for what is not believed; WeCom is told no reason, the log is."""
        now_ms = self._channel.chats.clock.now_ms()
        try:
            if request.method != "POST":
                return PlainTextResponse(self._callbacks.echo(request.query_params, now_ms))
            told = self._callbacks.told(request.query_params, await _body(request), now_ms)
        except BadCallback as bad:
            log.warning("wecom_callback_refused", code=bad.code, why=bad.detail)
            return PlainTextResponse("refused", 403)
        if told is not None:
            self._channel.told(told.kfid, told.token)
        return PlainTextResponse("success")


async def _body(request: Request) -> bytes:
    taken = bytearray()
    async for part in request.stream():
        taken += part
        if len(taken) > MAX_BODY:
            raise BadCallback("malformed", "longer than any callback")
    return bytes(taken)
