"""Light browsers for live pages: an ASGI connection without a network, and a raw socket that reads when told."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

from callcenter.web.live import LiveResponse
from callcenter.web.live.mailbox import Mailbox
from callcenter.web.live.response import event
from callcenter.web.live.stage import Picture

Event = tuple[str, dict[str, Any]]


def events_in(text: bytes) -> list[Event]:
    """Events of a stream."""
    found = []
    for block in text.split(b"\n\n"):
        lines = dict(line.split(b": ", 1) for line in block.split(b"\n") if b": " in line)
        if b"event" in lines:
            found.append((lines[b"event"].decode(), json.loads(lines[b"data"])))
    return found


class Page:
    """One stream as its ASGI server sees it. ``reading`` cleared: the page takes nothing, ``send`` waits."""

    def __init__(self, response: LiveResponse) -> None:
        self.events: list[Event] = []
        self.status = 0
        self.ended = False
        self.reading = asyncio.Event()
        self.reading.set()
        self._gone = asyncio.Event()
        self._news = asyncio.Condition()
        self.task = asyncio.create_task(response({"type": "http"}, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.reading.wait()
        async with self._news:
            if message["type"] == "http.response.start":
                self.status = message["status"]
            else:
                self.events += events_in(message["body"])
                self.ended = not message["more_body"]
            self._news.notify_all()

    async def until(self, count: int) -> list[Event]:
        """The events once there are ``count``."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: len(self.events) >= count)
        return self.events

    async def leave(self) -> None:
        """The browser closes the page."""
        self._gone.set()
        self.reading.set()
        await self.done()

    async def done(self) -> None:
        """The stream is over."""
        async with asyncio.timeout(10):
            await self.task


async def get(base: str, path: str, *, buffer: int = 0) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A raw GET; the reader takes only what it is asked to, ``buffer`` bounds what the kernel takes for it."""
    host, port = base.removeprefix("http://").split(":")
    sock = socket.socket()
    if buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=sock, limit=4096)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    return reader, writer


class Numbers:
    """A source that tells a number; ``last`` is the newest."""

    def __init__(self) -> None:
        self.last = 0
        self.asked = 0
        self.closed = 0
        self.box = Mailbox()

    async def open(self, box: Mailbox) -> None:
        self.box = box
        self.set(1)

    async def news(self) -> bytes:
        self.asked += 1
        return event("number", {"is": self.last})

    def close(self) -> None:
        self.closed += 1

    def set(self, number: int) -> None:
        self.last = number
        self.box.wake()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class Counted:
    """A scene that counts how often it is drawn."""

    def __init__(self) -> None:
        self.drawn = 0
        self.made = 0
        self.rows = {"a": "<li>1</li>"}
        self.broken = False

    def make(self) -> Callable[[], Picture]:
        self.made += 1
        return self.draw

    def draw(self) -> Picture:
        self.drawn += 1
        if self.broken:
            raise LookupError("no such queue")
        return Picture({"summary": str(len(self.rows))}, {"rows": dict(self.rows)})
