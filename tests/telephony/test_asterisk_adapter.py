"""What only a real Asterisk can show: wrong password, calls nobody took, media taps, both transports."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import json

import aiohttp
import numpy as np
import pytest
from aiohttp import web

from callcenter.domain.effects import (
    AnswerLeg,
    Connect,
    HangUp,
    Play,
    Separate,
    StartRecording,
    StopRecording,
    StopTap,
    TapMedia,
)
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import (
    CallArrived,
    LegEnded,
    PlaybackEnded,
    RecordingEnded,
    TelephonyLost,
    TelephonyRestored,
)
from callcenter.telephony.asterisk.adapter import AsteriskTelephony
from tests.telephony.asterisk_world import CALLER_TONE, AsteriskWorld, SipParty, TonePrompts
from tests.telephony.contract.acts import agent_leg, answered_call, conversation
from tests.telephony.world import Events, Prompt, Vault

pytestmark = pytest.mark.asterisk


@pytest.mark.parametrize("transport", ["http", "websocket"])
async def test_a_wrong_password_is_said_plainly(real_http: AsteriskWorld, transport: str) -> None:
    settings = dataclasses.replace(real_http.settings, password="wrong-password", transport=transport)
    events = Events()
    telephony = AsteriskTelephony(settings, real_http._prompts, Vault())
    await telephony.start(events.sink)
    try:
        await events.next(TelephonyLost)
        assert "refuses the password of ARI user 'callcenter'" in telephony.problem
        assert "wrong-password" not in telephony.problem
        with pytest.raises(ProviderError):
            await telephony.execute(AnswerLeg(contact="c", leg="x"))
        assert not events.of(TelephonyRestored)
    finally:
        await telephony.stop()


async def test_nobody_there_is_said_plainly(real_http: AsteriskWorld) -> None:
    settings = dataclasses.replace(real_http.settings, base_url="http://127.0.0.1:9")
    telephony = AsteriskTelephony(settings, real_http._prompts, Vault())
    await telephony.start(Events().sink)
    assert "can not be reached" in telephony.problem
    with pytest.raises(ProviderError) as refused:
        await telephony.execute(HangUp(contact="c", leg="x"))
    assert refused.value.retryable
    await telephony.stop()


async def test_a_call_that_nobody_took_is_announced_after_connecting(real_http: AsteriskWorld) -> None:
    world = real_http
    await world.events.next(TelephonyRestored)
    await world.telephony.stop()
    config = world.pbx.config
    credentials = base64.b64encode(f"{config.ari_user}:{config.ari_password}".encode()).decode()
    async with aiohttp.ClientSession(headers={"Authorization": f"Basic {credentials}"}) as session:
        url = f"{config.ari_url}/events?app={config.app}"
        async with session.ws_connect(url) as other:
            call = await world.carrier.call("95588", ("127.0.0.1", world.pbx.ports["sip"]))
            async with asyncio.timeout(8):
                while json.loads((await other.receive()).data)["type"] != "StasisStart":
                    pass
    await world.telephony.start(world.events.sink)
    restored = await world.events.next(TelephonyRestored)
    arrived = await world.events.next(CallArrived)
    # it lives: a core that knows it from before a crash must not take it for lost
    assert restored.legs == (arrived.leg,)
    assert (arrived.dialled, arrived.line, arrived.caller) == ("95588", "carrier", "13800000000")
    await world.do(AnswerLeg, leg=arrived.leg)
    await call.wait_answered()
    await world.restart_us()
    assert (await world.events.next(TelephonyRestored)).legs == (arrived.leg,)
    call.hang_up()
    await world.events.next(LegEnded, leg=arrived.leg)
    assert len(world.events.of(CallArrived)) == 1


async def test_a_recording_outlives_our_process(real_http: AsteriskWorld) -> None:
    world = real_http
    customer, leg, _, _ = await conversation(world)
    await world.do(StartRecording, recording="long", leg=leg)
    await world.restart_us()
    await world.talk_for(300)
    customer.hang_up()
    ended = await world.events.next(RecordingEnded, recording="long")
    assert ended.ok
    await world.restart_us()
    await world.do(StopRecording, recording="long")
    assert (await world.events.next(RecordingEnded, recording="long")).ok
    world.telephony.discard_recording("long")


async def test_a_prompt_without_a_file_is_reported(real_http: AsteriskWorld) -> None:
    _, leg = await answered_call(real_http)
    await real_http.do(Play, leg=leg, request="p", prompts=(Prompt(text="absent"),))
    assert not (await real_http.events.next(PlaybackEnded, request="p")).ok


async def test_a_prompt_that_can_not_be_made_is_reported(
    real_http: AsteriskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(self: TonePrompts, prompt: Prompt) -> None:
        raise ProviderError("no voice")

    monkeypatch.setattr(TonePrompts, "file_of", fails)
    _, leg = await answered_call(real_http)
    await real_http.do(Play, leg=leg, request="p", prompts=(Prompt(text="tone-600"),))
    assert not (await real_http.events.next(PlaybackEnded, request="p")).ok


@pytest.mark.parametrize("duplex", [False, True])
async def test_a_media_tap_brings_the_callers_voice(real_http: AsteriskWorld, duplex: bool) -> None:
    world = real_http
    heard, started, closed = bytearray(), asyncio.Event(), asyncio.Event()
    sockets: list[web.WebSocketResponse] = []

    async def media(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["media"])
        await socket.prepare(request)
        sockets.append(socket)
        async for message in socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                heard.extend(message.data)
                if len(heard) > 32_000:
                    started.set()
        closed.set()
        return socket

    app = web.Application()
    app.router.add_get("/", media)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", world.pbx.ports["media"]).start()
    try:
        customer, leg = await answered_call(world)
        await world.do(TapMedia, tap="t/1", leg=leg, url="", duplex=duplex)
        async with asyncio.timeout(8):
            await started.wait()
        # A tenth of a second at a time: where a busy caller's packets are late, the tone's phase jumps.
        parts = np.frombuffer(bytes(heard[: len(heard) // 3_200 * 3_200]), dtype=np.int16).reshape(-1, 1_600) / 32768
        turn = -2j * np.pi * CALLER_TONE / 16_000 * np.arange(1_600)
        assert max(2 * abs(np.mean(part * np.exp(turn))) for part in parts) > 0.1
        if duplex:
            tone = (8000 * np.sin(2 * np.pi * 700 / 16_000 * np.arange(32_000))).astype(np.int16).tobytes()
            for at in range(0, len(tone), 16_000):
                await sockets[0].send_bytes(tone[at : at + 16_000])
            assert isinstance(customer, SipParty)
            await customer.call.wait_tone(700)
        await world.do(StopTap, tap="t/1")
        async with asyncio.timeout(8):
            await closed.wait()
        customer.hang_up()
        await world.events.next(LegEnded, leg=leg)
    finally:
        await runner.cleanup()


async def test_nothing_unexpected_was_refused(real_http: AsteriskWorld) -> None:
    await conversation(real_http)
    assert real_http.telephony.unexpected_refusals == 0


async def test_both_sides_of_a_recording_stay_in_step(real_http: AsteriskWorld) -> None:
    """A telephone that falls silent and a leg that is alone leave gaps of silence, not shorter files."""
    world = real_http
    customer, leg, _, other = await conversation(world)
    assert isinstance(customer, SipParty)
    await world.do(StartRecording, recording="gaps", leg=leg)
    await world.talk_for(300)
    remote, customer.call.rtp.remote = customer.call.rtp.remote, None
    await world.talk_for(700)
    customer.call.rtp.remote = remote
    await world.do(Separate, bridge="b/1", legs=(leg,))
    await world.talk_for(500)
    await world.do(Connect, bridge="b/1", legs=(leg, other))
    await world.talk_for(300)
    await world.do(StopRecording, recording="gaps")
    ended = await world.events.next(RecordingEnded, recording="gaps")
    assert ended.duration_ms >= 1_700
    sizes = [file.stat().st_size for file in world.telephony.recording_files("gaps")]
    world.telephony.discard_recording("gaps")
    assert abs(sizes[0] - sizes[1]) <= 3 * 320


async def test_the_next_agent_is_on_the_recording_and_both_sides_keep_time(real_http: AsteriskWorld) -> None:
    """The next agent's packets bear smaller RTP sequence numbers than the last one's, as half of all telephones' do."""
    world = real_http
    customer, leg, _, other = await conversation(world)
    await world.do(StartRecording, recording="next", leg=leg)
    await world.talk_for(1_500)
    await world.do(Separate, bridge="b/1", legs=(leg, other))
    await world.do(HangUp, leg=other)
    second, third = await agent_leg(world, "1002", "leg-c")
    await world.do(Connect, bridge="b/1", legs=(leg, third))
    await customer.hears(second)
    assert isinstance(customer, SipParty)
    assert isinstance(second, SipParty)
    talkers = (customer.call.rtp, second.call.rtp)
    tones = [talker.tone for talker in talkers]
    for talker in talkers:
        talker.tone = 0
    await world.talk_for(400)
    for talker, tone in zip(talkers, tones, strict=True):
        talker.tone = tone
    await world.talk_for(600)
    await world.do(StopRecording, recording="next")
    await world.events.next(RecordingEnded, recording="next")
    sides = [np.frombuffer(f.read_bytes()[44:], np.int16) for f in world.telephony.recording_files("next")]
    world.telephony.discard_recording("next")
    assert abs(len(sides[0]) - len(sides[1])) <= 8 * 60
    ends_of_silence = [len(side) - _last_silence(side) for side in sides]
    assert all(8 * 300 < end < 8 * 900 for end in ends_of_silence)
    assert abs(ends_of_silence[0] - ends_of_silence[1]) <= 8 * 80


def _last_silence(side: np.ndarray) -> int:
    """Where the last 100 ms of silence end, in samples."""
    quiet = np.convolve(np.abs(side.astype(float)) > 300, np.ones(800), "valid") < 1
    return int(np.flatnonzero(quiet)[-1]) + 800
