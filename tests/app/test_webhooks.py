"""Alarms told to another system: signed, retried, nobody's data; against a receiver on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from callcenter.app.settings import WebhookSettings, load_settings
from callcenter.app.webhooks import WAITS_MS, Webhooks
from callcenter.domain.alarms import Alarm, Metric
from callcenter.domain.errors import ConfigError
from callcenter.domain.ports import Deliveries
from callcenter.storage import Storage, upgrade
from callcenter.telephony.simulated.clock import VirtualClock

SECRET = "sixteen letters and more"
ALARM = Alarm("late", "cards", Metric.LONGEST_WAIT_MS, 65_000, 60_000, 1_800_000_000_000)


class Receiver:
    """A small HTTP server. ``answers`` are the statuses to come; then 204. It keeps what it was sent."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.url = ""
        self._came = asyncio.Condition()

    async def until(self, count: int) -> None:
        """Return once so many requests have come."""
        async with asyncio.timeout(10), self._came:
            await self._came.wait_for(lambda: len(self.requests) >= count)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in headers.items()}
        body = await reader.readexactly(int(headers["content-length"]))
        async with self._came:
            self.requests.append((headers, body))
            self._came.notify_all()
        status = self.answers.pop(0) if self.answers else 204
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(*answers: int) -> AsyncIterator[Receiver]:
    receiver = Receiver(*answers)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/alarms"
    async with server:
        yield receiver


@pytest.fixture
async def deliveries(tmp_path: Path) -> AsyncIterator[Deliveries]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'kept.db'}"
    await asyncio.to_thread(upgrade, url)
    storage = await Storage.open(url)
    yield storage.deliveries
    await storage.close()


@asynccontextmanager
async def hooks_to(url: str, clock: VirtualClock, deliveries: Deliveries) -> AsyncIterator[Webhooks]:
    hooks = Webhooks({"pager": WebhookSettings(url=url, secret=SecretStr(SECRET))}, clock, deliveries)
    try:
        yield hooks
    finally:
        await hooks.close()


def verified(headers: dict[str, str], body: bytes) -> Any:
    """As a receiver would check it, written from the documentation alone."""
    signed = headers["x-callcenter-timestamp"].encode() + b"." + body
    wanted = "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(wanted, headers["x-callcenter-signature"])
    return json.loads(body)


STANDS = [("pager", ALARM)]


async def test_an_alarm_is_told_once_signed_and_without_names(deliveries: Deliveries) -> None:
    clock = VirtualClock()
    async with receiving() as receiver, hooks_to(receiver.url, clock, deliveries) as hooks:
        await hooks.tell(STANDS)
        await hooks.tell(STANDS)
        await hooks.delivered()
    [(headers, body)] = receiver.requests
    told = verified(headers, body)
    assert headers["x-callcenter-timestamp"] == str(clock.now_ms() // 1_000)
    assert told == {
        "event": "alarm.raised",
        "alarm": "late:cards",
        "rule": "late",
        "metric": "longest_wait_ms",
        "subject": {"kind": "queue", "id": "cards"},
        "value": 65_000,
        "limit": 60_000,
        "since_ms": 1_800_000_000_000,
        "at_ms": clock.now_ms(),
    }


async def test_a_receiver_that_is_down_is_tried_again_with_longer_waits(deliveries: Deliveries) -> None:
    clock = VirtualClock()
    start = clock.now_ms()
    async with (
        receiving(503, 500, 429) as receiver,
        hooks_to(receiver.url, clock, deliveries) as hooks,
        clock.running(),
    ):
        await hooks.tell(STANDS)
        await hooks.delivered()
    assert len(receiver.requests) == 4
    assert len({headers["x-callcenter-delivery"] for headers, _ in receiver.requests}) == 1
    sent = [int(headers["x-callcenter-timestamp"]) for headers, _ in receiver.requests]
    assert [at - start // 1_000 for at in sent] == [0, 1, 5, 20]
    for headers, body in receiver.requests:
        assert verified(headers, body)["event"] == "alarm.raised"


async def test_the_end_is_told_after_the_beginning_however_long_that_took(deliveries: Deliveries) -> None:
    clock = VirtualClock()
    async with receiving(503, 503) as receiver, hooks_to(receiver.url, clock, deliveries) as hooks, clock.running():
        await hooks.tell(STANDS)
        await hooks.tell([])
        await hooks.delivered()
    told = [verified(headers, body)["event"] for headers, body in receiver.requests]
    assert told == ["alarm.raised", "alarm.raised", "alarm.raised", "alarm.ended"]
    assert await deliveries.open() == await deliveries.unended() == []


async def test_it_is_given_up_in_the_end_and_at_once_when_refused(deliveries: Deliveries) -> None:
    clock = VirtualClock()
    async with hooks_to("http://127.0.0.1:9/", clock, deliveries) as hooks, clock.running():
        start = clock.now_ms()
        await hooks.tell(STANDS)
        await hooks.delivered()
        assert clock.now_ms() - start == sum(WAITS_MS)
        assert await deliveries.open() == []
    other = [("pager", replace(ALARM, since_ms=ALARM.since_ms + 1)), ("nobody", ALARM), ("", ALARM)]
    async with receiving(403, 204) as receiver, hooks_to(receiver.url, clock, deliveries) as hooks:
        await hooks.tell([*STANDS, *other])
        await hooks.delivered()
    assert len(receiver.requests) == 1


async def test_what_was_under_way_goes_on_after_a_restart_where_it_stood(deliveries: Deliveries) -> None:
    clock = VirtualClock()
    start = clock.now_ms()
    async with receiving(503, 503) as receiver:
        async with hooks_to(receiver.url, clock, deliveries) as hooks, clock.running():
            await hooks.tell(STANDS)
            await receiver.until(2)
        [left] = await deliveries.open()
        later = VirtualClock(clock.now_ms())
        async with hooks_to(receiver.url, later, deliveries) as hooks, later.running():
            await hooks.tell(STANDS)
            await hooks.delivered()
    assert len(receiver.requests) == 3
    assert {headers["x-callcenter-delivery"] for headers, _ in receiver.requests} == {left.id}
    sent = [int(headers["x-callcenter-timestamp"]) - start // 1_000 for headers, _ in receiver.requests]
    assert sent[:2] == [0, 1]
    assert 1 <= sent[2] <= 5, "the next try was due five seconds after the first, or the second was not noted yet"
    assert await deliveries.open() == []


async def test_what_came_and_went_while_nobody_ran_is_told_at_the_next_start(deliveries: Deliveries) -> None:
    clock = VirtualClock()
    newer = replace(ALARM, rule="newer")
    async with receiving() as receiver:
        async with hooks_to(receiver.url, clock, deliveries) as hooks:
            await hooks.tell(STANDS)
            await hooks.delivered()
        async with hooks_to(receiver.url, clock, deliveries) as hooks:
            await hooks.tell([("pager", newer)])
            await hooks.delivered()
    told = [(verified(h, b)["event"], verified(h, b)["rule"]) for h, b in receiver.requests]
    assert told[0] == ("alarm.raised", "late")
    assert sorted(told[1:]) == [("alarm.ended", "late"), ("alarm.raised", "newer")]


async def test_a_redirect_is_not_followed_with_our_signature(deliveries: Deliveries) -> None:
    clock = VirtualClock()
    async with receiving(302) as receiver, hooks_to(receiver.url, clock, deliveries) as hooks:
        await hooks.tell(STANDS)
        await hooks.delivered()
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "value", ['{"p": {"url": "ftp://x", "secret": "0123456789abcdef"}}', '{"p": {"url": "http://x", "secret": "a"}}']
)
def test_a_wrong_setting_names_its_variable(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_WEBHOOKS", value)
    with pytest.raises(ConfigError, match="CALLCENTER_WEBHOOKS"):
        load_settings()
