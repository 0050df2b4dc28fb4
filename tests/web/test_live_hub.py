"""The hub: joined bursts, slow and vanished pages, shared scenes, ends from outside."""

from __future__ import annotations

import asyncio

import pytest

from callcenter.domain.agent import AgentState as S
from callcenter.domain.errors import ProviderError
from callcenter.domain.records import Session
from callcenter.web.live import Hub, response, stage
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.signin.session_ends import Ended
from tests.web import samples
from tests.web.doubles import DeskDouble
from tests.web.live_pages import Counted, Numbers, Page, settled


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


# --- on a real server
