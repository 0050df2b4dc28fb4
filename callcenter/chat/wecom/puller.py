"""Fetches an account's messages whenever WeCom says that there are some; the cursor moves once they are taken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog

from callcenter.chat.wecom.client import WeComClient, WeComError
from callcenter.chat.wecom.cursor import CursorFile
from callcenter.chat.wecom.incoming import Incoming, incoming_of
from callcenter.domain.errors import ProviderError, Rejected
from callcenter.domain.ports import Clock

log = structlog.get_logger(__name__)

PAGE = 1_000
BAD_TOKEN = 95_007
WAIT_MS = 1_000
LONGEST_WAIT_MS = 60_000


class Puller:
    """One account. ``take`` keeps a message durably, or raises a retryable ``ProviderError``: then it comes again."""

    def __init__(
        self,
        client: WeComClient,
        kfid: str,
        cursor: CursorFile,
        take: Callable[[Incoming], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._client, self._kfid, self._cursor, self._take, self._clock = client, kfid, cursor, take, clock
        self._token = ""
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Fetch what came while we were away, and whatever is told of from now on."""
        self.wake("")
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"wecom-{self._kfid}")

    async def stop(self) -> None:
        """End; what is half taken comes again."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def wake(self, token: str) -> None:
        """There is something; ``token`` came with the callback."""
        self._token = token or self._token
        self._idle.clear()
        self._wake.set()

    async def idle(self) -> None:
        """Return when all that was told of is taken."""
        await self._idle.wait()

    async def _run(self) -> None:
        wait_ms = WAIT_MS
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._pull()
            except ProviderError as error:
                log.warning("wecom_pull_waits", account=self._kfid, why=str(error), wait_ms=wait_ms)
                await self._clock.sleep_until(self._clock.now_ms() + wait_ms)
                wait_ms = min(LONGEST_WAIT_MS, wait_ms * 2)
                self._wake.set()
            else:
                wait_ms = WAIT_MS
                if not self._wake.is_set():
                    self._idle.set()

    async def _pull(self) -> None:
        """Page after page until WeCom says that there is no more; an empty page is no end."""
        cursor = await asyncio.to_thread(self._cursor.read)
        while True:
            page = await self._page(cursor)
            for raw in page.get("msg_list", ()):
                await self._took(raw)
            following = str(page.get("next_cursor", "")) or cursor
            if following != cursor:
                await asyncio.to_thread(self._cursor.keep, following)
            more = bool(page.get("has_more")) and following != cursor
            cursor = following
            if not more:
                return

    async def _page(self, cursor: str) -> dict[str, Any]:
        body = {"cursor": cursor, "token": self._token, "limit": PAGE, "voice_format": 0, "open_kfid": self._kfid}
        try:
            return await self._client.call("kf/sync_msg", {name: value for name, value in body.items() if value != ""})
        except WeComError as error:
            if error.code != BAD_TOKEN or not self._token:
                raise
            self._token = ""  # it lives ten minutes; without one WeCom answers too, only not as often
            return await self._page(cursor)

    async def _took(self, raw: dict[str, Any]) -> None:
        """One entry; one that can not be taken by any means keeps no other from coming."""
        try:
            incoming = incoming_of(raw)
            if incoming is not None:
                await self._take(incoming)
        except ProviderError as error:
            if error.retryable:
                raise
            log.exception("wecom_message_lost", account=self._kfid, message=str(raw.get("msgid", "")))
        except Rejected as refused:
            log.info("wecom_message_refused", account=self._kfid, code=refused.code)
        except (TypeError, ValueError, KeyError):
            log.exception("wecom_message_lost", account=self._kfid, message=str(raw.get("msgid", "")))
