"""Proves that events still come: Asterisk may drop a new subscription while it clears away the old connection."""

from __future__ import annotations

import asyncio

from callcenter.domain.errors import ProviderError
from callcenter.telephony.asterisk.ari._generated.events import ChannelUserevent
from callcenter.telephony.asterisk.ari._generated.operations import events
from callcenter.telephony.asterisk.ari.socket import EventSocket
from callcenter.telephony.asterisk.pbx import Pbx, log

_EVENT = "callcenter-alive"
_FIRST_S = (0.2, 1.0)
_LATER_S = 10.0
_PATIENCE_S = 3.0


class Liveness:
    """Sends an event to ourselves now and then; when it does not come back, the socket is opened anew."""

    def __init__(self, pbx: Pbx, socket: EventSocket) -> None:
        self._pbx = pbx
        self._socket = socket
        self._seen = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """The socket was opened."""
        self.end()
        self._task = asyncio.get_running_loop().create_task(self._watch(), name="asterisk-liveness")

    def end(self) -> None:
        """The socket is gone."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def came(self, event: ChannelUserevent) -> None:
        """An event of ours came back."""
        if event.eventname == _EVENT:
            self._seen.set()

    async def _watch(self) -> None:
        pauses = list(_FIRST_S)
        while True:
            await asyncio.sleep(pauses.pop(0) if pauses else _LATER_S)
            if not await self._proved():
                log.warning("events_do_not_come", mend="the event socket is opened anew")
                await self._socket.reopen()
                return

    async def _proved(self) -> bool:
        self._seen.clear()
        try:
            answer = await self._pbx.client.ask(events.user_event(_EVENT, application=self._pbx.settings.app))
        except ProviderError:
            return False
        if not answer.done:
            return False
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._seen.wait()
        except TimeoutError:
            return False
        return True
