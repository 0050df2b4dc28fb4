"""The agent page in a real browser: pushed changes, keyboard, typed text, reload, a second tab."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, expect

from callcenter.domain import events
from callcenter.domain.agent import AgentState as S
from callcenter.domain.contact import Place
from tests.web import samples
from tests.web.doubles import DeskDouble
from tests.web.gallery import chromium, serving, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
FIRST = samples.contact().id


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[tuple[DeskDouble, str, BrowserContext]]:
    services = samples.services(tmp_path)
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    async with serving(services) as base, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        yield desk, base, context
        await context.close()


async def until(desk: DeskDouble, wanted: Callable[[events.Event], bool]) -> events.Event:
    """The first event that fits, within ten seconds."""
    async with asyncio.timeout(10):
        while True:
            for event in desk.events:
                if wanted(event):
                    return event
            await desk.submitted.wait()
            desk.submitted.clear()


async def test_a_desk_signs_in_is_pushed_to_and_driven_by_keys(
    room: tuple[DeskDouble, str, BrowserContext],
) -> None:
    desk, base, context = room
    await desk.show(samples.desk(S.LOGGED_OUT, name=""))
    page = await signed_in(context, base, "wangfang")
    arrived = await until(desk, lambda e: isinstance(e, events.AgentSignedIn))
    assert isinstance(arrived, events.AgentSignedIn)
    mine = arrived.desk

    await desk.show(samples.desk(S.ON_BREAK, name=mine))
    await expect(page.locator("#act-available")).to_be_enabled()
    await page.keyboard.press("a")
    asked = await until(desk, lambda e: isinstance(e, events.StateRequested))
    assert isinstance(asked, events.StateRequested)
    assert asked.state is S.AVAILABLE

    await page.keyboard.press("b")
    await page.keyboard.press("1")
    await until(desk, lambda e: isinstance(e, events.StateRequested) and e.reason == "lunch")

    await desk.show(samples.desk(S.OFFERED, name=mine, contacts=(samples.contact(Place.OFFERED),)))
    await expect(page.locator(".work-card.offer")).to_contain_text("138****2210")
    await page.keyboard.press("Escape")
    await expect(page.locator("#decline-menu")).to_be_visible()
    await page.keyboard.press("2")
    await until(desk, lambda e: isinstance(e, events.OfferDeclined) and (e.contact, e.reason) == (FIRST, "equipment"))

    await desk.show(samples.desk(S.BUSY, name=mine, contacts=(samples.contact(),)))
    await expect(page.locator("#act-hold")).to_be_visible()
    await page.keyboard.press("n")
    await page.keyboard.type("客户听力不佳")
    held = samples.contact(on_hold=True, hold_since_ms=samples.NOW, note="")
    await desk.show(samples.desk(S.BUSY, name=mine, contacts=(held,), next_state=S.ON_BREAK))
    await expect(page.locator("#act-resume")).to_be_visible()
    await expect(page.locator("#note")).to_be_focused()
    await expect(page.locator("#note")).to_have_value("客户听力不佳")
    await page.keyboard.press("Escape")
    await page.keyboard.press("h")
    await until(desk, lambda e: isinstance(e, events.ResumeRequested))

    await page.keyboard.press("p")
    await until(desk, lambda e: isinstance(e, events.PaymentModeRequested) and e.on)
    desk.refuse_with = "consult_running"
    await page.keyboard.press("e")
    await expect(page.locator("#problem")).to_contain_text("正在咨询中")
    desk.refuse_with = ""

    await page.reload()
    await expect(page.locator("#note")).to_have_value("客户听力不佳")
    await until(desk, lambda e: isinstance(e, events.DeskConnected) and e.desk == mine)
    await page.locator(".chip", has_text="已解决").click()
    await page.locator("#note").focus()
    await page.keyboard.press("Control+Enter")
    filed = await until(desk, lambda e: isinstance(e, events.WrapUpCompleted))
    assert isinstance(filed, events.WrapUpCompleted)
    assert (filed.disposition, filed.note) == ("solved", "客户听力不佳")

    await page.close()
    await until(desk, lambda e: isinstance(e, events.DeskLost) and e.desk == mine)


async def test_a_second_tab_asks_before_it_takes_over(room: tuple[DeskDouble, str, BrowserContext]) -> None:
    desk, base, context = room
    await desk.show(samples.desk(S.LOGGED_OUT, name=""))
    first = await signed_in(context, base, "wangfang")
    arrived = await until(desk, lambda e: isinstance(e, events.AgentSignedIn))
    assert isinstance(arrived, events.AgentSignedIn)
    await desk.show(samples.desk(S.AVAILABLE, name=arrived.desk))
    await expect(first.locator("#line")).not_to_have_attribute("data-line", "starting")

    second = await context.new_page()
    await second.add_init_script(f"sessionStorage.setItem('desk-id', '{arrived.desk}')")
    await second.goto(f"{base}/agent")
    await expect(second.locator("[data-region=notice]")).to_contain_text("另一个窗口")
    assert sum(isinstance(e, events.AgentSignedIn) for e in desk.events) == 1
    await second.locator("#act-take_over").click()
    took = await until(desk, lambda e: isinstance(e, events.AgentSignedIn) and e.desk != arrived.desk)
    assert isinstance(took, events.AgentSignedIn)
    await desk.show(samples.desk(S.AVAILABLE, name=took.desk))
    await expect(first.locator("[data-region=notice]")).to_contain_text("另一个窗口")
    await expect(second.locator("[data-region=notice]")).to_be_empty()


async def test_the_floor_is_pushed(room: tuple[DeskDouble, str, BrowserContext]) -> None:
    desk, base, context = room
    page = await signed_in(context, base, "liqiang")
    await page.goto(f"{base}/floor")
    await expect(page.locator("#line")).to_have_attribute("data-line", "ready")
    desk.floor = desk.floor.__class__(samples.NOW, False, desk.floor.queues, desk.floor.agents)
    await desk.show(samples.desk(S.AVAILABLE))
    await expect(page.locator("[data-list=alarms]")).to_contain_text("电话系统无法连接")


async def test_a_transfer_finds_whom_one_types(room: tuple[DeskDouble, str, BrowserContext]) -> None:
    desk, base, context = room
    await desk.show(samples.desk(S.LOGGED_OUT, name=""))
    page = await signed_in(context, base, "wangfang")
    mine = (await until(desk, lambda e: isinstance(e, events.AgentSignedIn))).desk  # type: ignore[attr-defined]
    await desk.show(samples.desk(S.BUSY, name=mine, contacts=(samples.contact(),)))
    await page.wait_for_selector("#act-transfer_open")
    await page.keyboard.press("t")
    await expect(page.locator("#find-target")).to_be_focused()
    await page.wait_for_selector("#targets .pick")
    await page.keyboard.type("黄")
    assert await page.locator("#targets .pick:visible").count() == 1
    await page.keyboard.press("Enter")
    asked = await until(desk, lambda e: isinstance(e, events.TransferRequested))
    assert isinstance(asked, events.TransferRequested)
    assert (asked.target, asked.mode) == ("agent:1008", "warm")
    await expect(page.locator("#transfer")).to_be_hidden()
    await page.keyboard.press("t")
    await page.wait_for_selector("#targets .pick")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#targets input:checked")).to_have_value("agent:1008")
    await page.keyboard.press("Escape")
