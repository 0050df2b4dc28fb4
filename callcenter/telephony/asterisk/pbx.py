"""What the adapter's parts share: the client, the legs, the way to the core, and background work."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from callcenter.domain.errors import ProviderError
from callcenter.domain.events import Event
from callcenter.domain.ports import EventSink
from callcenter.telephony.asterisk.ari._generated.operations import channels
from callcenter.telephony.asterisk.ari.client import AriClient
from callcenter.telephony.asterisk.legs import Legs
from callcenter.telephony.asterisk.settings import AsteriskSettings

log = structlog.get_logger("callcenter.telephony.asterisk")
_HELPER_TIMEOUT_S = 3.0
_LEG_DIES = (500,)
"""Asterisk's answer to a snoop on a channel that is hanging up just then."""


class Pbx:
    """One Asterisk as the parts see it."""

    def __init__(self, settings: AsteriskSettings, client: AriClient) -> None:
        self.settings = settings
        self.client = client
        self.legs = Legs()
        self.sink: EventSink | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._helpers: dict[str, asyncio.Future[None]] = {}

    def emit(self, event: Event) -> None:
        """Tell the core."""
        if self.sink is not None:
            self.sink(event)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something in the background; a failure is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    async def stop(self) -> None:
        """End the background work and the legs' timers."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for leg in self.legs:
            if leg.timer is not None:
                leg.timer.cancel()

    def expect_helper(self, channel: str) -> None:
        """A channel of our own is about to be made; ``helper_up`` may be awaited."""
        self._helpers.setdefault(channel, asyncio.get_running_loop().create_future())

    def helper_started(self, channel: str) -> None:
        """It entered our application."""
        future = self._helpers.get(channel)
        if future is not None and not future.done():
            future.set_result(None)

    async def helper_up(self, channel: str) -> bool:
        """Wait until it can be used; False when it does not come."""
        future = self._helpers.get(channel)
        if future is None:
            return True
        try:
            async with asyncio.timeout(_HELPER_TIMEOUT_S):
                await future
        except TimeoutError:
            return False
        finally:
            self._helpers.pop(channel, None)
        return True

    def forget_helper(self, channel: str) -> None:
        """It could not be made."""
        self._helpers.pop(channel, None)

    async def snoop(self, leg_channel: str, snoop: str, *, spy: str, whisper: str = "none") -> bool:
        """Make a snoop on a leg and wait until it can be used; False when the leg is gone."""
        self.expect_helper(snoop)
        try:
            answer = await self.client.ask(
                channels.snoop_channel_with_id(
                    leg_channel, snoop, spy=spy, whisper=whisper, app=self.settings.app, app_args="helper"
                ),
                ordinary=_LEG_DIES,
            )
        except BaseException:
            self.forget_helper(snoop)
            raise
        if not answer.done:
            self.forget_helper(snoop)
            return answer.status == 409
        return await self.helper_up(snoop)

    async def drop_channel(self, channel: str, reason_code: str = "16") -> None:
        """Hang up a channel; gone already is fine."""
        self._helpers.pop(channel, None)
        await self.client.ask(channels.hangup(channel, reason_code=reason_code))

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or task.exception() is None:
            return
        error = task.exception()
        if isinstance(error, ProviderError):
            log.warning("background_request_failed", problem=str(error))
        else:
            log.error("background_work_failed", exc_info=error)
