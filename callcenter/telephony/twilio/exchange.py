"""What the parts of the adapter share: the legs, the way to Twilio, and how a leg is given something else to do."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from callcenter.domain.contact import LegEndCause
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import Event, LegEnded
from callcenter.domain.ports import Clock, EventSink
from callcenter.telephony.twilio.documents import Addresses, document, hangup
from callcenter.telephony.twilio.legs import Leg, Legs
from callcenter.telephony.twilio.rest import Rest
from callcenter.telephony.twilio.settings import TwilioSettings

log = structlog.get_logger(__name__)

_AGAIN_MS = (1_000, 2_000, 5_000)
"""Pauses before Twilio is told again what it could not be told; the last one repeats."""
_MORE_MS = 40
"""Commands come one behind the other: so long an answer waits for the next one."""


class Exchange:
    """Twilio as we see it."""

    def __init__(self, settings: TwilioSettings, clock: Clock, rest: Rest, to: Addresses) -> None:
        self.settings = settings
        self.clock = clock
        self.rest = rest
        self.to = to
        self.legs = Legs(settings.book)
        self.sink: EventSink | None = None
        self.problem = "not started"
        self.on_ended: list[Callable[[Leg], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def emit(self, event: Event) -> None:
        """Tell the core."""
        if self.sink is not None:
            self.sink(event)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something beside; what fails there is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    async def stop(self) -> None:
        """End what goes on beside."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def changed(self, leg: Leg) -> None:
        """Something else is wanted of ``leg``: tell Twilio, by its own question if it is just asking.

        A call that is not up yet asks when it is answered. Raises ProviderError when Twilio could not be told; it is
        told again, beside, until it knows.
        """
        self.legs.new_revision(leg)
        if leg.asked:
            for asked in leg.asked:
                asked.set()
            return
        if not leg.sid or not leg.answered:
            return
        revision = leg.revision
        async with leg.lock:
            if leg.revision != revision:
                return  # a later change has been sent, and it said everything
            await self._send(leg)

    async def hang_up(self, leg: Leg) -> None:
        """End a call that Twilio knows. Raises ProviderError as ``changed`` does."""
        leg.ending = True
        try:
            status = await self.rest.hang_up(leg.sid)
        except ProviderError:
            self._tell_again(leg)
            raise
        cause = cause_of(status or "completed")
        if cause is not None:
            self.ended(leg, cause)

    async def answer(self, leg: Leg, patience_ms: int) -> str | None:
        """What ``leg`` is to do, after the core had a moment to say; None when it said nothing in that time."""
        asked = asyncio.Event()
        leg.asked.append(asked)
        try:
            said = await self._set_within(asked, patience_ms)
            if said:
                await self.clock.sleep_until(self.clock.now_ms() + _MORE_MS)
        finally:
            leg.asked.remove(asked)
        what = self.document(leg)
        leg.digits, leg.unsent = "", False
        return what if said else None

    def document(self, leg: Leg) -> str:
        """What ``leg`` is to do now."""
        if leg.ending:
            return hangup()
        return document(leg, self.to, self._call_of)

    def ended(self, leg: Leg, cause: LegEndCause) -> None:
        """A call is over; the core is told once."""
        if not self.legs.remove(leg):
            return
        for task in (leg.deadline, leg.ringing, leg.again):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        for asked in leg.asked:
            asked.set()
        for tell in self.on_ended:
            tell(leg)
        self.emit(LegEnded(leg=leg.id, cause=leg.cause or cause))

    async def look_after(self, leg: Leg) -> None:
        """Ask whether a call is over; its end may have been told to nobody."""
        try:
            status = await self.rest.status_of(leg.sid)
        except ProviderError as error:
            log.warning("twilio_call_unknown", leg=leg.id, why=str(error))
            return
        cause = cause_of(status or "completed")
        if cause is not None:
            self.ended(leg, cause)

    async def _send(self, leg: Leg) -> None:
        try:
            there = await self.rest.steer(leg.sid, self.document(leg))
        except ProviderError:
            self._tell_again(leg)
            raise
        leg.digits, leg.unsent = "", False
        if not there:
            self.spawn(self.look_after(leg))

    def _tell_again(self, leg: Leg) -> None:
        leg.unsent = True
        if leg.again is None or leg.again.done():
            leg.again = self.spawn(self._until_told(leg))

    async def _until_told(self, leg: Leg) -> None:
        """Tell what is wanted at that moment, not what failed: later wishes are in it."""
        for pause_ms in itertools.chain(_AGAIN_MS, itertools.repeat(_AGAIN_MS[-1])):
            await self.clock.sleep_until(self.clock.now_ms() + pause_ms)
            if self.legs.get(leg.id) is not leg or not leg.unsent:
                return
            try:
                if leg.ending:
                    await self.hang_up(leg)
                else:
                    async with leg.lock:
                        await self._send(leg)
            except ProviderError as error:
                log.warning("twilio_call_not_told", leg=leg.id, why=str(error))

    def _call_of(self, leg_id: str) -> str:
        leg = self.legs.get(leg_id)
        return leg.sid if leg is not None else ""

    async def _set_within(self, event: asyncio.Event, ms: int) -> bool:
        waits = asyncio.ensure_future(event.wait())
        pause = asyncio.ensure_future(self.clock.sleep_until(self.clock.now_ms() + ms))
        try:
            await asyncio.wait((waits, pause), return_when=asyncio.FIRST_COMPLETED)
            return event.is_set()
        finally:
            waits.cancel()
            pause.cancel()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("twilio_work_broke", why=repr(task.exception()))


def cause_of(status: str, sip: str = "") -> LegEndCause | None:
    """Why a call with this status ended (and the SIP answer told with it); None while it goes on."""
    if sip in ("603", "403"):
        return LegEndCause.REJECTED
    return {
        "completed": LegEndCause.NORMAL,
        "canceled": LegEndCause.NORMAL,
        "busy": LegEndCause.BUSY,
        "no-answer": LegEndCause.NO_ANSWER,
        "failed": LegEndCause.UNREACHABLE,
    }.get(status)
