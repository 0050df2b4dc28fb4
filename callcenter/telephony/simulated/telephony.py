"""The telephony port on the simulated network: for demonstrations, training, flow tests and the engine's own tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from callcenter.domain import effects
from callcenter.domain.contact import LegEndCause
from callcenter.domain.effects import TelephonyCommand
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import DigitsGathered, PlaybackEnded, TelephonyRestored
from callcenter.domain.ports import Clock, EventSink, SecretVault
from callcenter.telephony.digits import Collected, DigitCollector
from callcenter.telephony.ids import new_contact_id
from callcenter.telephony.simulated.model import SimulatedLeg
from callcenter.telephony.simulated.network import SimulatedNetwork


class SimulatedTelephony:
    """Fills the ``Telephony`` port. ``network`` is the scripted world; give one to go on with it after a restart."""

    name = "simulated"
    problem = ""

    def __init__(
        self,
        clock: Clock,
        vault: SecretVault,
        recordings_dir: Path,
        new_id: Callable[[], str] = new_contact_id,
        network: SimulatedNetwork | None = None,
    ) -> None:
        self.network = network or SimulatedNetwork(clock, recordings_dir, new_id)
        self._clock = clock
        self._vault = vault
        self._do = self._handlers()

    async def start(self, sink: EventSink) -> None:
        """See ``Telephony.start``."""
        self.network.sink, self.network.on_key = sink, self._key
        self.reconnect()

    def reconnect(self) -> None:
        """The exchange can be reached (again)."""
        self.network.reachable = True
        answered = tuple(leg.id for leg in self.network.legs.values() if leg.answered)
        self.network.emit(TelephonyRestored(legs=tuple(self.network.legs), answered=answered))
        # Once more, whether or not we knew of them: whoever was told of them before may have died.
        for arrived in tuple(self.network.unclaimed):
            self.network.emit(arrived)

    async def stop(self) -> None:
        """See ``Telephony.stop``."""
        self.network.sink = self.network.on_key = None
        for leg in self.network.legs.values():
            leg.collector = DigitCollector()
            self._arm(leg)

    async def execute(self, command: TelephonyCommand) -> None:
        """See ``Telephony.execute``."""
        if not self.network.reachable:
            raise ProviderError("the simulated exchange can not be reached", retryable=True)
        self._do[type(command)](command)

    def recording_files(self, recording: str) -> Sequence[Path]:
        """See ``Telephony.recording_files``."""
        return self.network.recorder.files(recording)

    def discard_recording(self, recording: str) -> None:
        """See ``Telephony.discard_recording``."""
        self.network.recorder.discard(recording)

    def _handlers(self) -> dict[type[TelephonyCommand], Callable[[Any], None]]:
        recorder = self.network.recorder
        return {
            effects.AnswerLeg: self._answer,
            effects.HangUp: lambda c: self.network.end_leg(c.leg, LegEndCause.NORMAL, c.cause),
            effects.Play: self._play,
            effects.StopPlay: self._stop_play,
            effects.Gather: self._gather,
            effects.StopGather: self._stop_gather,
            effects.StartMusic: lambda c: self._music(c.leg, c.music),
            effects.StopMusic: lambda c: self._music(c.leg, ""),
            effects.StartRingback: lambda c: self._ringback(c.leg, on=True),
            effects.StopRingback: lambda c: self._ringback(c.leg, on=False),
            effects.Originate: self.network.originate,
            effects.Connect: self._connect,
            effects.Separate: self._separate,
            effects.EndBridge: self._end_bridge,
            effects.SendDigits: self._send_digits,
            effects.StartRecording: lambda c: recorder.start(c.recording, c.leg),
            effects.PauseRecording: lambda c: recorder.pause(c.recording, paused=c.paused),
            effects.StopRecording: lambda c: recorder.stop(c.recording),
            effects.Supervise: self._supervise,
            effects.TapMedia: lambda _: None,
            effects.StopTap: lambda _: None,
        }

    def _answer(self, command: effects.AnswerLeg) -> None:
        leg = self.network.legs.get(command.leg)
        if leg is not None and not leg.answered:
            self.network.up(leg)

    def _play(self, command: effects.Play) -> None:
        leg = self.network.legs.get(command.leg)
        if leg is None or leg.request == command.request:
            return
        ended = PlaybackEnded(leg=leg.id, request=command.request)
        self.network.play(leg, command.request, command.prompts, lambda: self.network.emit(ended))

    def _stop_play(self, command: effects.StopPlay) -> None:
        leg = self.network.legs.get(command.leg)
        if leg is not None and leg.request == command.request:
            self.network.silence(leg)

    def _gather(self, command: effects.Gather) -> None:
        leg = self.network.legs.get(command.leg)
        if leg is None:
            return
        collector = leg.collector
        if collector.gather is not None and collector.gather.request == command.request:
            return
        self._settle(leg, collector.begin(command, self._clock.now_ms()))
        if collector.gather is not command or not collector.wants_prompt:
            return
        if command.prompts:
            self.network.play(leg, command.request, command.prompts, lambda: self._prompts_over(leg, command.request))
        else:
            self._prompts_over(leg, command.request)

    def _stop_gather(self, command: effects.StopGather) -> None:
        leg = self.network.legs.get(command.leg)
        if leg is not None and leg.collector.forget(command.request):
            self._arm(leg)
            if leg.request == command.request:
                self.network.silence(leg)

    def _music(self, leg_id: str, music: str) -> None:
        leg = self.network.legs.get(leg_id)
        if leg is not None:
            leg.music = music
            self.network.changed()

    def _ringback(self, leg_id: str, *, on: bool) -> None:
        leg = self.network.legs.get(leg_id)
        if leg is not None:
            leg.ringback = on
            self.network.changed()

    def _connect(self, command: effects.Connect) -> None:
        for leg in filter(None, map(self.network.legs.get, command.legs)):
            leg.bridge, leg.music, leg.ringback = command.bridge, "", False
            leg.collector.clear_ahead()
            self.network.silence(leg)
        self.network.changed()

    def _separate(self, command: effects.Separate) -> None:
        for leg in filter(None, map(self.network.legs.get, command.legs)):
            if leg.bridge == command.bridge:
                leg.bridge = ""
        self.network.changed()

    def _end_bridge(self, command: effects.EndBridge) -> None:
        for leg in self.network.legs.values():
            if leg.bridge == command.bridge:
                leg.bridge = ""
        self.network.changed()

    def _send_digits(self, command: effects.SendDigits) -> None:
        leg = self.network.legs.get(command.leg)
        if leg is not None:
            leg.party.hear_keys(command.digits)

    def _supervise(self, command: effects.Supervise) -> None:
        leg = self.network.legs.get(command.leg)
        if leg is not None:
            leg.watches, leg.mode = command.target, command.mode
            leg.bridge = command.bridge if command.mode is effects.SuperviseMode.BARGE else ""
            self.network.changed()

    def _key(self, leg_id: str, key: str) -> None:
        leg = self.network.legs[leg_id]
        collector = leg.collector
        if collector.gather is not None and leg.request == collector.gather.request:
            self.network.silence(leg)
        self._settle(leg, collector.feed(key, self._clock.now_ms()))

    def _prompts_over(self, leg: SimulatedLeg, request: str) -> None:
        collector = leg.collector
        if collector.gather is not None and collector.gather.request == request:
            collector.prompts_over(self._clock.now_ms())
            self._arm(leg)

    def _arm(self, leg: SimulatedLeg) -> None:
        timer, leg.timer = leg.timer, None
        if timer is not None and timer is not asyncio.current_task():
            timer.cancel()
        deadline_ms = leg.collector.deadline_ms
        if deadline_ms is not None:
            leg.timer = self.network.spawn(self._expire(leg, deadline_ms))

    async def _expire(self, leg: SimulatedLeg, deadline_ms: int) -> None:
        await self._clock.sleep_until(deadline_ms)
        if leg.id in self.network.legs:
            self._settle(leg, leg.collector.expire(self._clock.now_ms()))

    def _settle(self, leg: SimulatedLeg, collected: Collected | None) -> None:
        self._arm(leg)
        if collected is None:
            return
        gather, digits, secret = collected.gather, collected.digits, ""
        if gather.secret:
            digits, secret = "", self._vault.put(gather.contact, digits) if digits else ""
        self.network.emit(
            DigitsGathered(leg=leg.id, request=gather.request, outcome=collected.outcome, digits=digits, secret=secret)
        )
