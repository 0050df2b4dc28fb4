"""A PBX that registers every softphone and refuses every call: behind pages that are looked at, not spoken on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.server import ServerConnection, serve

from tests.sip.message import parse, respond, uri_in

_ANSWERS = {"REGISTER": (200, "OK"), "OPTIONS": (200, "OK"), "INVITE": (486, "Busy Here")}


async def _answer(socket: ServerConnection) -> None:
    async for packet in socket:
        request = parse(packet if isinstance(packet, bytes) else packet.encode())
        if request is not None and request.method in _ANSWERS:
            status, reason = _ANSWERS[request.method]
            answer = respond(request, status, reason, "registrar", uri_in(request.get("contact")))
            answer.headers.append(("expires", "120"))
            await socket.send(answer.encode().decode())


@asynccontextmanager
async def registrar() -> AsyncIterator[str]:
    """Its address, for ``asterisk_ws``."""
    async with serve(_answer, "127.0.0.1", 0, subprotocols=["sip"]) as server:  # type: ignore[list-item]
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ws"
