"""Articles on real pages: a visitor is answered by one; an agent finds one by keys alone, for a chat and for a call."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from callcenter.domain import effects as ef
from callcenter.telephony.asterisk.provision.tools import Tool
from tests.app.chat_pages import PATIENCE_MS, Pages, pages_of
from tests.app.chatting import house

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_a_visitor_is_answered_by_an_article_where_no_intent_fits(
    data: Path, flows: Path, free_ports: list[int], chromium: Tool
) -> None:
    async with house(data, free_ports[0], flows=flows) as made, async_playwright() as playwright:
        await made.understands()
        browser = await playwright.chromium.launch(executable_path=chromium.command[0], args=["--no-sandbox"])
        pages = Pages(made, browser)
        visitor = await pages.visitor()
        await visitor.say("破损的钞票可以换吗")
        await visitor.reads("残损人民币带到任一网点柜台", timeout=PATIENCE_MS)
        assert [given.article for given in await made.facts(ef.ArticleGiven)] == ["damaged_notes"]
        assert pages.troubles == []
        await browser.close()


async def test_an_agent_finds_and_inserts_an_answer_by_keys_alone(
    data: Path, flows: Path, free_ports: list[int], chromium: Tool
) -> None:
    async with pages_of(data, flows, free_ports[0], chromium) as pages:
        agent = await pages.agent()
        page = agent.page
        await page.keyboard.press("z")
        field = page.locator("#knowledge-text")
        await expect(field).to_be_focused()
        await page.keyboard.type("开户")
        options = page.locator("#knowledge-list [role=option]")
        await expect(options.first).to_have_text("小孩可以开户吗")
        await page.keyboard.press("ArrowDown")
        chosen = await options.nth(1).text_content()
        await expect(field).to_have_attribute("aria-activedescendant", "knowledge-1")
        await expect(page.get_by_role("option", selected=True)).to_have_text(chosen or "")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("region", name=chosen or "")).to_be_focused()
        visitor = await pages.visitor()
        await visitor.say("有保管箱吗")
        await agent.accept()
        await agent.field.fill("您好。")
        await page.keyboard.press("Escape")
        await page.keyboard.press("z")
        await page.keyboard.type("保管箱")
        await page.keyboard.press("Enter")
        await expect(agent.field).to_be_focused()
        await expect(agent.field).to_have_value(
            "您好。\n" + "部分网点提供保管箱租用，需本人携带有效身份证件办理。是否有空箱和收费标准请向网点确认。"
        )
        await page.keyboard.press("Enter")
        await visitor.reads("部分网点提供保管箱租用")
        await page.keyboard.press("Escape")
        await page.keyboard.press("z")
        await page.keyboard.type("火星移民")
        await expect(page.locator("#knowledge-said")).to_contain_text("没有匹配的条目")
        await page.keyboard.press("Enter")
        await expect(page.locator("#knowledge-said")).to_contain_text("已记下")
        noted = await pages.house.product.storage.misses.listed()
        assert [(miss.text, miss.by_agents) for miss in noted] == [("火星移民", 1)]
