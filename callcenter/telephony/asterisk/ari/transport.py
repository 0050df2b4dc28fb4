"""The two ways a command reaches Asterisk: HTTP with a keep-alive pool, or the event socket itself."""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import Awaitable, Callable
from typing import Protocol

import aiohttp
import msgspec
from yarl import URL

from callcenter.domain.errors import ProviderError
from callcenter.telephony.asterisk.ari._generated.events import RESTResponse
from callcenter.telephony.asterisk.ari._generated.models import RESTRequest

_TIMEOUT_S = 10.0


class Transport(Protocol):
    """Carries a request there and its answer back."""

    async def send(self, method: str, uri: str, body: bytes | None) -> tuple[int, bytes]:
        """Status and body. Raises ``ProviderError`` (retryable) when Asterisk could not be asked."""
        ...


class HttpTransport:
    """Commands over HTTP. Asterisk's listen backlog is 10, hence the bounded pool of lasting connections."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, user: str, password: str) -> None:
        self._session = session
        self._base = f"{base_url}/ari"
        self._headers = {"Authorization": basic_auth(user, password)}

    async def send(self, method: str, uri: str, body: bytes | None) -> tuple[int, bytes]:
        """See ``Transport.send``."""
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        url = URL(self._base + uri, encoded=True)
        try:
            async with self._session.request(method, url, data=body, headers=headers) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ProviderError(f"Asterisk does not answer at {self._base}: {_told(error)}", retryable=True) from error


class SocketTransport:
    """Commands over the event WebSocket: lightest up to about 80 calls/s, serial inside Asterisk."""

    def __init__(self) -> None:
        self._write: Callable[[str], Awaitable[None]] | None = None
        self._waiting: dict[str, asyncio.Future[RESTResponse]] = {}
        self._ids = itertools.count(1)

    def attach(self, write: Callable[[str], Awaitable[None]]) -> None:
        """The socket is open; ``write`` sends a text message."""
        self._write = write

    def detach(self) -> None:
        """The socket is gone; whoever waits is told."""
        self._write = None
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(ProviderError("the connection to Asterisk broke", retryable=True))

    def answered(self, response: RESTResponse) -> None:
        """An answer came over the socket."""
        future = self._waiting.pop(response.request_id or "", None)
        if future is not None and not future.done():
            future.set_result(response)

    async def send(self, method: str, uri: str, body: bytes | None) -> tuple[int, bytes]:
        """See ``Transport.send``."""
        if self._write is None:
            raise ProviderError("there is no connection to Asterisk", retryable=True)
        request_id = str(next(self._ids))
        future = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = future
        request = RESTRequest(
            type_="RESTRequest",
            request_id=request_id,
            transaction_id=request_id,
            method=method,
            uri=uri.lstrip("/"),
            content_type=None if body is None else "application/json",
            message_body=None if body is None else body.decode(),
        )
        try:
            await self._write(_compact(request))
            async with asyncio.timeout(_TIMEOUT_S):
                response = await future
        except TimeoutError:
            raise ProviderError(f"Asterisk did not answer within {_TIMEOUT_S:.0f} s", retryable=True) from None
        finally:
            self._waiting.pop(request_id, None)
        return response.status_code or 0, (response.message_body or "").encode()


def new_session(connections: int) -> aiohttp.ClientSession:
    """A session whose connections last; at most ``connections`` at a time."""
    connector = aiohttp.TCPConnector(limit=connections, limit_per_host=connections, keepalive_timeout=60, ssl=True)
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


def basic_auth(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _compact(request: RESTRequest) -> str:
    fields = {key: value for key, value in msgspec.to_builtins(request).items() if value is not None}
    return msgspec.json.encode(fields).decode()


def _told(error: BaseException) -> str:
    return str(error) or type(error).__name__
