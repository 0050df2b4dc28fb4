"""Looking after what goes on: whether Twilio answers, which calls live, and ends that were told to nobody."""

from __future__ import annotations

from callcenter.domain.contact import LegEndCause
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import TelephonyLost, TelephonyRestored
from callcenter.telephony.twilio.dialling import Dialling
from callcenter.telephony.twilio.exchange import Exchange, log
from callcenter.telephony.twilio.recorder import Recorder

_YOUNG_MS = 5_000
_MISSES = 2
_AGAIN_MS = 2_000


class Watching:
    """Every few seconds: the list of calls that go on."""

    def __init__(self, exchange: Exchange, dialling: Dialling, recorder: Recorder) -> None:
        self._x = exchange
        self._dialling = dialling
        self._recorder = recorder
        self._misses = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            every_ms = self._x.settings.watch_every_ms if not self._misses else _AGAIN_MS
            await self._x.clock.sleep_until(self._x.clock.now_ms() + every_ms)
            await self.look()

    async def look(self) -> None:
        """One look. The second in a row that fails means that Twilio is lost, a good one that it is back."""
        try:
            began_ms = self._x.clock.now_ms()
            if self._x.problem:
                await self._find_unnamed()
            calls = await self._x.rest.live_calls()
        except ProviderError as error:
            self._misses += 1
            self._lost(str(error))
            return
        self._misses = 0
        if self._x.problem:
            self._restored(calls)
            return
        for leg in self._x.legs:
            if leg.sid and leg.sid not in calls and began_ms - leg.since_ms > _YOUNG_MS:
                await self._x.look_after(leg)
        try:
            await self._recorder.look_after()
        except ProviderError as error:
            log.warning("twilio_recordings_unknown", why=str(error))

    async def _find_unnamed(self) -> None:
        """We died between asking for a call and hearing its name."""
        for leg in self._x.legs:
            if not leg.sid and leg.dialled:
                self._x.legs.bind(leg, await self._x.rest.find_call(leg.dialled, leg.since_ms, self._x.legs.of_call))

    def _lost(self, problem: str) -> None:
        if self._x.problem:
            self._x.problem = problem
        elif self._misses >= _MISSES:
            log.warning("twilio_not_connected", problem=problem)
            self._x.problem = problem
            self._x.emit(TelephonyLost())

    def _restored(self, calls: dict[str, str]) -> None:
        """Tell which legs live. What of ours is gone has ended; the core finds that by what is missing."""
        self._x.problem = ""
        for leg in self._x.legs:
            if leg.sid not in calls:
                sink, self._x.sink = self._x.sink, None
                self._x.ended(leg, LegEndCause.LOST)
                self._x.sink = sink
        legs = tuple(self._x.legs)
        answered = tuple(leg.id for leg in legs if leg.answered)
        self._x.emit(TelephonyRestored(legs=tuple(leg.id for leg in legs), answered=answered))
        for leg in legs:
            if leg.inbound and not leg.answered:
                self._dialling.tell_arrived(leg)
        log.info("twilio_connected", calls=len(legs))
