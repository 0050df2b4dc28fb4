"""A recogniser's server on this machine, which speaks the documented protocol and knows the lines beforehand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
from websockets.asyncio.server import ServerConnection, serve

from callcenter.domain.speech import Heard
from callcenter.speech.recognisers.simulated import SimulatedRecogniser

TOKEN = "let me in"


@asynccontextmanager
async def cloud(lines: Sequence[str], *, odd: str = "") -> AsyncIterator[str]:
    """The address of a server. ``odd``: it answers the first audio with this instead, or hangs up at ``hang up``."""

    async def handle(connection: ServerConnection) -> None:
        assert connection.request is not None
        if connection.request.headers.get("Authorization") != f"Bearer {TOKEN}":
            await connection.send('{"type": "error", "message": "wrong token", "retryable": false}')
            return
        start = json.loads(await connection.recv())
        assert start["type"] == "start"
        hearing = await SimulatedRecogniser(lines).listen(start["rate"], start["language"])
        async for message in connection:
            if isinstance(message, bytes):
                assert len(message) <= 32_768
                if odd == "hang up":
                    return
                if odd:
                    await connection.send(odd)
                    continue
                await _tell(connection, await hearing.feed(message))
            else:
                assert json.loads(message) == {"type": "end"}
                await _tell(connection, await hearing.end())
                await connection.send('{"type": "done"}')
                return

    async with serve(handle, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/"


async def _tell(connection: ServerConnection, found: Sequence[Heard]) -> None:
    for heard in found:
        said = msgspec.to_builtins(heard)
        final = said.pop("final")
        await connection.send(json.dumps({"type": "final" if final else "partial", **said}))
