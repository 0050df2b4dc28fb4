"""A widget without a browser: the product's line logic over real WebSockets or long polls, against a real server."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from callcenter.chat.webchat.protocol import WidgetLine

ORIGIN = "https://bank.example"
_names = itertools.count(1)


class Widget(ABC):
    """One page. ``messages`` and ``state`` are what it shows; it connects again by itself until :meth:`leave`."""

    def __init__(self, base: str, *, entry: str = "web", key: str = "", token: str = "", **hello: Any) -> None:
        self.base, self.entry, self.key, self.token, self.more = base, entry, key, token, hello
        self.line = WidgetLine(random.random)
        self.messages: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self.welcome: dict[str, Any] = {}
        self.sent: dict[str, int] = {}
        self.failed: dict[str, str] = {}
        self.typing = False
        self.passed: list[dict[str, Any]] = []
        self.kinds: list[str] = []
        self._changed = asyncio.Event()
        self._kick = asyncio.Event()
        self._transports: dict[int, Any] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # --- the visitor

    async def open(self) -> Widget:
        self._spawn(self._clock())
        self.do(self.line.open(self.now()))
        await self.until(lambda: self.line.phase in ("up", "over"), "connected")
        return self

    def post(self, frame: dict[str, Any], id: str = "") -> str:
        id = id or f"widget-{next(_names):06}-{random.randrange(10**6):06}"
        self.do(self.line.send({**frame, "id": id}, self.now()))
        return id

    async def tell(self, frame: dict[str, Any], id: str = "") -> int:
        """Send, and wait for the answer: the message's number, or the code as an exception."""
        id = self.post(frame, id)
        await self.until(lambda: id in self.sent or id in self.failed, f"answered {frame}")
        if id in self.failed:
            raise AssertionError(self.failed[id])
        return self.sent[id]

    async def say(self, text: str, id: str = "") -> int:
        return await self.tell({"t": "say", "text": text}, id)

    async def start(self) -> None:
        """Begin a conversation, and know it."""
        await self.tell({"t": "start"})
        await self.until(lambda: self.state.get("open"), "open")

    def whisper(self, frame: dict[str, Any]) -> None:
        self.do(self.line.whisper(frame))

    async def leave(self) -> None:
        self.do(self.line.close())
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def texts(self) -> list[str]:
        return [frame["text"] for frame in self.messages]

    async def until(self, condition: Callable[[], Any], what: str, timeout_s: float = 10) -> Any:
        async def look() -> Any:
            while not (value := condition()):
                self._changed.clear()
                await self._changed.wait()
            return value

        try:
            return await asyncio.wait_for(look(), timeout_s)
        except TimeoutError:
            raise AssertionError(f"not {what}: {self.line.phase} {self.state} {self.texts()} {self.failed}") from None

    async def http(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {
            "Origin": ORIGIN,
            "Authorization": f"Bearer {self.welcome.get('pass', 'none')}",
            **more.pop("headers", {}),
        }
        params = {"entry": self.entry, "conversation": self.line.conversation, **more.pop("params", {})}
        async with httpx.AsyncClient(base_url=self.base, timeout=20) as client:
            return await client.request(method, f"/chat{path}", params=params, headers=headers, **more)

    # --- the line

    @staticmethod
    def now() -> int:
        return int(time.monotonic() * 1_000)

    def do(self, actions: list[Any]) -> None:
        for kind, *rest in actions:
            if kind == "dial":
                self._spawn(self._carry(rest[0]))
            elif kind == "hang_up":
                self._hang_up(rest[0])
            elif kind == "send":
                self._send(rest[0], rest[1])
            elif kind == "begin":
                self.messages, self.state = [], {"id": rest[0]}
            elif kind == "show":
                self.messages.append(rest[0])
                self.typing = self.typing and rest[0]["by"] == "visitor"
            elif kind == "sent":
                self.sent[rest[0]] = rest[1]
            elif kind == "failed":
                self.failed[rest[0]] = rest[1]
            elif kind == "pass":
                self._passed(rest[0])
        self._changed.set()
        self._kick.set()

    def _passed(self, frame: dict[str, Any]) -> None:
        self.passed.append(frame)
        if frame["t"] == "welcome":
            self.welcome = frame
            self.key = frame.get("key") or self.key
            self.state = frame.get("state") or self.state
        elif frame["t"] == "state":
            self.state = frame["state"]
        elif frame["t"] == "typing":
            self.typing = frame["on"]

    def _whole(self, frame: dict[str, Any]) -> dict[str, Any]:
        if frame["t"] != "hello":
            return frame
        return {
            **frame,
            "v": 1,
            "key": self.key,
            "token": self.token,
            "language": "zh",
            "page": f"{ORIGIN}/",
            **self.more,
        }

    async def _clock(self) -> None:
        while True:
            due = self.line.due_ms
            self._kick.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(None if due is None else max(0, due - self.now()) / 1_000):
                    await self._kick.wait()
            self.do(self.line.tick(self.now()))

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _heard(self, attempt: int, frame: dict[str, Any]) -> None:
        self.kinds.append(frame["t"])
        self.do(self.line.received(attempt, frame, self.now()))

    @abstractmethod
    async def _carry(self, attempt: int) -> None: ...

    @abstractmethod
    def _send(self, attempt: int, frame: dict[str, Any]) -> None: ...

    @abstractmethod
    def _hang_up(self, attempt: int) -> None: ...


class SocketWidget(Widget):
    """Over a WebSocket."""

    async def _carry(self, attempt: int) -> None:
        address = self.base.replace("http", "ws", 1) + f"/chat/socket?entry={self.entry}"
        try:
            async with connect(address, origin=ORIGIN, ping_interval=None) as socket:  # type: ignore[arg-type]
                self._transports[attempt] = socket
                self.do(self.line.connected(attempt, self.now()))
                async for text in socket:
                    self._heard(attempt, json.loads(text))
        except (OSError, ConnectionClosed, InvalidHandshake):
            pass
        self._transports.pop(attempt, None)
        self.do(self.line.lost(attempt, self.now()))

    def _send(self, attempt: int, frame: dict[str, Any]) -> None:
        socket: ClientConnection | None = self._transports.get(attempt)
        if socket is not None:
            self._spawn(self._out(socket, json.dumps(self._whole(frame))))

    @staticmethod
    async def _out(socket: ClientConnection, text: str) -> None:
        with suppress(ConnectionClosed):
            await socket.send(text)

    def _hang_up(self, attempt: int) -> None:
        socket = self._transports.pop(attempt, None)
        if socket is not None:
            self._spawn(socket.close())


class PollWidget(Widget):
    """Over long polls: one request waits for news, others bring what is said."""

    def __init__(self, base: str, **more: Any) -> None:
        super().__init__(base, **more)
        self._rev = 0
        self._client = httpx.AsyncClient(base_url=base, timeout=40, headers={"Origin": ORIGIN})

    async def _carry(self, attempt: int) -> None:
        self._transports[attempt] = ""
        self._rev = 0
        self.do(self.line.connected(attempt, self.now()))

    def _send(self, attempt: int, frame: dict[str, Any]) -> None:
        self._spawn(self._request(attempt, frame))

    async def _request(self, attempt: int, frame: dict[str, Any] | None) -> None:
        body: dict[str, Any] = {"line": self._transports.get(attempt, ""), "frames": [], "wait": frame is None}
        if frame is not None:
            body["frames"] = [self._whole(frame)]
        body |= {"conversation": self.line.conversation, "last": self.line.last, "rev": self._rev}
        try:
            answer = (await self._client.post("/chat/poll", params={"entry": self.entry}, json=body)).json()
        except (httpx.HTTPError, ValueError):
            self.do(self.line.lost(attempt, self.now()))
            return
        if attempt not in self._transports:
            return
        self._transports[attempt] = answer.get("line", "")
        for each in answer.get("frames", [{"t": "bye", "code": answer.get("code", "")}]):
            self._rev = each.get("rev", self._rev)
            self._heard(attempt, each)
        if (frame is None or frame["t"] == "hello") and attempt in self._transports:
            await asyncio.sleep(0)
            self._spawn(self._request(attempt, None))

    def _hang_up(self, attempt: int) -> None:
        self._transports.pop(attempt, None)

    async def leave(self) -> None:
        line = self._transports.get(self.line.attempt, "")
        await super().leave()
        with suppress(httpx.HTTPError):
            gone = {"line": line, "frames": [{"t": "gone"}]}
            await self._client.post("/chat/poll", params={"entry": self.entry}, json=gone)
        await self._client.aclose()
