"""The result form and the messages in a real browser: errors beside the field, an expired session, keys, help."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from callcenter.domain import events
from callcenter.domain.agent import AgentState as S
from callcenter.domain.errors import Rejected
from callcenter.domain.events import Event
from callcenter.domain.views import MessageView
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.doubles import DeskDouble
from tests.web.gallery import chromium, serving, signed_in
from tests.web.people_doubles import UserList
from tests.web.test_desk_live import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
DESK = "desk-of-the-test"
Room = tuple[DeskDouble, WebServices, str, BrowserContext]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    services = samples.services(tmp_path)
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    async with serving(services) as base, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        await context.add_init_script(f"sessionStorage.setItem('desk-id', '{DESK}')")
        yield desk, services, base, context
        await context.close()


async def in_wrap_up(room: Room) -> Page:
    desk, _, base, context = room
    left = samples.contact(agent="")
    await desk.show(samples.desk(S.WRAP_UP, wrap_up=left, wrap_up_ends_ms=samples.NOW + 24_000))
    page = await signed_in(context, base, "wangfang")
    await expect(page.locator("form[data-wrapup]")).to_be_visible()
    await until(desk, lambda e: isinstance(e, events.DeskConnected))
    return page


class Refusing:
    """Lets the desk refuse one kind of event with a code about one field."""

    def __init__(self, desk: DeskDouble, code: str, detail: str) -> None:
        self.real, self.code, self.detail = desk.submit, code, detail

    async def __call__(self, event: Event) -> tuple[()]:
        if isinstance(event, events.WrapUpCompleted):
            raise Rejected(self.code, self.detail)
        return await self.real(event)


async def test_a_refused_field_is_told_beside_it_and_what_was_typed_stays(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = room[0]
    page = await in_wrap_up(room)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#error-disposition")).to_be_visible()
    await page.keyboard.press("f")
    await page.keyboard.press("Space")
    with monkeypatch.context() as patched:
        patched.setattr(desk, "submit", Refusing(desk, "field_missing", "card_tail"))
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#error-card_tail")).to_have_text("此项必填。")
        await expect(page.locator("#field-card_tail")).to_be_focused()
        await expect(page.locator("#error-disposition")).to_be_hidden()
    left = samples.contact(agent="")
    await desk.show(samples.desk(S.WRAP_UP, wrap_up=left, wrap_up_ends_ms=samples.NOW + 84_000, wrap_up_extended=True))
    await expect(page.locator("#act-extend_wrap_up")).to_have_count(0)
    await expect(page.locator("#error-card_tail")).to_have_text("此项必填。")
    await expect(page.locator("#field-card_tail")).to_be_focused()
    await page.keyboard.type("5678")
    await page.locator("[name='field.lost_where'][value=abroad]").focus()
    await page.keyboard.press("Space")
    await page.locator("#follow-up").fill("2026-03-10T15:30")
    await page.keyboard.press("Control+Enter")
    filed = await until(desk, lambda e: isinstance(e, events.WrapUpCompleted))
    assert isinstance(filed, events.WrapUpCompleted)
    assert filed.disposition == "solved"
    assert filed.fields == {"card_tail": "5678", "lost_where": "abroad"}
    assert filed.follow_up_ms == 1_773_127_800_000


async def test_a_follow_up_in_the_past_is_refused_beside_the_field(room: Room) -> None:
    page = await in_wrap_up(room)
    await page.keyboard.press("f")
    await page.keyboard.press("Space")
    await page.locator("#follow-up").fill("2020-01-01T08:00")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#error-follow_up")).to_contain_text("一年内")


async def test_an_expired_session_loses_no_note_and_one_goes_on_after_signing_in_beside_it(room: Room) -> None:
    desk, services, base, context = room
    page = await in_wrap_up(room)
    await page.keyboard.press("f")
    await page.keyboard.press("Space")
    await page.keyboard.press("n")
    await page.keyboard.type("客户要求周三前回电")
    assert isinstance(services.users, UserList)
    services.users.sessions.clear()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#signed-out")).to_be_visible()
    await expect(page.locator("#note")).to_have_value("客户要求周三前回电")
    await page.keyboard.press("Escape")
    async with context.expect_page() as opened:
        await page.keyboard.press("i")
    beside = await opened.value
    await beside.fill("[name=name]", "wangfang")
    await beside.fill("[name=password]", samples.PASSWORD)
    await beside.keyboard.press("Enter")
    await beside.wait_for_url(f"{base}/agent/back")
    await beside.close()
    await expect(page.locator("#signed-out")).to_be_hidden()
    await expect(page.locator("#note")).to_have_value("客户要求周三前回电")
    await page.keyboard.press("Control+Enter")
    filed = await until(desk, lambda e: isinstance(e, events.WrapUpCompleted))
    assert isinstance(filed, events.WrapUpCompleted)
    assert filed.note == "客户要求周三前回电"


async def test_messages_more_time_tabs_and_help_by_keys(room: Room) -> None:
    desk = room[0]
    page = await in_wrap_up(room)
    left = samples.contact(agent="1002")
    said = MessageView("m-1", "李强", "请优先接听挂失专线<script>", samples.NOW)
    view = samples.desk(S.WRAP_UP, wrap_up=left, wrap_up_ends_ms=samples.NOW + 24_000, messages=(said,))
    await desk.show(view)
    await expect(page.locator(".band.message")).to_contain_text("请优先接听挂失专线<script>")
    await expect(page.locator("[data-region=notice]")).to_contain_text("李强")
    await page.keyboard.press("g")
    await until(desk, lambda e: isinstance(e, events.MessageRead) and e.message == "m-1")
    await page.keyboard.press("w")
    await until(desk, lambda e: isinstance(e, events.WrapUpExtended))

    await page.keyboard.press("3")
    await expect(page.locator("#panel-history")).to_be_visible()
    await expect(page.locator("#panel-customer")).to_be_hidden()
    await page.keyboard.press("n")
    await page.keyboard.type("1g?h")
    await expect(page.locator("#note")).to_have_value("1g?h")
    await expect(page.locator("#panel-history")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    rows = page.locator("#help-keys > div")
    await expect(page.locator("#help")).to_be_visible()
    said_keys = await rows.all_inner_texts()
    assert len(said_keys) > 20
    assert not [row for row in said_keys if "_" in row]
