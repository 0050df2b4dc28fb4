"""Commands over HTTP on a pool of lasting connections.

Its own because commands are most of what a call costs us: a request takes a third of aiohttp's processor time. It does
what ARI needs and no more: bodies of known length or chunked, no redirects, no cookies, one address.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import cast
from urllib.parse import urlsplit

import httptools

from callcenter.domain.errors import ProviderError
from callcenter.telephony.asterisk.ari.transport import basic_auth

_TIMEOUT_S = 10.0


class HttpTransport:
    """At most ``connections`` requests at once, the others wait: Asterisk's listen backlog is 10."""

    def __init__(self, base_url: str, user: str, password: str, connections: int = 32) -> None:
        parts = urlsplit(base_url)
        self._shown = f"{base_url}/ari"
        self._tls = parts.scheme == "https"
        self._address = (parts.hostname or "127.0.0.1", parts.port or (443 if self._tls else 80))
        self._path = f"{parts.path}/ari"
        self._headers = f" HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: {basic_auth(user, password)}\r\n"
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()
        self._places = connections
        self._queue: deque[asyncio.Future[None]] = deque()

    async def send(self, method: str, uri: str, body: bytes | None) -> tuple[int, bytes]:
        """See ``Transport.send``. A command whose lasting connection had just been closed is sent once more."""
        kind = "" if body is None else "Content-Type: application/json\r\n"
        length = 0 if body is None else len(body)
        head = f"{method} {self._path}{uri}{self._headers}{kind}Content-Length: {length}\r\n\r\n"
        request = head.encode() + (body or b"")
        await self._enter()
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                return await self._exchange(request)
        except (OSError, TimeoutError, httptools.HttpParserError) as error:
            told = str(error) or type(error).__name__
            raise ProviderError(f"Asterisk does not answer at {self._shown}: {told}", retryable=True) from error
        finally:
            self._leave()

    async def close(self) -> None:
        """End all connections."""
        for connection in tuple(self._open):
            connection.abort()
        self._open.clear()
        self._idle.clear()

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                try:
                    return await self._on(connection, request)
                except ConnectionResetError:
                    if connection.answering:
                        raise
        loop = asyncio.get_running_loop()
        _, fresh = await loop.create_connection(_Connection, *self._address, ssl=self._tls or None)
        self._open = {connection for connection in self._open if connection.usable}
        self._open.add(fresh)
        return await self._on(fresh, request)

    async def _on(self, connection: _Connection, request: bytes) -> tuple[int, bytes]:
        try:
            answer = await connection.ask(request)
        except BaseException:
            connection.abort()
            raise
        if connection.usable:
            self._idle.append(connection)
        return answer

    async def _enter(self) -> None:
        if self._places:
            self._places -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._places += 1


class _Connection(asyncio.Protocol):
    """One connection, one request at a time. ``answering``: something of the answer has come."""

    def __init__(self) -> None:
        self.usable = True
        self.answering = False
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send; raises ConnectionResetError when the connection ends first."""
        assert self._transport is not None
        self.answering, self._body = False, []
        self._parser = httptools.HttpResponseParser(self)
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def abort(self) -> None:
        """Close without waiting."""
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self.answering = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(error)
            self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """See asyncio."""
        self.usable = False
        self._fail(ConnectionResetError("the connection was closed"))

    def on_body(self, body: bytes) -> None:
        """See httptools."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """See httptools."""
        if not self._parser.should_keep_alive():
            self.usable = False
            if self._transport is not None:
                self._transport.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), b"".join(self._body)))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
