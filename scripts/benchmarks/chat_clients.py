"""Thousands of widgets in one process: each holds a line, some write, all note when what they were told arrived."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import suppress
from typing import Any

import uvloop
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from scripts.benchmarks.desk_plan import CLIENT_CORE, say, settle

AT_ONCE = 25


async def widgets(kind: str, port: int, count: int) -> None:
    """Connect all, then write as told on standard input."""
    delays: list[float] = []
    sockets: list[Any] = []
    origin = f"http://127.0.0.1:{port}"

    async def listen(socket: Any) -> None:
        with suppress(ConnectionClosed):
            async for data in socket:
                frame = json.loads(data)
                if frame.get("by", "agent") == "agent" and frame["t"] in ("said", "say"):
                    delays.append((time.monotonic_ns() - int(frame["text"].split()[0])) / 1e6)

    async def one(index: int) -> None:
        address = f"ws://127.0.0.1:{port}/chat/socket?entry=web"
        socket = await connect(address, origin=origin, compression=None, ping_interval=None)  # type: ignore[arg-type]
        if kind == "ours":
            await socket.send(json.dumps({"t": "hello"}))
            await socket.send(json.dumps({"t": "start", "id": f"start-{index:06}"}))
            while json.loads(await socket.recv())["t"] != "ack":
                pass
        sockets.append(socket)

    for begin in range(0, count, AT_ONCE):
        await asyncio.gather(*(one(index) for index in range(begin, min(count, begin + AT_ONCE))))
    listening = [asyncio.create_task(listen(socket)) for socket in sockets]
    say({"ready": len(sockets)})
    line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    rate, seconds = int(line.split()[1]), float(line.split()[2])
    begin_ns, sent = time.monotonic_ns(), 0
    while sent < rate * seconds:
        due = begin_ns + sent * 1_000_000_000 // rate
        while (wait := (due - time.monotonic_ns()) / 1e9) > 0:  # noqa: ASYNC110
            await asyncio.sleep(wait)
        frame = {"t": "say", "id": f"message-{sent:07}", "text": f"{due} {'x' * 80}"}
        await sockets[sent * 7 % len(sockets)].send(json.dumps(frame))
        sent += 1
    await asyncio.sleep(1.5)
    say({"delays": delays, "sent": sent})
    for task in listening:
        task.cancel()


if __name__ == "__main__":
    settle(CLIENT_CORE)
    uvloop.run(widgets(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
