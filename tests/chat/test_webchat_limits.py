"""Floods, long messages and bad frames."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from callcenter.domain.config import ChatLimits
from tests.chat.server import Site
from tests.chat.told import Told
from tests.chat.webchat_site import change
from tests.chat.widget import ORIGIN, SocketWidget


async def test_a_flood_waits_and_loses_nothing(site: Site, page: Any, told: Told) -> None:
    change(site, limits=ChatLimits(messages_a_minute=240))
    widget = await page()
    ids = [widget.post({"t": "say", "text": f"m{n}"}) for n in range(120)]
    await widget.until(lambda: all(id in widget.sent for id in ids), "all sent", 60)
    assert "wait" in widget.kinds
    assert widget.texts() == [f"m{n}" for n in range(120)]
    assert [m.text for m in told.of("said")] == [f"m{n}" for n in range(120)]


async def test_who_does_not_wait_is_sent_away(site: Site) -> None:
    change(site, limits=ChatLimits(messages_a_minute=1))
    address = site.base.replace("http", "ws", 1) + "/chat/socket?entry=web"
    said: list[dict[str, Any]] = []
    async with connect(address, origin=ORIGIN) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps({"t": "hello"}))
        for number in range(200):
            await socket.send(json.dumps({"t": "say", "id": f"flood-{number:05}", "text": "x"}))
            with suppress(ConnectionClosed):
                while not said or said[-1]["t"] not in ("wait", "ack", "bye"):
                    said.append(json.loads(await socket.recv()))
            if said[-1]["t"] == "bye":
                break
            said.append({"t": ""})
    assert said[-1] == {"t": "bye", "code": "too_fast", "ms": 30_000}
    kept = [await site.chats.history(talk.id) for talk in site.chats.open_conversations()]
    assert sum(len(messages) for messages in kept) <= 5


async def test_an_address_opens_so_many_conversations_and_no_more(site: Site, page: Any) -> None:
    change(site, limits=ChatLimits(address_conversations=2))
    pages = [await page() for _ in range(3)]
    for widget in pages[:2]:
        await widget.start()
    with pytest.raises(AssertionError, match="too_many_conversations"):
        await pages[2].tell({"t": "start"})
    await pages[0].tell({"t": "leave"})
    await pages[2].tell({"t": "start"})


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00", b"null", b"[]", b"{}", b'{"t":"say"}', b'{"t":"none"}', b'{"t":"say","id":"x","text":"short id"}',
        b'{"t":"say","id":"long-enough","text":5}', b'{"t":"say","id":"long-enough","text":"\\ud800"}', b"\xff\xfe",
        b'{"t":"read","n":-1}', b'{"t":"read","n":1e99}', b'{"t":"hello","v":"1"}', b"[" * 100_000,
        b'{"t":' * 10_000, b'{"t":"typing","on":1}', b'{"t":"say","id":"' + b"x" * 70 + b'","text":"x"}',
    ],
)  # fmt: skip
async def test_what_is_no_frame_is_answered_and_the_line_stands(site: Site, data: bytes) -> None:
    address = site.base.replace("http", "ws", 1) + "/chat/socket?entry=web"
    async with connect(address, origin=ORIGIN) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps({"t": "hello"}))
        assert json.loads(await socket.recv())["t"] == "welcome"
        await socket.send(data)
        assert json.loads(await socket.recv()) == {"t": "refused", "id": "", "code": "bad_frame"}
        await socket.send(json.dumps({"t": "ping"}))
        assert json.loads(await socket.recv()) == {"t": "pong"}
    body = b'{"line":"","frames":[' + data + b"]}"
    answer = await SocketWidget(site.base).http("POST", "/poll", content=body)
    assert answer.status_code in (200, 409)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("size", [4_001, 70_000, 1_000_000])
async def test_a_message_that_is_too_long_is_refused_and_the_line_stands(site: Site, page: Any, size: int) -> None:
    widget = await page()
    with pytest.raises(AssertionError, match="text_too_long"):
        await widget.say("x" * size)
    assert widget.line.attempt == 1
    assert await widget.say("x" * 4_000) == 1


async def test_nothing_is_heard_before_hello(site: Site) -> None:
    address = site.base.replace("http", "ws", 1) + "/chat/socket?entry=web"
    async with connect(address, origin=ORIGIN) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps({"t": "say", "id": "long-enough", "text": "x"}))
        assert json.loads(await socket.recv())["t"] == "bye"
        with pytest.raises(ConnectionClosed):
            await socket.recv()
    assert site.chats.open_conversations() == []
