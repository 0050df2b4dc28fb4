"""The telephony port on Twilio. Each concern has its own part; this file wires and dispatches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from callcenter.domain import effects
from callcenter.domain.effects import TelephonyCommand
from callcenter.domain.errors import ProviderError
from callcenter.domain.ports import Clock, EventSink, PromptAudio, SecretVault
from callcenter.telephony.ids import new_contact_id
from callcenter.telephony.limits import Limit
from callcenter.telephony.twilio.dialling import Dialling
from callcenter.telephony.twilio.documents import Addresses
from callcenter.telephony.twilio.exchange import Exchange
from callcenter.telephony.twilio.hooks import Hooks
from callcenter.telephony.twilio.pacing import Pacing
from callcenter.telephony.twilio.playing import Prompts
from callcenter.telephony.twilio.recorder import Recorder
from callcenter.telephony.twilio.rest import Rest
from callcenter.telephony.twilio.settings import TwilioSettings
from callcenter.telephony.twilio.sounds import Sounds, write_ringback
from callcenter.telephony.twilio.talking import Talking
from callcenter.telephony.twilio.watching import Watching


class TwilioTelephony:
    """Fills the ``Telephony`` port; ``hooks`` takes what Twilio asks and tells over HTTP."""

    name = "twilio"
    limits = frozenset({Limit.REFUSAL_BUSY_OR_REJECTED, Limit.NO_KEYS_IN_TALK, Limit.NO_MEDIA_TAP})

    def __init__(
        self,
        settings: TwilioSettings,
        clock: Clock,
        prompts: PromptAudio,
        vault: SecretVault,
        music: Path,
        new_id: Callable[[], str] = new_contact_id,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        sounds = Sounds(settings.public_url, settings.auth_token)
        ringback = write_ringback(settings.book.parent / "ringback.wav")
        to = Addresses(settings.public_url, sounds.address(music, lasting=True), sounds.address(ringback, lasting=True))
        self._rest = Rest(settings, clock, transport)
        self._pacing = Pacing(clock, settings.calls_per_second)
        self._x = Exchange(settings, clock, self._rest, to)
        self._dialling = Dialling(self._x, self._pacing, new_id)
        self._prompts = Prompts(self._x, prompts, vault, sounds)
        self._talking = Talking(self._x, self._prompts)
        self._recorder = Recorder(self._x)
        self._watching = Watching(self._x, self._dialling, self._recorder)
        self.hooks = Hooks(self._x, self._dialling, self._prompts, self._recorder, sounds)
        self._commands = self._handlers()

    @property
    def problem(self) -> str:
        """Empty, or why Twilio cannot be asked."""
        return self._x.problem

    async def start(self, sink: EventSink) -> None:
        """See ``Telephony.start``."""
        self._x.sink = sink
        await asyncio.to_thread(self._x.legs.load)
        await self._watching.look()
        self._x.spawn(self._watching.run())

    async def stop(self) -> None:
        """See ``Telephony.stop``."""
        self._x.sink = None
        self._x.problem = "stopped"
        await self._pacing.stop()
        await self._x.stop()
        await self._rest.close()

    async def execute(self, command: TelephonyCommand) -> None:
        """See ``Telephony.execute``."""
        if self._x.problem:
            raise ProviderError(f"Twilio: {self._x.problem}", retryable=True)
        await self._commands[type(command)](command)

    def recording_files(self, recording: str) -> Sequence[Path]:
        """See ``Telephony.recording_files``."""
        return self._recorder.files(recording)

    def discard_recording(self, recording: str) -> None:
        """See ``Telephony.discard_recording``."""
        self._recorder.discard(recording)

    def _handlers(self) -> dict[type[TelephonyCommand], Callable[[Any], Awaitable[None]]]:
        return {
            effects.AnswerLeg: self._dialling.answer,
            effects.HangUp: self._dialling.hang_up,
            effects.Originate: self._dialling.originate,
            effects.SendDigits: self._dialling.send_digits,
            effects.Play: self._prompts.play,
            effects.StopPlay: self._prompts.stop_play,
            effects.Gather: self._prompts.gather,
            effects.StopGather: self._prompts.stop_gather,
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
            effects.TapMedia: _no_media,
            effects.StopTap: _no_media,
        }


async def _no_media(_: TelephonyCommand) -> None:
    """Media Streams are not there yet: a tap hears nothing."""
