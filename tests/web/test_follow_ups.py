"""What an agent promised for today stands on the desk until it is done."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

import msgspec
import pytest
from fastapi import FastAPI

from callcenter.domain.agent import AgentState as S
from callcenter.domain.records import ContactRecord, Session
from callcenter.web.desk.open_desks import OpenDesks
from callcenter.web.desk.stream import LiveDesk
from callcenter.web.follow_ups import SHOWN, end_of_day_ms, follow_ups_of
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from tests.web import samples
from tests.web.conftest import Browsers
from tests.web.doubles import ContactList, DeskDouble
from tests.web.live_pages import Page

MINUTE = 60_000
DESK = {"command": "k", "desk": "tab-one-1", "act": "follow_up_done"}


def promised(contact: str, due_ms: int, agent: str = "1001") -> ContactRecord:
    return msgspec.structs.replace(samples.records()[0], id=contact, agent=agent, follow_up_ms=due_ms)


@pytest.fixture
def contacts(services: WebServices) -> ContactList:
    found = services.contacts
    assert isinstance(found, ContactList)
    late, soon = samples.NOW - 3 * MINUTE, samples.NOW + 3 * MINUTE
    tomorrow = end_of_day_ms(samples.NOW, ZoneInfo("Asia/Shanghai"))
    found.records = [
        promised("late", late),
        promised("soon", soon),
        promised("tomorrow", tomorrow),
        promised("others", late, agent="1002"),
    ]
    return found


@pytest.fixture
def desk(services: WebServices) -> DeskDouble:
    found = services.desk
    assert isinstance(found, DeskDouble)
    found.views["1001"] = samples.desk(S.AVAILABLE, name="tab-one-1")
    return found


async def test_todays_are_there_latest_first_and_late_ones_are_named(
    services: WebServices, contacts: ContactList
) -> None:
    found = await follow_ups_of(services, "1001")
    assert [(f.contact.id, f.overdue) for f in found.due] == [("soon", False), ("late", True)]
    assert found.until_ms == samples.NOW + 3 * MINUTE, "then it is overdue, too"
    contacts.records = [promised(f"c{n}", samples.NOW - n) for n in range(20)]
    many = await follow_ups_of(services, "1001")
    assert [f.contact.id for f in many.due] == [f"c{n}" for n in range(SHOWN)]
    assert many.until_ms == end_of_day_ms(samples.NOW, ZoneInfo("Asia/Shanghai"))


async def test_the_page_shows_them(browser_of: Browsers, contacts: ContactList, desk: DeskDouble) -> None:
    browser = browser_of()
    await browser.sign_in("wangfang")
    page = (await browser.get("/agent")).text
    assert 'href="/contacts/soon"' in page
    assert page.index("/contacts/soon") < page.index("/contacts/late") < page.index("overdue") + 500
    assert page.count("▲</span> overdue") == 1
    assert "/contacts/tomorrow" not in page
    assert "/contacts/others" not in page
    assert samples.records()[0].caller not in page


async def test_done_leaves_every_open_desk_at_once(
    browser_of: Browsers, app: FastAPI, services: WebServices, contacts: ContactList, desk: DeskDouble
) -> None:
    user = await services.users.by_name("wangfang")
    assert user is not None
    viewer = Viewer(user, Session("h", user.id, "c", 0, samples.NOW * 2, 0), {})
    hub = app.state.hub
    source = LiveDesk(hub, services, OpenDesks(), viewer, desk="tab-one-1", language="en", sign_in=False)
    open_desk = Page(hub.stream(source, owner=viewer))
    first = (await open_desk.until(1))[0][1]
    assert "/contacts/late" in first["regions"]["work"]
    browser = browser_of()
    await browser.sign_in("wangfang")
    body = {**DESK, "contact": "late", "due_ms": samples.NOW - 3 * MINUTE}
    assert (await browser.post("/agent/follow-ups/done", json=body)).json() == {"ok": True}
    changed = (await open_desk.until(2))[1][1]
    assert set(changed["regions"]) == {"work"}
    assert "/contacts/late" not in changed["regions"]["work"]
    assert "/contacts/soon" in changed["regions"]["work"]
    await open_desk.leave()


async def test_one_that_comes_due_is_marked_without_a_change(
    app: FastAPI, services: WebServices, contacts: ContactList, desk: DeskDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await services.users.by_name("wangfang")
    assert user is not None
    viewer = Viewer(user, Session("h", user.id, "c", 0, samples.NOW * 2, 0), {})
    contacts.records = [promised("soon", samples.NOW + 1)]
    source = LiveDesk(app.state.hub, services, OpenDesks(), viewer, desk="tab-one-1", language="en", sign_in=False)
    page = Page(app.state.hub.stream(source))
    assert "overdue" not in (await page.until(1))[0][1]["regions"]["work"]
    monkeypatch.setattr(services.clock, "now_ms", lambda: samples.NOW + 1)
    async with asyncio.timeout(10):
        assert "overdue" in (await page.until(2))[1][1]["regions"]["work"]
    await page.leave()


async def test_only_ones_own_and_with_the_token(browser_of: Browsers, contacts: ContactList, desk: DeskDouble) -> None:
    browser = browser_of()
    await browser.sign_in("wangfang")
    late = samples.NOW - 3 * MINUTE
    for contact, due_ms in (("others", late), ("late", late + 1), ("none", late)):
        answer = await browser.post("/agent/follow-ups/done", json={**DESK, "contact": contact, "due_ms": due_ms})
        assert (answer.status_code, answer.json()["code"]) == (409, "follow_up_gone")
    good = {**DESK, "contact": "late", "due_ms": late}
    assert (await browser.http.post("/agent/follow-ups/done", json=good)).status_code == 403
    for bad in ({"due_ms": 2**60}, {"contact": ""}, {"more": 1}):
        assert (await browser.post("/agent/follow-ups/done", json=good | bad)).status_code == 422
    assert contacts.done == set()
