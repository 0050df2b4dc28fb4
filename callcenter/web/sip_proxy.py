"""``/ws``: the softphone's SIP socket, carried on to Asterisk, so that browsers need one port and one origin only."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from callcenter.domain.access import Right
from callcenter.web.security import is_same_origin
from callcenter.web.services import WebServices
from callcenter.web.sessions import COOKIE, viewer_of
from callcenter.web.tickets import GUEST_COOKIE

_log = logging.getLogger(__name__)
_GOODBYE_S = 0.5  # Asterisk does not always answer a closing socket
_MAX_MESSAGE = 65_536
_TRY_AGAIN = 1013
_POLICY = 1008


async def _may_connect(socket: WebSocket, services: WebServices) -> bool:
    if not is_same_origin(socket.headers):
        return False
    if socket.app.state.tickets.valid("guest", socket.cookies.get(GUEST_COOKIE), services.clock.now_ms()):
        return True
    viewer = await viewer_of(services, socket.cookies.get(COOKIE))
    return viewer is not None and viewer.may(Right.TAKE_CONTACTS)


async def sip_socket(socket: WebSocket) -> None:
    """Let signed-in agents and guests with a ticket through; close with 1013 when Asterisk is not there.

    Without a PBX that takes SIP from browsers (simulated telephony) nobody gets through.
    """
    services: WebServices = socket.app.state.services
    speaks_sip = "sip" in socket.scope.get("subprotocols", ()) and services.settings.asterisk_ws
    if not speaks_sip or not await _may_connect(socket, services):
        await socket.close(_POLICY)
        return
    await socket.accept(subprotocol="sip")
    try:
        async with connect(
            services.settings.asterisk_ws,
            subprotocols=["sip"],  # type: ignore[list-item]  # a NewType of str
            max_size=_MAX_MESSAGE,
            compression=None,
            proxy=None,
            open_timeout=5,
            close_timeout=_GOODBYE_S,
        ) as upstream:
            await _carry(socket, upstream)
    except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
        _log.warning("the PBX's SIP socket %s can't be reached: %s", services.settings.asterisk_ws, error)
        await _close(socket, _TRY_AGAIN)


async def _carry(socket: WebSocket, upstream: ClientConnection) -> None:
    """Both directions until either side closes."""
    tasks = [asyncio.create_task(_up(socket, upstream)), asyncio.create_task(_down(socket, upstream))]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            with contextlib.suppress(ConnectionClosed, WebSocketDisconnect):
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await _close(socket, 1000)


async def _up(socket: WebSocket, upstream: ClientConnection) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        await upstream.send(text if text is not None else message["bytes"])


async def _down(socket: WebSocket, upstream: ClientConnection) -> None:
    async for message in upstream:
        if isinstance(message, str):
            await socket.send_text(message)
        else:
            await socket.send_bytes(message)


async def _close(socket: WebSocket, code: int) -> None:
    if socket.application_state is WebSocketState.CONNECTED and socket.client_state is WebSocketState.CONNECTED:
        await socket.close(code)
