"""Visitors and agents of one running product, each in a Chromium page of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from callcenter.domain import events as ev
from callcenter.domain.config import ChatEntry, ChatRule
from callcenter.telephony.asterisk.provision.tools import Tool
from tests.app.chatting import House, house

PASSWORD = "demo-password-1"
PATIENCE_MS, USUAL_MS = 30_000, 5_000
"""How long a page may take to show what is asked for: several browsers share a busy machine."""
ENTRY = ChatEntry("web", {"zh": "官网", "en": "Website"}, "queue:general")


class Pages:
    """Opens pages; ``troubles`` are script errors, of which there must be none."""

    def __init__(self, made: House, browser: Browser) -> None:
        self.house, self.browser = made, browser
        self.base = made.product.settings.base_url
        self.troubles: list[str] = []

    async def agent(self, name: str = "1001", base: str = "") -> AgentPage:
        """An agent who is signed in and available."""
        page, base = await self._page(), base or self.base
        await page.goto(f"{base}/sign-in")
        await page.locator("[name=name]").fill(name)
        await page.locator("[name=password]").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{base}/agent")
        await expect(page.locator("#act-available")).to_be_enabled()
        await page.keyboard.press("a")
        await expect(page.locator(".rest h2")).to_have_text("您现在空闲")
        return AgentPage(page)

    async def visitor(self, base: str = "") -> VisitorPage:
        """Somebody on a page with the widget."""
        page = await self._page()
        await page.goto(f"{base or self.base}/chat-demo")
        return VisitorPage(page)

    async def rule(self, **rule: int) -> None:
        """How chats of the queue are held from now on, in ms."""
        center = self.house.product.engine.center
        config = center.state.config
        general = msgspec.structs.replace(config.queues["general"], chat=ChatRule(**rule))  # type: ignore[arg-type]
        changed = msgspec.structs.replace(config, queues={**config.queues, "general": general})
        await self.house.product.engine.submit(ev.CenterConfigured(config=changed))

    async def _page(self) -> Page:
        context = await self.browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page = await context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        return page


class VisitorPage:
    """The widget."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def texts(self) -> Locator:
        """What was said, in order."""
        return self.page.locator(".log .m p")

    async def say(self, text: str) -> None:
        """Write and send."""
        await self.page.locator(".say textarea").fill(text)
        await self.page.keyboard.press("Enter")

    async def reads(self, part: str, **more: Any) -> None:
        """Until it was said to them."""
        await expect(self.page.locator(".log .m:not(.visitor)").filter(has_text=part)).to_have_count(1, **more)


class AgentPage:
    """The desk."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.locator("#chat-log")
        self.field = page.locator("#chat-text")

    async def accept(self) -> None:
        """Take the chat that is offered, and have it in front."""
        await self.page.locator("#act-accept").click()
        await expect(self.page.locator("#act-accept")).to_have_count(0)
        await expect(self.field).to_be_visible()

    async def say(self, text: str) -> None:
        """Write and send."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def reads(self, part: str, **more: Any) -> None:
        """Until it stands in the chat in front, once."""
        await expect(self.log.locator(".chat-said").filter(has_text=part)).to_have_count(1, **more)


@asynccontextmanager
async def pages_of(data: Path, flows: Path, port: int, chromium: Tool) -> AsyncIterator[Pages]:
    """A product whose chats go straight to people, and a browser."""
    async with house(data, port, flows=flows, assistant="off") as made, async_playwright() as playwright:
        config = msgspec.structs.replace(made.product.engine.center.state.config, chat_entries={"web": ENTRY})
        await made.product.engine.submit(ev.CenterConfigured(config=config))
        browser = await playwright.chromium.launch(executable_path=chromium.command[0], args=["--no-sandbox"])
        pages = Pages(made, browser)
        expect.set_options(timeout=PATIENCE_MS)
        try:
            yield pages
        finally:
            expect.set_options(timeout=USUAL_MS)
        assert pages.troubles == []
        await browser.close()
