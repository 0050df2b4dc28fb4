"""The hub: joined bursts, slow and vanished pages, shared scenes, ends from outside."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState as S
from callcenter.domain.errors import ProviderError
from callcenter.domain.records import Session
from callcenter.web.desk.open_desks import OpenDesks
from callcenter.web.desk.stream import LiveDesk
from callcenter.web.live import Hub, Picture, response, stage
from callcenter.web.live.mailbox import Mailbox
from callcenter.web.live.response import event
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.signin.session_ends import Ended
from tests.web import samples
from tests.web.doubles import DeskDouble
from tests.web.gallery import served
from tests.web.live_pages import Page, get


class Numbers:
    """A source that tells a number; ``last`` is the newest."""

    def __init__(self) -> None:
        self.last = 0
        self.asked = 0
        self.closed = 0
        self.box = Mailbox()

    async def open(self, box: Mailbox) -> None:
        self.box = box
        self.set(1)

    async def news(self) -> bytes:
        self.asked += 1
        return event("number", {"is": self.last})

    def close(self) -> None:
        self.closed += 1

    def set(self, number: int) -> None:
        self.last = number
        self.box.wake()


@pytest.fixture
async def hub(services: WebServices) -> AsyncIterator[Hub]:
    made = Hub(services.desk, services.clock)
    yield made
    await made.close()


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "PAUSE_S", 0)
    monkeypatch.setattr(stage, "PAUSE_S", 0)
    monkeypatch.setattr(stage, "SHARE", 0)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_the_first_change_goes_at_once_and_a_burst_is_joined(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "PAUSE_S", 0.2)
    source = Numbers()
    page = Page(hub.stream(source))
    await page.until(1)
    began = asyncio.get_running_loop().time()
    for number in range(2, 200):
        source.set(number)
        if number % 20 == 0:
            await settled()
    assert len(page.events) == 1
    await page.until(2)
    assert asyncio.get_running_loop().time() - began > 0.1
    assert page.events == [("number", {"is": 1}), ("number", {"is": 199})]
    assert source.asked == 2
    await page.leave()
    assert source.closed == 1


async def test_a_slow_page_is_told_the_newest_and_holds_up_nobody(hub: Hub, no_pause: None) -> None:
    slow, quick = Numbers(), Numbers()
    sluggard, reader = Page(hub.stream(slow)), Page(hub.stream(quick))
    await sluggard.until(1)
    await reader.until(1)
    sluggard.reading.clear()
    for number in range(2, 50):
        for source in (slow, quick):
            source.set(number)
        await settled()
    assert [data["is"] for _, data in reader.events] == list(range(1, 50))
    sluggard.reading.set()
    await sluggard.until(3)
    await settled()
    assert [data["is"] for _, data in sluggard.events] == [1, 2, 49]
    await sluggard.leave()
    await reader.leave()


async def test_a_page_that_takes_nothing_is_given_up(
    hub: Hub, no_pause: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(response, "PATIENCE_S", 0.01)
    source = Numbers()
    page = Page(hub.stream(source))
    await page.until(1)
    page.reading.clear()
    source.set(2)
    await page.done()
    assert source.closed == 1
    assert "given up" in caplog.text


async def test_pages_end_with_their_session_their_user_or_the_server(hub: Hub, services: WebServices) -> None:
    def viewer(user: int, session: str) -> Viewer:
        found = Session(session, user, "csrf", 0, samples.NOW * 2, 0)
        return Viewer(services.users.users[user], found, {})  # type: ignore[attr-defined]

    owners = [viewer(1, "s1"), viewer(1, "s2"), viewer(2, "s3"), viewer(3, "s4")]
    pages = [Page(hub.stream(Numbers(), owner=owner)) for owner in owners]
    for page in pages:
        await page.until(1)
    assert hub.end(Ended(session="s2")) == 1
    await pages[1].done()
    assert pages[1].ended
    assert hub.end(Ended(user=1)) == 1
    await pages[0].done()
    assert hub.end(Ended(user=1)) == 0
    assert not pages[2].task.done()
    await hub.close()
    await pages[2].done()
    await pages[3].done()


async def test_a_page_whose_right_is_gone_ends(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "RECHECK_S", 0)
    allowed = True

    async def standing() -> bool:
        return allowed

    source = Numbers()
    page = Page(hub.stream(source, standing=standing))
    await page.until(1)
    source.box.tick()
    await settled()
    assert not page.task.done()
    allowed = False
    source.box.tick()
    await page.done()
    assert page.ended
    assert source.closed == 1


async def test_a_page_stays_while_the_directory_is_away(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "RECHECK_S", 0)
    asked = 0

    async def standing() -> bool:
        nonlocal asked
        asked += 1
        if asked < 3:
            raise ProviderError("database: locked")
        return False

    source = Numbers()
    page = Page(hub.stream(source, standing=standing))
    await page.until(1)
    source.box.tick()
    await settled()
    assert asked == 2
    assert not page.task.done()
    source.box.tick()
    await page.done()
    assert page.ended


async def test_a_quiet_page_gets_signs_of_life(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("response", "hub"):
        monkeypatch.setattr(f"callcenter.web.live.{module}.TICK_S", 0.01)
    monkeypatch.setattr("callcenter.web.live.hub.BEAT_S", 0.01)
    page = Page(hub.stream(Numbers()))
    events = await page.until(3)
    assert events[1:3] == [("tick", {"now": samples.NOW})] * 2
    await page.leave()


# --- scenes


class Counted:
    """A scene that counts how often it is drawn."""

    def __init__(self) -> None:
        self.drawn = 0
        self.made = 0
        self.rows = {"a": "<li>1</li>"}
        self.broken = False

    def make(self) -> Callable[[], Picture]:
        self.made += 1
        return self.draw

    def draw(self) -> Picture:
        self.drawn += 1
        if self.broken:
            raise LookupError("no such queue")
        return Picture({"summary": str(len(self.rows))}, {"rows": dict(self.rows)})


async def test_a_scene_is_drawn_once_for_all_who_see_the_same(hub: Hub, services: WebServices, no_pause: None) -> None:
    desk, counted = services.desk, Counted()
    assert isinstance(desk, DeskDouble)
    pages = [Page(hub.scene(("floor", "zh"), "floor", counted.make)) for _ in range(50)]
    for page in pages:
        await page.until(1)
    assert counted.made == 1
    before = counted.drawn
    counted.rows["b"] = "<li>2</li>"
    await desk.show(samples.desk(S.AVAILABLE))
    for page in pages:
        name, news = (await page.until(2))[1]
        assert name == "floor"
        assert news["lists"] == {"rows": [["b", "a", "<li>2</li>"]]}
        assert news["regions"] == {"summary": "2"}
        assert news["facts"] == {"now": samples.NOW}
    assert counted.drawn == before + 1
    assert (await hub.picture(("floor", "zh"), counted.make)).regions["summary"] == "2"
    assert counted.drawn == before + 1
    await desk.show(samples.desk(S.AVAILABLE))
    await settled()
    assert all(len(page.events) == 2 for page in pages), "a drawing that shows nothing new is not sent"
    for page in pages:
        await page.leave()
    drawn = counted.drawn
    await desk.show(samples.desk(S.AVAILABLE))
    await settled()
    assert counted.drawn == drawn, "nobody looks"


async def test_a_slow_viewer_gets_one_patch_over_all_it_missed(hub: Hub, services: WebServices, no_pause: None) -> None:
    desk, counted = services.desk, Counted()
    assert isinstance(desk, DeskDouble)
    slow, quick = (Page(hub.scene("floor", "floor", counted.make)) for _ in range(2))
    await slow.until(1)
    await quick.until(1)
    slow.reading.clear()
    for number in range(2, 12):
        counted.rows = {f"r{number}": "<li>new</li>", "a": f"<li>{number}</li>"}
        await desk.show(samples.desk(S.AVAILABLE))
        await quick.until(number)
    slow.reading.set()
    last = (await slow.until(3))[-1][1]
    assert last["gone"] == ["r2"]
    assert last["lists"] == {"rows": [["r11", "", "<li>new</li>"], ["a", None, "<li>11</li>"]]}
    await slow.leave()
    await quick.leave()


async def test_a_scene_that_fails_ends_its_pages_and_is_told(
    hub: Hub, services: WebServices, no_pause: None, caplog: pytest.LogCaptureFixture
) -> None:
    desk, counted = services.desk, Counted()
    assert isinstance(desk, DeskDouble)
    page = Page(hub.scene("floor", "floor", counted.make))
    await page.until(1)
    counted.broken = True
    await desk.show(samples.desk(S.AVAILABLE))
    await page.done()
    assert "no such queue" in caplog.text
    counted.broken = False
    again = Page(hub.scene("floor", "floor", counted.make))
    await again.until(1)
    await again.leave()


async def test_a_scene_that_is_dear_to_draw_is_drawn_less_often(
    hub: Hub, services: WebServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, counted = services.desk, Counted()
    assert isinstance(desk, DeskDouble)
    monkeypatch.setattr(stage, "PAUSE_S", 60)
    page = Page(hub.scene("floor", "floor", counted.make))
    await page.until(1)
    for _ in range(20):
        await desk.show(samples.desk(S.AVAILABLE))
        await settled()
    assert counted.drawn == 1
    await page.leave()


# --- the desk


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


# --- on a real server


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
