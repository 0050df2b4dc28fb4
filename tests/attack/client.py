"""A browser of our own making: keeps cookies, sends the token like our pages do, and leaves endless streams at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from typing import Any

import httpx
from fastapi import FastAPI

HOST = "desk.test"
LIMIT_S = 20


class Answer:
    """What came back."""

    def __init__(self) -> None:
        self.status = 0
        self.headers = httpx.Headers()
        self.body = b""
        self.crash: BaseException | None = None
        """What the app threw besides answering."""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def to(self) -> str:
        """Where a redirect leads."""
        return self.headers.get("location", "")

    @property
    def is_html(self) -> bool:
        return "text/html" in self.headers.get("content-type", "")

    def json(self) -> Any:
        return json.loads(self.body)

    def __repr__(self) -> str:
        return f"<{self.status} {self.to or self.text[:200]!r}>"


class Client:
    """Speaks ASGI to the app. ``csrf`` goes with every unsafe request unless told otherwise."""

    def __init__(self, app: FastAPI, address: str = "10.1.2.3") -> None:
        self.app = app
        self.address = address
        self.cookies: dict[str, str] = {"cc_language": "en"}
        self.csrf = ""
        self.bearer = ""
        """Goes with requests to the API, and cookies with all others."""

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.send("GET", path, **more)

    async def post(self, path: str, **more: Any) -> Answer:
        return await self.send("POST", path, **more)

    async def send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, token: bool = True, **more: Any
    ) -> Answer:
        """One request; ``more`` as httpx has it: ``json``, ``data``, ``files``, ``content``."""
        sent = {"host": HOST, "accept-language": "en"}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if token and self.csrf and method not in ("GET", "HEAD", "OPTIONS"):
            sent["x-csrf-token"] = self.csrf
        if path.startswith("/api/"):
            sent |= {"authorization": f"Bearer {self.bearer}"} if self.bearer else {}
        if "json" in more:
            sent["accept"] = "application/json"
        request = httpx.Request(method, f"http://{HOST}{path}", headers=sent | (headers or {}), **more)
        answer = Answer()
        try:
            await asyncio.wait_for(self._carry(request, answer), LIMIT_S)
        except TimeoutError:
            raise AssertionError(f"{method} {path} did not answer within {LIMIT_S} s") from None
        except Exception as crash:  # the server's last resort sends 500, then throws
            answer.crash = crash
            answer.status = answer.status or 500
        self._keep(answer)
        return answer

    async def stream(self, method: str, path: str, pieces: AsyncIterator[bytes], headers: dict[str, str]) -> Answer:
        """A body that comes in pieces and never says how long it is."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"host": HOST, "cookie": cookie, "x-csrf-token": self.csrf, **headers}
        sent |= {"authorization": f"Bearer {self.bearer}"} if self.bearer else {}
        request = httpx.Request(method, f"http://{HOST}{path}", headers=sent)
        answer = Answer()
        try:
            await asyncio.wait_for(self._carry(request, answer, pieces), LIMIT_S)
        except Exception as crash:
            answer.crash = crash
            answer.status = answer.status or 500
        return answer

    async def _carry(self, request: httpx.Request, answer: Answer, pieces: AsyncIterator[bytes] | None = None) -> None:
        url = request.url
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": "http",
            "path": url.path,
            "raw_path": url.raw_path.split(b"?")[0],
            "query_string": url.query,
            "root_path": "",
            "server": (HOST, 80),
            "client": (self.address, 1234),
        }
        body, enough = [await _body(request)], asyncio.Event()

        async def receive() -> dict[str, Any]:
            if pieces is not None:
                async for piece in pieces:
                    return {"type": "http.request", "body": piece, "more_body": True}
                return {"type": "http.request", "body": b"", "more_body": False}
            if body:
                return {"type": "http.request", "body": body.pop(), "more_body": False}
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = httpx.Headers([(n.decode(), v.decode("latin-1")) for n, v in message["headers"]])
                if "event-stream" in answer.headers.get("content-type", ""):
                    enough.set()
            else:
                answer.body += message.get("body", b"")

        await self.app(scope, receive, send)

    def _keep(self, answer: Answer) -> None:
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel.value and morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)


async def _body(request: httpx.Request) -> bytes:
    return await request.aread()
