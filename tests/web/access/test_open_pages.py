"""Pages that stay open: closed at once when their session or user is no more, and checked cheaply while they are."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from callcenter.domain.access import Right
from callcenter.storage import Storage
from callcenter.web.live import Hub, response, standing
from callcenter.web.live.mailbox import Mailbox
from callcenter.web.live.response import event
from callcenter.web.services import WebServices
from callcenter.web.sessions import COOKIE, Viewer, viewer_of
from tests.web.conftest import Browser, Browsers
from tests.web.live_pages import Page

Open = Callable[[Browser], Awaitable[Page]]


class Still:
    """A source that tells one thing and is quiet from then on."""

    async def open(self, box: Mailbox) -> None:
        box.wake()

    async def news(self) -> bytes:
        return event("here", {})

    def close(self) -> None:
        """Nothing to give back."""


async def viewer_in(services: WebServices, browser: Browser) -> Viewer:
    found = await viewer_of(services, browser.http.cookies.get(COOKIE))
    assert found is not None
    return found


@pytest.fixture
async def open_page(app: FastAPI, services: WebServices) -> AsyncIterator[Open]:
    hub: Hub = app.state.hub

    async def opened(browser: Browser) -> Page:
        page = Page(hub.stream(Still(), owner=await viewer_in(services, browser)))
        await page.until(1)
        return page

    yield opened
    await hub.close()


@pytest.fixture
async def people(browser_of: Browsers, services: WebServices) -> tuple[Browser, Browser, Browser, int]:
    """An administrator, an agent in two browsers, and the agent's number."""
    admin, one, two = browser_of(), browser_of(), browser_of()
    await admin.sign_in("admin")
    await one.sign_in("wangfang")
    await two.sign_in("wangfang")
    user = await services.users.by_name("wangfang")
    assert user is not None
    return admin, one, two, user.id


CHANGED = {"display_name": "王芳", "role": "supervisor", "agent_id": "1001", "language": "zh"}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/users/{}/disable", {}),
        ("/users/{}/delete", {}),
        ("/users/{}/end-sessions", {}),
        ("/users/{}/reset", {}),
        ("/users/{}/invite", {}),
        ("/users/{}", CHANGED),
    ],
)
async def test_an_administrators_act_closes_all_pages_of_the_user(
    people: tuple[Browser, Browser, Browser, int], open_page: Open, path: str, data: dict[str, str]
) -> None:
    admin, one, two, number = people
    mine, pages = await open_page(admin), [await open_page(one), await open_page(two)]
    assert (await admin.post(path.format(number), data=data)).status_code in (200, 303)
    for page in pages:
        await page.done()
        assert page.ended
    assert not mine.task.done()


async def test_a_new_name_shown_closes_nothing(
    people: tuple[Browser, Browser, Browser, int], open_page: Open, services: WebServices
) -> None:
    admin, one, _, number = people
    page, user = await open_page(one), await services.users.by_id(number)
    assert user is not None
    form = {"display_name": "Wang F.", "role": str(user.role), "agent_id": user.agent_id, "language": user.language}
    assert (await admin.post(f"/users/{number}", data=form)).status_code == 303
    assert not page.task.done()


async def test_signing_out_closes_the_pages_of_that_browser_only(
    people: tuple[Browser, Browser, Browser, int], open_page: Open
) -> None:
    _, one, two, _ = people
    page, other = await open_page(one), await open_page(two)
    await one.post("/sign-out", data={})
    await page.done()
    assert not other.task.done()


async def test_ending_ones_other_sessions_keeps_this_one(
    people: tuple[Browser, Browser, Browser, int], open_page: Open, services: WebServices
) -> None:
    _, one, two, _ = people
    page, other = await open_page(one), await open_page(two)
    await one.post("/account/sessions/end-others", data={})
    await other.done()
    assert not page.task.done()
    await two.sign_in("wangfang")
    again = await open_page(two)
    session = (await viewer_in(services, two)).session.token_hash[:16]
    assert (await one.post(f"/account/sessions/{session}/end", data={})).status_code == 303
    await again.done()
    assert not page.task.done()


async def test_a_thousand_checks_cost_one_query(
    browser_of: Browsers, app: FastAPI, services: WebServices, storage: Storage
) -> None:
    asked: list[str] = []

    class Counting:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(storage.users, name)

    browser = browser_of()
    await browser.sign_in("liqiang")
    viewer = await viewer_in(services, browser)
    counted = dataclasses.replace(services, users=Counting())  # type: ignore[arg-type]
    app.state.services = counted
    request = Request({"type": "http", "app": app, "headers": [], "state": {"viewer": viewer}})
    watches, manages = standing(request, Right.WATCH_FLOOR), standing(request, Right.MANAGE_USERS)
    assert all(await asyncio.gather(*(watches() for _ in range(1_000))))
    assert all([await watches() for _ in range(1_000)])
    assert asked == ["live_sessions"]
    assert not await manages()


async def test_a_session_ended_elsewhere_ends_the_floors_stream(
    browser_of: Browsers, app: FastAPI, services: WebServices, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process revokes: nobody tells us, and the next check finds it."""
    monkeypatch.setattr(response, "RECHECK_S", 0)
    monkeypatch.setattr("callcenter.web.sessions._PICTURE_MS", 0)
    monkeypatch.setattr("callcenter.web.live.hub.BEAT_S", 0.01)
    monkeypatch.setattr("callcenter.web.live.hub.TICK_S", 0)
    leader = browser_of()
    await leader.sign_in("liqiang")
    viewer = await viewer_in(services, leader)
    await storage.users.end_session(viewer.session.token_hash)
    # The client reads a whole answer: it comes only because the stream is over.
    monkeypatch.setattr("callcenter.web.access.viewer_of", lambda *_: _same(viewer))
    async with asyncio.timeout(10):
        answer = await leader.get("/floor/live")
    assert answer.status_code == 200
    await app.state.hub.close()


async def _same(viewer: Viewer) -> Viewer:
    return viewer
