"""The floor in a real browser: by keyboard, pushed changes, filters, sound, and nothing in the way of anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from callcenter.domain import events
from callcenter.domain.agent import AgentState as S
from callcenter.domain.views import FloorView
from tests.web import floor_samples, samples
from tests.web.doubles import DeskDouble
from tests.web.gallery import chromium, serving, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
Room = tuple[DeskDouble, str, BrowserContext]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    services = samples.services(tmp_path)
    desk = floor_samples.furnish(services)
    async with serving(services) as base, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        yield desk, base, context
        await context.close()


async def on_floor(room: Room, user: str = "liqiang") -> Page:
    _desk, base, context = room
    page = await signed_in(context, base, user)
    await page.goto(f"{base}/floor")
    await page.wait_for_selector("#line[data-line=ready]")
    return page


async def push(desk: DeskDouble, **changes: object) -> None:
    """The floor as it is now, to every page."""
    desk.floor = msgspec.structs.replace(desk.floor, **changes)
    await desk.show(samples.desk(S.AVAILABLE))


async def event_of(desk: DeskDouble, fits: Callable[[events.Event], bool]) -> events.Event:
    async with asyncio.timeout(10):
        while True:
            if found := next((e for e in desk.events if fits(e)), None):
                return found
            await desk.submitted.wait()
            desk.submitted.clear()


def agent(floor: FloorView, agent_id: str, **changes: object) -> tuple[object, ...]:
    return tuple(msgspec.structs.replace(a, **changes) if a.id == agent_id else a for a in floor.agents)


async def test_the_keyboard_finds_opens_and_acts(room: Room) -> None:
    desk, _base, _context = room
    page = await on_floor(room)
    await page.keyboard.press("g")
    await expect(page.locator('.tile-open[data-open="agent:1006"]')).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator('.tile-open[data-open="agent:1001"]')).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.locator('.tile-open[data-open="agent:1001"]').focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#panel-title")).to_contain_text("王芳")
    await expect(page.locator("#panel-title")).to_be_focused()

    await page.keyboard.press("m")
    await page.keyboard.type("客户等了很久 lw")
    await page.keyboard.press("Control+Enter")
    sent = await event_of(desk, lambda e: isinstance(e, events.MessageSent))
    assert isinstance(sent, events.MessageSent)
    assert (sent.agents, sent.text) == (("1001",), "客户等了很久 lw")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.locator("#panel")).to_be_hidden()
    await expect(page.locator('.tile-open[data-open="agent:1001"]')).to_be_focused()

    await page.keyboard.press("q")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(page.locator("#queue-menu")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#close-queue")).to_be_visible()
    await page.locator("#close-queue select[name=queue_target]").select_option("accounts")
    await page.locator("#close-queue button.danger").press("Enter")
    closed = await event_of(desk, lambda e: isinstance(e, events.QueueClosed))
    assert isinstance(closed, events.QueueClosed)
    assert (closed.queue, closed.target, closed.by) == ("cards", "queue:accounts", "liqiang")
    await expect(page.locator("#close-queue")).to_be_hidden()

    await page.keyboard.press("?")
    await expect(page.locator("#floor-help")).to_be_visible()


async def test_tiles_move_when_pushed_and_the_panel_and_typed_words_keep_up(room: Room) -> None:
    desk, _base, _context = room
    page = await on_floor(room)
    await page.locator('.tile-open[data-open="agent:1004"]').click()
    await page.locator("#message-text").fill("halb geschrieben")
    await push(desk, agents=agent(desk.floor, "1004", state=S.AVAILABLE, since_ms=samples.NOW - 1_000))
    await expect(page.locator('[data-list="agents-available"] [data-key="agent-1004"]')).to_be_visible()
    await expect(page.locator("#panel .panel-state")).to_contain_text("空闲")
    await expect(page.locator("#message-text")).to_have_value("halb geschrieben")
    await expect(page.locator('[data-region="count-wrap_up"]')).to_have_text("0")
    desk.refuse_with = "desk_not_open"
    await page.locator("#force-state").select_option("available")
    await page.locator("form[data-form=state] button").click()
    await expect(page.locator("#panel [data-problem]")).to_contain_text("未打开工作台")
    await push(desk, agents=agent(desk.floor, "1004", state=S.LOGGED_OUT))
    await expect(page.locator("#panel .panel-state")).to_contain_text("已签出")


async def test_a_letter_pressed_before_the_panel_came_is_not_lost(room: Room) -> None:
    desk, _base, _context = room
    page = await on_floor(room)
    pressed = asyncio.Event()

    async def late(route: Route) -> None:
        await pressed.wait()
        await route.continue_()

    await page.route("**/floor/agents/1001", late)
    await page.locator('.tile-open[data-open="agent:1001"]').click()
    await page.keyboard.press("m")
    pressed.set()
    await expect(page.locator("#panel textarea")).to_be_focused()
    assert not any(isinstance(event, events.SuperviseRequested) for event in desk.events)


async def test_listening_asks_for_the_telephone_first_and_refusals_stand_where_the_act_was(room: Room) -> None:
    desk, _base, _context = room
    desk.views["1002"] = samples.desk(S.ON_BREAK, agent="1002", name="another-window")
    page = await on_floor(room)
    await page.locator('.tile-open[data-open="agent:1001"]').click()
    await expect(page.locator("[data-act=listen]")).to_be_visible()
    await page.keyboard.press("l")
    await event_of(desk, lambda e: isinstance(e, events.SuperviseRequested) and e.mode == "listen")
    await expect(page.locator("#phone-note")).to_contain_text("工作台窗口")
    talk = msgspec.structs.replace(desk.floor.contacts[0], supervisors={"1002": "listen"})
    changed = agent(desk.floor, "1001", supervisors={"1002": "listen"})
    await push(desk, contacts=(talk, *desk.floor.contacts[1:]), agents=changed)
    await expect(page.locator("[data-act=listen]")).to_have_attribute("aria-pressed", "true")
    desk.refuse_with = "already_taken_over"
    await page.keyboard.press("o")
    await expect(page.locator("#panel [data-problem]")).to_be_visible()
    desk.refuse_with = ""
    await page.keyboard.press("o")
    await event_of(desk, lambda e: isinstance(e, events.TakeOverRequested))
    await expect(page.locator("#taken")).to_be_visible()


async def test_filters_hold_also_for_what_is_pushed(room: Room) -> None:
    desk, _base, _context = room
    page = await on_floor(room, "ops")
    visible = page.locator("#groups .tile:visible")
    await page.keyboard.press("/")
    await page.keyboard.type("10")
    await page.locator("#f-team").select_option("二组")
    await expect(visible).to_have_count(4)
    await page.locator("#f-skill").select_option("loss")
    await expect(visible).to_have_count(0)
    await page.locator("#f-skill").select_option("")
    await push(desk, agents=agent(desk.floor, "1001", state=S.AVAILABLE))
    await expect(page.locator('[data-list="agents-available"] [data-key="agent-1001"]')).to_be_hidden()
    await page.locator("#f-team").select_option("")
    await page.locator("#f-text").fill("")
    await page.locator("#f-queue").select_option("loss")
    await expect(visible).to_have_count(2)


async def test_alarms_are_heard_once_until_muted_or_looked_after(room: Room) -> None:
    desk, _base, _context = room
    page = await on_floor(room, "ops")
    heard = page.locator("html")
    await expect(heard).to_have_attribute("data-alarms-heard", "1")
    await expect(page).to_have_title("▲ 现场 · 云桥客服")
    again = msgspec.structs.replace(desk.floor.alarms[0], subject="accounts")
    await push(desk, alarms=(*desk.floor.alarms, again))
    await expect(heard).to_have_attribute("data-alarms-heard", "2")
    await page.locator("#mute-alarms").click()
    third = msgspec.structs.replace(again, subject="elder")
    await push(desk, alarms=(*desk.floor.alarms, third))
    await expect(page.locator('[data-key="alarm-late:elder"]')).to_be_visible()
    await expect(heard).to_have_attribute("data-alarms-heard", "2")
    await page.reload()
    await expect(page.locator("#mute-alarms")).to_have_attribute("aria-pressed", "true")
    await page.locator('[data-key="alarm-late:cards"] [data-act=acknowledge]').click()
    seen = await event_of(desk, lambda e: isinstance(e, events.AlarmAcknowledged))
    assert isinstance(seen, events.AlarmAcknowledged)
    assert (seen.alarm, seen.by) == ("late:cards", "ops")
