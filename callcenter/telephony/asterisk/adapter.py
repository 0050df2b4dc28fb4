"""The telephony port on a real Asterisk, over ARI. Each concern has its own part; this file wires and dispatches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from callcenter.domain import effects
from callcenter.domain.effects import TelephonyCommand
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import TelephonyLost
from callcenter.domain.ports import EventSink, PromptAudio, SecretVault
from callcenter.telephony.asterisk.ari._generated import events as ari
from callcenter.telephony.asterisk.ari._generated.operations import applications
from callcenter.telephony.asterisk.ari.client import AriClient
from callcenter.telephony.asterisk.ari.http import HttpTransport
from callcenter.telephony.asterisk.ari.socket import EventSocket
from callcenter.telephony.asterisk.ari.transport import SocketTransport, Transport, new_session
from callcenter.telephony.asterisk.dialling import Dialling
from callcenter.telephony.asterisk.legs import Leg
from callcenter.telephony.asterisk.liveness import Liveness
from callcenter.telephony.asterisk.pbx import Pbx, log
from callcenter.telephony.asterisk.playing import Playing
from callcenter.telephony.asterisk.recorder import Recorder
from callcenter.telephony.asterisk.restoring import Restoring
from callcenter.telephony.asterisk.settings import AsteriskSettings
from callcenter.telephony.asterisk.talking import Talking
from callcenter.telephony.asterisk.tapping import Tapping
from callcenter.telephony.ids import new_contact_id

_Command = Callable[[Any], Awaitable[None]]
_Taker = Callable[[Any], None]


class AsteriskTelephony:
    """Fills the ``Telephony`` port. ``problem`` is empty, or says why there is no connection."""

    name = "asterisk"

    def __init__(
        self,
        settings: AsteriskSettings,
        prompts: PromptAudio,
        vault: SecretVault,
        new_id: Callable[[], str] = new_contact_id,
    ) -> None:
        self.problem = "not started"
        self._settings = settings
        self._prompts = prompts
        self._vault = vault
        self._new_id = new_id
        self._session: aiohttp.ClientSession | None = None
        self._transport: Transport | None = None
        self._socket: EventSocket | None = None
        self._pbx: Pbx | None = None
        self._lost_told = False
        self._held: list[ari.AnyEvent] | None = None

    async def start(self, sink: EventSink) -> None:
        """See ``Telephony.start``."""
        settings = self._settings
        self._session = new_session()
        rest = SocketTransport() if settings.transport == "websocket" else None
        credentials = (settings.root_url, settings.user, settings.password)
        self._transport = rest or HttpTransport(*credentials, settings.connections)
        self._pbx = Pbx(settings, AriClient(self._transport))
        self._pbx.sink = sink
        self._build(self._pbx)
        self._socket = EventSocket(
            self._session,
            *credentials,
            settings.app,
            self,
            rest,
            first_pause_ms=settings.reconnect_first_ms,
            longest_pause_ms=settings.reconnect_longest_ms,
        )
        self._liveness = Liveness(self._pbx, self._socket)
        self._takers[ari.ChannelUserevent] = self._liveness.came
        await self._socket.start()

    async def stop(self) -> None:
        """See ``Telephony.stop``."""
        if self._pbx is not None:
            self._pbx.sink = None
            self._liveness.end()
        if self._socket is not None:
            await self._socket.stop()
        if self._pbx is not None:
            if not self.problem and not list(self._pbx.legs):
                await self._let_go(self._pbx)
            await self._pbx.stop()
        if self._transport is not None:
            await self._transport.close()
        if self._session is not None:
            await self._session.close()
        self._socket = self._session = self._transport = None
        self.problem = "stopped"

    async def _let_go(self, pbx: Pbx) -> None:
        # Asterisk clears a closed socket away a moment later, and would take a new one of ours along.
        for _ in range(25):
            try:
                if not (await pbx.client.ask(applications.get(self._settings.app))).done:
                    return
            except ProviderError:
                return
            await asyncio.sleep(0.02)

    async def execute(self, command: TelephonyCommand) -> None:
        """See ``Telephony.execute``."""
        if self._pbx is None:
            raise ProviderError("telephony was not started", retryable=True)
        await self._commands[type(command)](command)

    def recording_files(self, recording: str) -> Sequence[Path]:
        """See ``Telephony.recording_files``."""
        return self._recorder.files(recording)

    def discard_recording(self, recording: str) -> None:
        """See ``Telephony.discard_recording``."""
        self._recorder.discard(recording)

    @property
    def unexpected_refusals(self) -> int:
        """How many requests Asterisk refused that were no ordinary race."""
        return self._pbx.client.unexpected if self._pbx is not None else 0

    async def socket_opened(self) -> None:
        """The event socket is open: ask only for the events we need, and reconcile."""
        assert self._pbx is not None
        self._held = []
        try:
            # The filter also holds back answers to commands sent over the socket, unless they are named.
            names = [kind.__name__ for kind in self._takers] + ["RESTResponse"]
            wanted = {"allowed": [{"type": name} for name in names]}
            await self._pbx.client.ask(applications.filter(self._settings.app, filter=wanted))
            await self._restoring.reconcile()
        finally:
            held, self._held = self._held, None
        self.problem, self._lost_told = "", False
        log.info("asterisk_connected")
        self._liveness.begin()
        for event in held:
            self.socket_event(event)

    def socket_event(self, event: ari.AnyEvent) -> None:
        """One event; while reconciling it waits, so that the core hears of it after ``TelephonyRestored``."""
        if self._held is not None and not self._is_helper_start(event):
            self._held.append(event)
            return
        take = self._takers.get(type(event))
        if take is not None:
            take(event)

    def socket_lost(self, problem: str) -> None:
        """No connection; the core is told once."""
        self._liveness.end()
        if problem != self.problem:
            log.warning("asterisk_not_connected", problem=problem)
        self.problem = problem
        if not self._lost_told and self._pbx is not None:
            self._lost_told = True
            self._pbx.emit(TelephonyLost())

    def _is_helper_start(self, event: ari.AnyEvent) -> bool:
        return isinstance(event, ari.StasisStart) and event.args == ["helper"]

    def _leg_ended(self, leg: Leg) -> None:
        self._talking.leg_ended(leg)

    def _build(self, pbx: Pbx) -> None:
        self._dialling = Dialling(pbx, self._new_id, self._leg_ended)
        self._playing = Playing(pbx, self._prompts, self._vault)
        self._talking = Talking(pbx, self._playing)
        self._recorder = Recorder(pbx)
        self._tapping = Tapping(pbx)
        self._restoring = Restoring(pbx, self._dialling, self._playing, self._recorder)
        self._commands: dict[type[TelephonyCommand], _Command] = {
            effects.AnswerLeg: self._dialling.answer,
            effects.HangUp: self._dialling.hang_up,
            effects.Originate: self._dialling.originate,
            effects.SendDigits: self._dialling.send_digits,
            effects.Play: self._playing.play,
            effects.StopPlay: self._playing.stop_play,
            effects.Gather: self._playing.gather,
            effects.StopGather: self._playing.stop_gather,
            effects.StartMusic: self._talking.start_music,
            effects.StopMusic: self._talking.stop_music,
            effects.StartRingback: self._talking.start_ringback,
            effects.StopRingback: self._talking.stop_ringback,
            effects.Connect: self._talking.connect,
            effects.Separate: self._talking.separate,
            effects.EndBridge: self._talking.end_bridge,
            effects.Supervise: self._talking.supervise,
            effects.StartRecording: self._recorder.start,
            effects.PauseRecording: self._recorder.pause,
            effects.StopRecording: self._recorder.stop,
            effects.TapMedia: self._tapping.tap,
            effects.StopTap: self._tapping.stop,
        }
        self._takers: dict[type[Any], _Taker] = {
            ari.StasisStart: self._dialling.started,
            ari.ChannelStateChange: self._dialling.state_changed,
            ari.ChannelHangupRequest: self._dialling.hangup_requested,
            ari.StasisEnd: self._dialling.left,
            ari.ChannelDestroyed: self._dialling.destroyed,
            ari.ChannelDtmfReceived: self._playing.key,
            ari.PlaybackFinished: self._playing.finished,
            ari.RecordingFinished: self._recorder.finished,
            ari.RecordingFailed: self._recorder.finished,
        }
