"""What a desk's live pages are sent, over the hub and a real socket."""

from __future__ import annotations

import asyncio
import dataclasses
from contextlib import suppress
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState as S
from callcenter.domain.records import Session
from callcenter.web.desk.open_desks import OpenDesks
from callcenter.web.desk.stream import LiveDesk
from callcenter.web.live import Hub
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from tests.web import samples
from tests.web.doubles import DeskDouble
from tests.web.gallery import served
from tests.web.live_pages import Counted, Page, get, settled


async def test_a_desk_that_goes_is_lost_once_its_last_page_went(hub: Hub, services: WebServices) -> None:
    desk, open_desks = services.desk, OpenDesks()
    assert isinstance(desk, DeskDouble)
    user = await services.users.by_name("wangfang")
    assert user is not None
    viewer = Viewer(user, Session("h", user.id, "c", 0, samples.NOW * 2, 0), {})
    desk.views["1001"] = samples.desk(S.AVAILABLE, name="tab-one-1")

    def open_page() -> Page:
        source = LiveDesk(hub, services, open_desks, viewer, desk="tab-one-1", language="en", sign_in=False)
        return Page(hub.stream(source, owner=viewer))

    first, second = open_page(), open_page()
    name, data = (await first.until(1))[0]
    assert name == "desk"
    assert data["facts"]["state"] == "available"
    assert set(data["regions"]) >= {"state", "work", "conversation"}
    await second.until(1)
    await first.leave()
    assert not [e for e in desk.events if isinstance(e, ev.DeskLost)]
    desk.submitted.clear()
    await second.leave()
    async with asyncio.timeout(10):
        await desk.submitted.wait()
    assert [e.desk for e in desk.events if isinstance(e, ev.DeskLost)] == ["tab-one-1"]


async def test_a_desk_is_sent_only_the_regions_that_changed(hub: Hub, services: WebServices, no_pause: None) -> None:
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    user = await services.users.by_name("wangfang")
    assert user is not None
    viewer = Viewer(user, Session("h", user.id, "c", 0, samples.NOW * 2, 0), {})
    desk.views["1001"] = samples.desk(S.AVAILABLE, name="tab-one-1")
    source = LiveDesk(hub, services, OpenDesks(), viewer, desk="tab-one-1", language="en", sign_in=False)
    page = Page(hub.stream(source, owner=viewer))
    await page.until(1)
    await desk.show(desk.views["1001"])
    await settled()
    assert len(page.events) == 1, "the same view is no news"
    await desk.show(samples.desk(S.ON_BREAK, reason="lunch", name="tab-one-1"))
    changed = (await page.until(2))[1][1]
    assert "state" in changed["regions"]
    assert "customer" not in changed["regions"]
    await page.leave()


async def test_follow_ups_are_asked_for_when_a_contact_ends_and_not_for_a_break(
    hub: Hub, services: WebServices, no_pause: None
) -> None:
    desk, asked = services.desk, []
    assert isinstance(desk, DeskDouble)

    class Counting:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(services.contacts, name)

    user = await services.users.by_name("wangfang")
    assert user is not None
    viewer = Viewer(user, Session("h", user.id, "c", 0, samples.NOW * 2, 0), {})
    counted = dataclasses.replace(services, contacts=Counting())  # type: ignore[arg-type]
    desk.views["1001"] = samples.desk(S.AVAILABLE, name="tab-one-1")
    source = LiveDesk(hub, counted, OpenDesks(), viewer, desk="tab-one-1", language="en", sign_in=False)
    page = Page(hub.stream(source, owner=viewer))
    await page.until(1)
    for told, reason in ((2, "lunch"), (3, "")):
        await desk.show(samples.desk(S.ON_BREAK if reason else S.AVAILABLE, reason=reason, name="tab-one-1"))
        await page.until(told)
    assert asked.count("follow_ups") == 1
    await desk.show(samples.desk(S.WRAP_UP, name="tab-one-1", wrap_up=samples.contact()))
    await page.until(4)
    before = asked.count("follow_ups")
    await desk.show(samples.desk(S.AVAILABLE, name="tab-one-1"))
    await page.until(5)
    assert asked.count("follow_ups") == before + 1
    await page.leave()


async def test_over_a_socket_a_reader_that_sleeps_grows_nothing_and_then_sees_the_newest(
    services: WebServices, no_pause: None
) -> None:
    desk, counted = services.desk, Counted()
    assert isinstance(desk, DeskDouble)
    hub = Hub(services.desk, services.clock)
    counted.rows = {f"r{k}": "" for k in range(20)}

    async def live(request: Request) -> Response:
        return hub.scene("floor", "floor", counted.make)

    app = FastAPI(routes=[Route("/live", live)])
    async with served(app) as base:
        reader, writer = await get(base, "/live", buffer=4096)
        await reader.readuntil(b"\r\n\r\n")
        watcher = Page(hub.scene("floor", "floor", counted.make))
        await watcher.until(1)
        rounds, size = 200, 6_000
        for number in range(rounds):
            counted.rows = dict.fromkeys(counted.rows, f"<li>{number}{'x' * size}</li>")
            drawn = len(watcher.events)
            await desk.show(samples.desk(S.AVAILABLE))
            await watcher.until(drawn + 1)
        pushed = rounds * size * 20
        text = b""
        async with asyncio.timeout(20):
            while f"<li>{rounds - 1}x".encode() not in text[-3 * size :]:
                text += await reader.read(65_536)
        assert len(text) < pushed / 4, "what it slept through was not kept for it"
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        await watcher.leave()
        await hub.close()
