"""The event socket: connects, keeps connecting, and hands over decoded events."""

from __future__ import annotations

import asyncio
import random
from typing import Protocol
from urllib.parse import urlencode

import aiohttp
import msgspec
import structlog

from callcenter.telephony.asterisk.ari._generated.events import AnyEvent, RESTResponse
from callcenter.telephony.asterisk.ari.transport import SocketTransport, basic_auth

_log = structlog.get_logger("callcenter.telephony.asterisk")
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_HEARTBEAT_S = 10.0
_OPEN_TIMEOUT_S = 5.0


class SocketListener(Protocol):
    """What the socket tells its owner."""

    async def socket_opened(self) -> None:
        """Connected: reconcile now. An exception closes the socket, and it is tried again."""
        ...

    def socket_event(self, event: AnyEvent) -> None:
        """One event, in order; must not block."""
        ...

    def socket_lost(self, problem: str) -> None:
        """Not connected; ``problem`` is a sentence for an operator. Told again at each failed try."""
        ...


class EventSocket:
    """One application's event socket with endless reconnection (back-off with jitter)."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        user: str,
        password: str,
        app: str,
        listener: SocketListener,
        rest: SocketTransport | None = None,
        *,
        first_pause_ms: int = 100,
        longest_pause_ms: int = 3_000,
    ) -> None:
        query = urlencode({"app": app, "subscribeAll": "false"})
        self._url = f"{base_url.replace('http', 'ws', 1)}/ari/events?{query}"
        self._shown = base_url
        self._user = user
        self._auth = basic_auth(user, password)
        self._session = session
        self._listener = listener
        self._rest = rest
        self._pauses = (first_pause_ms / 1000, longest_pause_ms / 1000)
        self._tried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._open: aiohttp.ClientWebSocketResponse | None = None

    async def start(self) -> None:
        """Begin; returns after the first try, successful or not."""
        self._task = asyncio.create_task(self._run(), name="asterisk-events")
        await self._tried.wait()

    async def stop(self) -> None:
        """Close and try no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def reopen(self) -> None:
        """Close the connection, so that a new one is made."""
        if self._open is not None:
            await self._open.close()

    async def _run(self) -> None:
        pause = self._pauses[0]
        while True:
            problem, was_open = await self._connected_once()
            self._listener.socket_lost(problem)
            self._tried.set()
            pause = self._pauses[0] if was_open else min(pause * 2, self._pauses[1])
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads reconnections, no secret

    async def _connected_once(self) -> tuple[str, bool]:
        try:
            async with asyncio.timeout(_OPEN_TIMEOUT_S):
                socket = await self._session.ws_connect(
                    self._url, headers={"Authorization": self._auth}, heartbeat=_HEARTBEAT_S, max_msg_size=0
                )
        except aiohttp.WSServerHandshakeError as error:
            return self._refusal(error.status), False
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return f"Asterisk can not be reached at {self._shown}: {str(error) or type(error).__name__}", False
        self._open = socket
        try:
            return await self._listen(socket)
        finally:
            self._open = None
            if self._rest is not None:
                self._rest.detach()
            await socket.close()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> tuple[str, bool]:
        if self._rest is not None:
            self._rest.attach(socket.send_str)
        greeting = asyncio.create_task(self._greet(socket))
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.data)
        finally:
            greeting.cancel()
            failed = (await asyncio.gather(greeting, return_exceptions=True))[0]
        if isinstance(failed, Exception):
            return f"Asterisk at {self._shown} answered, but reconciling with it failed: {failed}", False
        return f"the connection to Asterisk at {self._shown} was closed", True

    async def _greet(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            await self._listener.socket_opened()
        except Exception:
            await socket.close()
            raise
        self._tried.set()

    def _take(self, text: str) -> None:
        try:
            event = _decoder.decode(text)
        except msgspec.ValidationError as error:
            _log.warning("event_not_understood", problem=str(error))
            return
        if isinstance(event, RESTResponse):
            if self._rest is not None:
                self._rest.answered(event)
            return
        try:
            self._listener.socket_event(event)
        except Exception:
            _log.exception("event_failed", event_type=type(event).__name__)

    def _refusal(self, status: int) -> str:
        if status in (401, 403):
            return (
                f"Asterisk at {self._shown} refuses the password of ARI user {self._user!r}: "
                "compare it with ari.conf; trying again meanwhile"
            )
        if status == 404:
            return f"{self._shown} answers, but has no ARI there: load res_ari and check the address"
        if status == 503:
            return f"Asterisk at {self._shown} is still starting"
        return f"Asterisk at {self._shown} refused the event socket: HTTP {status}"
