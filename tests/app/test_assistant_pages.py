"""A visitor at the bank's page and an agent at the desk, each in a Chromium page, with the assistant between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from callcenter.telephony.asterisk.provision.tools import Tool
from tests.app.chatting import House, house
from tests.bot.rasa_process import BOTH, assistant_settings

pytestmark = pytest.mark.browser
PASSWORD = "demo-password-1"


class Pages:
    """The two pages; ``troubles`` are script errors, of which there must be none."""

    def __init__(self, made: House, visitor: Page, agent: Page) -> None:
        self.house, self.visitor, self.agent = made, visitor, agent
        self.troubles: list[str] = []
        for page in (visitor, agent):
            page.on("pageerror", lambda error: self.troubles.append(str(error)))

    async def say(self, text: str) -> None:
        await self.visitor.locator(".say textarea").fill(text)
        await self.visitor.keyboard.press("Enter")

    async def reads(self, part: str) -> None:
        await expect(self.visitor.locator(".log .m:not(.visitor)").last).to_contain_text(part)


async def page_of(browser: Browser) -> Page:
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    return await context.new_page()


@pytest.fixture(params=BOTH)
async def pages(
    request: pytest.FixtureRequest, data: Path, flows: Path, free_ports: list[int], chromium: Tool
) -> AsyncIterator[Pages]:
    settings = assistant_settings(request)
    async with house(data, free_ports[0], flows=flows, **settings) as made, async_playwright() as playwright:
        await made.understands()
        browser = await playwright.chromium.launch(executable_path=chromium.command[0], args=["--no-sandbox"])
        both = Pages(made, await page_of(browser), await page_of(browser))
        base = made.product.settings.base_url
        await both.agent.goto(f"{base}/sign-in")
        await both.agent.locator("[name=name]").fill("1001")
        await both.agent.locator("[name=password]").fill(PASSWORD)
        await both.agent.keyboard.press("Enter")
        await both.agent.wait_for_url(f"{base}/agent")
        await expect(both.agent.locator("#act-available")).to_be_enabled()
        await both.agent.keyboard.press("a")
        await expect(both.agent.locator(".rest h2")).to_have_text("您现在空闲")
        await both.visitor.goto(f"{base}/chat-demo")
        yield both
        assert both.troubles == []
        await browser.close()


async def test_a_balance_is_told_and_the_pin_is_shown_to_nobody(pages: Pages) -> None:
    await pages.say("帮我查一下余额")
    await pages.reads("卡号后四位")
    await pages.say("1234")
    await pages.reads("密码")
    field = pages.visitor.locator(".say textarea")
    await expect(field).to_have_attribute("aria-label", "输入内容不显示")
    assert await field.evaluate("one => getComputedStyle(one).webkitTextSecurity") == "disc"
    await pages.say("246810")
    await pages.reads("12,345.67")
    assert "246810" not in await pages.visitor.locator(".log").inner_text()
    assert "246810" not in await pages.visitor.evaluate("JSON.stringify(localStorage)")
    await expect(field).to_have_attribute("aria-label", "输入消息")
    await expect(pages.agent.locator(".rest h2")).to_have_text("您现在空闲")


async def test_handed_over_with_a_summary_and_given_back(pages: Pages) -> None:
    await pages.say("查余额，尾号1234")
    await pages.reads("密码")
    await pages.say("转人工")
    await pages.agent.locator("#act-accept").click()
    summary = pages.agent.locator(".brief")
    await expect(summary).to_contain_text("查余额")
    await expect(summary).to_contain_text("1234")
    await expect(summary).to_contain_text("电话银行密码")
    await expect(summary).to_contain_text("要求人工")
    log = pages.agent.locator("#chat-log")
    for said in ("查余额，尾号1234", "电话银行密码，输入内容不会显示", "转人工"):
        await expect(log).to_contain_text(said)
    await pages.reads("人工坐席已接入")
    await pages.say("查余额")
    await expect(log).to_contain_text("查余额")
    await pages.agent.locator("#chat-text").fill("您好，我来为您处理。")
    await pages.agent.keyboard.press("Enter")
    await pages.reads("我来为您处理")
    await pages.agent.locator("#act-give_back").click()
    await pages.reads("智能客服")
    await pages.say("再见")
    await pages.reads("再见")
