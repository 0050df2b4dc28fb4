"""One open page's stream of server-sent events: what is new when it can take it, a sign of life in between."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from callcenter.domain.errors import ProviderError
from callcenter.web.live.mailbox import Mailbox

if TYPE_CHECKING:
    from callcenter.web.live.hub import Hub

_log = logging.getLogger(__name__)
PAUSE_S = 0.05
"""A busy page is told at most this often; the first change goes at once."""
TICK_S = 5.0
PATIENCE_S = 30.0
"""A page that takes nothing for so long is given up."""
RECHECK_S = 5.0

Standing = Callable[[], Awaitable[bool]]


class _TakesNothing(Exception):
    """The page does not read."""


class Source(Protocol):
    """What a page is told."""

    async def open(self, box: Mailbox) -> None:
        """Begin: from now on ``box`` is woken when there is news. May raise; then only :meth:`close` follows."""
        ...

    async def news(self) -> bytes:
        """What the page does not know yet, as one or more events; empty when nothing. Called after each wake."""
        ...

    def close(self) -> None:
        """The page is gone. Called once, whatever happened."""
        ...


def event(name: str, data: Mapping[str, Any]) -> bytes:
    """A server-sent event with JSON as its data."""
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(data) + b"\n\n"


class LiveResponse(Response):
    """Sends what ``source`` has until the page goes, its session ends or the server stops.

    Every page has a task of its own and holds no queue: one that reads slowly is told less often, and what it is told
    is the newest. ``user`` and ``session`` say whose page it is; ``standing`` is asked now and then whether the
    page's user may still see it. ``hub`` gives the signs of life.
    """

    def __init__(
        self, hub: Hub, source: Source, *, user: int = 0, session: str = "", standing: Standing | None = None
    ) -> None:
        super().__init__(
            None, media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        del self.headers["content-length"]
        self.box = Mailbox()
        self.user, self.session = user, session
        self.told_s = time.monotonic()
        """When the page was last told something."""
        self._hub = hub
        self._source = source
        self._standing = standing
        self._checked_s = self.told_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream."""
        gone = asyncio.get_running_loop().create_task(self._until_gone(receive))
        self._hub.opened(self)
        try:
            await self._source.open(self.box)
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self._run(send)
            await self._tell(send, b"", more=False)
        except _TakesNothing:
            _log.warning("a live page took nothing for %d s and is given up", PATIENCE_S)
        finally:
            self._hub.closed(self)
            self._source.close()
            gone.cancel()
            with suppress(asyncio.CancelledError):
                await gone

    async def _run(self, send: Send) -> None:
        box, pause_until = self.box, 0.0
        while True:
            await box.wait()
            if box.changed and not box.closed and (wait := pause_until - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if box.closed:
                return
            if box.changed:
                box.changed = False
                pause_until = time.monotonic() + PAUSE_S
                if news := await self._source.news():
                    await self._tell(send, news)
            if not await self._stands():
                return
            if box.ticked:
                box.ticked = False
                if time.monotonic() - self.told_s >= TICK_S:
                    await self._tell(send, event("tick", {"now": self._hub.now_ms()}))

    async def _tell(self, send: Send, body: bytes, *, more: bool = True) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await send({"type": "http.response.body", "body": body, "more_body": more})
        except TimeoutError:
            raise _TakesNothing from None
        self.told_s = time.monotonic()

    async def _stands(self) -> bool:
        now = time.monotonic()
        if self._standing is None or now - self._checked_s < RECHECK_S:
            return True
        self._checked_s = now
        try:
            return await self._standing()
        except ProviderError:
            # the directory is away for a moment: whoever was let in stays, and is looked at again
            _log.warning("whether a live page may stay open is not known; asked again in %d s", RECHECK_S)
            return True

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.box.close()
