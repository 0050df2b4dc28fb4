"""The ears: voices over WebSocket, words out; one that lags gives up guesses, then audio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import aiohttp
import pytest

from callcenter.domain.errors import ProviderError
from callcenter.domain.speech import Heard
from callcenter.speech.ears.news import News, VoiceBegan, VoiceEnded, VoiceHeard
from callcenter.speech.ears.server import RATE, EarsServer
from callcenter.speech.ears.voice import LONGEST_LAG_MS, TappedVoice
from callcenter.speech.recognisers.simulated import SimulatedRecogniser
from tests.speech.voices import silence, spoken

SECRET = "a-secret-path"
START = '{"event": "MEDIA_START", "channel_id": "cc~~tap~~%s", "format": "slin16"}'
BYTES_A_MS = RATE * 2 // 1_000


class Slow:
    """A recogniser that does one piece when it is told to."""

    def __init__(self) -> None:
        self.given: list[int] = []
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    async def feed(self, pcm: bytes) -> Sequence[Heard]:
        self.given.append(len(pcm) // BYTES_A_MS)
        self.asked.set()
        await self.go.wait()
        return [Heard(f"guess {len(self.given)}", 0, 10, 1.0, final=False)]

    async def end(self) -> Sequence[Heard]:
        return [Heard("the end", 100, 200, 1.0)]

    async def close(self) -> None:
        """Nothing is held."""


async def test_a_voice_that_lags_gives_up_guesses_and_then_the_oldest_audio() -> None:
    told: list[News] = []
    slow = Slow()
    voice = TappedVoice("t", RATE, slow, told.append)
    running = asyncio.create_task(voice.run())
    voice.take(bytes(20 * BYTES_A_MS))
    await slow.asked.wait()
    for _ in range(1_000):  # twenty seconds while the first piece is still at work
        voice.take(bytes(20 * BYTES_A_MS))
    assert voice.shed_ms == 20_000 - LONGEST_LAG_MS
    voice.over()
    slow.go.set()
    await running
    assert slow.given == [20, *[1_000] * (LONGEST_LAG_MS // 1_000)]
    guesses = [news.heard.text for news in told if isinstance(news, VoiceHeard) and not news.heard.final]
    assert guesses == ["guess 15", "guess 16"], "those of the last second only"
    (last,) = [news.heard for news in told if isinstance(news, VoiceHeard) and news.heard.final]
    assert (last.start_ms, last.end_ms) == (5_100, 5_200), "times count what was dropped"
    assert told[-1] == VoiceEnded("t", shed_ms=5_000)


async def test_a_recogniser_that_breaks_ends_its_voice_only() -> None:
    class Broken(Slow):
        async def feed(self, pcm: bytes) -> Sequence[Heard]:
            raise ProviderError("the model is gone")

    class Worse(Slow):
        async def feed(self, pcm: bytes) -> Sequence[Heard]:
            raise ValueError("my card number is 1234")

    told: list[News] = []
    for hearing in (Broken(), Worse()):
        voice = TappedVoice("t", RATE, hearing, told.append)
        voice.take(bytes(640))
        await voice.run()
    assert told == [
        VoiceEnded("t", trouble="the model is gone"),
        VoiceEnded("t", trouble="the recogniser failed: ValueError"),
    ]


class Ears:
    def __init__(self, port: int) -> None:
        self.told: asyncio.Queue[News] = asyncio.Queue()
        self.url = f"http://127.0.0.1:{port}"

    async def until(self, kind: type[News]) -> News:
        async with asyncio.timeout(10):
            while not isinstance(news := await self.told.get(), kind):
                pass
            return news


@pytest.fixture
async def ears(free_ports: list[int]) -> AsyncIterator[Ears]:
    found = Ears(free_ports[0])
    recogniser = SimulatedRecogniser(["我的卡丢了"])
    server = EarsServer(recogniser, "zh", found.told.put_nowait, lambda channel: channel.rpartition("~~")[2])
    await server.start("127.0.0.1", free_ports[0], SECRET)
    yield found
    await server.stop()


async def test_what_is_brought_is_heard(ears: Ears) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{ears.url}/{SECRET}") as socket:
        await socket.send_str(START % "hear-customer-c1-1")
        assert await ears.until(VoiceBegan) == VoiceBegan("hear-customer-c1-1")
        sound = spoken(RATE, 1.0) + silence(RATE, 0.8)
        for at in range(0, len(sound), 640):
            await socket.send_bytes(sound[at : at + 640])
        while (news := await ears.until(VoiceHeard)) and not news.heard.final:
            assert "我的卡丢了".startswith(news.heard.text)
        assert (news.tap, news.heard.text) == ("hear-customer-c1-1", "我的卡丢了")
    assert await ears.until(VoiceEnded) == VoiceEnded("hear-customer-c1-1")


async def test_the_older_form_of_the_first_message_is_understood(ears: Ears) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{ears.url}/{SECRET}") as socket:
        await socket.send_str("MEDIA_START connection_id:x channel:WebSocket/x channel_id:cc~~tap~~t format:slin16")
        assert await ears.until(VoiceBegan) == VoiceBegan("t")


async def test_strangers_and_nonsense_are_not_heard(ears: Ears) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="404"):
            await session.ws_connect(f"{ears.url}/guessed")
        async with session.ws_connect(f"{ears.url}/{SECRET}") as socket:
            await socket.send_str("{not json")
            await socket.send_str('{"event": "MEDIA_XON"}')
            await socket.send_bytes(bytes(640))  # before it is said whose voice it is
            await socket.send_str(START % "t")
            await socket.send_bytes(bytes(192 * 1024))  # Asterisk would never, somebody may
            await socket.send_bytes(bytes(641))  # half a sample
        await ears.until(VoiceBegan)
        assert (await ears.until(VoiceEnded)) == VoiceEnded("t")
        async with session.ws_connect(f"{ears.url}/{SECRET}") as socket:
            await socket.send_str(START % "big")
            await socket.send_bytes(bytes(2 << 20))
            assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        await ears.until(VoiceBegan)
        assert await ears.until(VoiceEnded) == VoiceEnded("big")


async def test_a_port_that_is_taken_is_named(ears: Ears, free_ports: list[int]) -> None:
    server = EarsServer(SimulatedRecogniser(), "zh", ears.told.put_nowait, str)
    with pytest.raises(ProviderError, match=f"port {free_ports[0]} for voices"):
        await server.start("127.0.0.1", free_ports[0], SECRET)
    await server.stop()
