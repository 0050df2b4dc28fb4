"""The widget in a real Chromium: on a page of another origin with a strict policy, over a line that is cut often."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn
from playwright.async_api import Page, async_playwright, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route

from callcenter.app.clock import SystemClock
from callcenter.chat import Chats
from callcenter.domain.chat import Author, Choice, Position
from callcenter.domain.config import CenterConfig
from callcenter.storage import Storage
from callcenter.telephony.asterisk.provision.tools import Tool
from callcenter.telephony.ids import new_contact_id
from tests.browser.wire import Wire, wire_to
from tests.chat.server import ENTRY, Site
from tests.chat.told import Told

pytestmark = pytest.mark.browser
VENDOR = Path(__file__).parents[2] / "callcenter/web/static/vendor"


class Bank:
    """The chat behind a wire on one port, the bank's own site on another: two origins."""

    def __init__(self, site: Site, wire: Wire, page: Page, address: str) -> None:
        self.site, self.wire, self.page, self.address = site, wire, page, address
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda said: self.troubles.append(said.text) if "Content Security" in said.text else None)


def policy(chat: str) -> str:
    """What docs/chat.md asks of the host page, and not a word more."""
    ws = chat.replace("http", "ws", 1)
    return f"default-src 'none'; script-src {chat}; connect-src 'self' {chat} {ws}"


async def serve(stack: AsyncExitStack, app: Starlette, port: int) -> None:
    config = uvicorn.Config(app, port=port, ws="websockets-sansio", log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign,attr-defined]
    task = asyncio.create_task(server.serve())

    async def end() -> None:
        server.should_exit = True
        await task

    stack.push_async_callback(end)


@pytest.fixture
async def bank(
    storage: Storage, told: Told, tmp_path: Path, free_ports: list[int], chromium: Tool
) -> AsyncIterator[Bank]:
    chats = Chats(storage.chats, SystemClock(), new_contact_id)
    chats.listener = told
    inner, outer, host = free_ports[:3]
    chat, address = f"http://127.0.0.1:{outer}", f"http://localhost:{host}"
    entry = msgspec.structs.replace(ENTRY, origins=(address,))
    site = Site(chats, tmp_path, config=CenterConfig(chat_entries={"web": entry}))

    async def script(request: Request) -> Response:
        return FileResponse(VENDOR / "chat.js", headers={"Cross-Origin-Resource-Policy": "cross-origin"})

    async def home(request: Request) -> Response:
        tag = f'<script src="{chat}/chat/widget.js" data-entry="web" async></script>'
        return HTMLResponse(
            f'<!doctype html><html lang="zh-CN"><title>示例银行</title><main><h1>示例银行</h1></main>{tag}</html>',
            headers={"Content-Security-Policy": policy(chat)},
        )

    async with AsyncExitStack() as stack:
        await chats.start([site.channel])
        stack.push_async_callback(chats.stop)
        routes = [Route("/chat/widget.js", script), Mount("/chat", routes=site.doors.routes())]
        await serve(stack, Starlette(routes=routes), inner)
        await serve(stack, Starlette(routes=[Route("/", home)]), host)
        wire = await stack.enter_async_context(wire_to(outer, inner))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium.command[0], args=["--no-sandbox"])
        stack.push_async_callback(browser.close)
        page = await browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        made = Bank(site, wire, page, address)
        await page.goto(address)
        yield made
        assert made.troubles == []
    site.files.close()


async def begun(bank: Bank, told: Told, text: str = "我的卡丢了") -> str:
    await bank.page.get_by_role("button", name="在线客服").click()
    await expect(bank.page.get_by_label("输入消息")).to_be_focused()
    await say(bank.page, text)
    return str((await told.next("said")).conversation)


async def say(page: Page, text: str) -> None:
    await page.get_by_label("输入消息").fill(text)
    await page.keyboard.press("Enter")


def texts(page: Page) -> Any:
    return page.locator(".log .m p")


async def test_a_talk_on_a_page_of_another_origin(bank: Bank, told: Told) -> None:
    page, chats = bank.page, bank.site.chats
    talk = await begun(bank, told)
    await expect(page.locator(".m.visitor .state")).to_have_text("已发送")
    chats.position(talk, Position(2, 240_000))
    await expect(page.locator(".bar")).to_have_text("您前面还有 2 位，预计等待 4 分钟")
    chats.position(talk, None)
    chats.typing(talk, Author.AGENT, "1001", True)
    await expect(page.locator(".typing")).to_be_visible()
    await chats.post(talk, Author.AGENT, "1001", text="<img src=x onerror=alert(1)> 您好")
    await expect(texts(page).last).to_have_text("<img src=x onerror=alert(1)> 您好")
    assert await page.locator(".log img").count() == 0
    await told.next("read")
    await chats.read(talk, 1)
    await expect(page.locator(".m.visitor .state")).to_have_text("已读")
    offer = (Choice("loss", "挂失"), Choice("new", "补卡"))
    await chats.post(talk, Author.BOT, "bot", text="请选择", choices=offer)
    await page.get_by_role("button", name="挂失").click()
    assert (await told.next("chose")).chosen.choice == "loss"
    if folder := os.environ.get("CALLCENTER_PICTURES"):
        await page.screenshot(path=f"{folder}/chat-widget.png")
    await chats.close(talk, "agent", survey=True)
    await page.get_by_role("button", name="4 ★").click()
    await page.get_by_label("您的意见").fill("很快")
    await page.get_by_role("button", name="提交评价").click()
    assert await told.next("rated") == (4, "很快")
    await page.get_by_role("button", name="开始新的会话").click()
    assert (await told.next("opened", 2)).id != talk


async def test_a_line_that_is_cut_again_and_again_loses_nothing_and_doubles_nothing(bank: Bank, told: Told) -> None:
    page, chats = bank.page, bank.site.chats
    talk = await begun(bank, told, "start")
    wanted = 12
    for number in range(wanted):
        await say(page, f"visitor {number}")
        if number % 2 == 0:
            await bank.wire.cut()
        await chats.post(talk, Author.AGENT, "1001", text=f"agent {number}")
        if number % 2:
            await bank.wire.mend()
    await told.until(lambda: len(told.of("said")) == wanted + 1, timeout_s=60)
    await expect(texts(page)).to_have_count(2 * wanted + 1, timeout=60_000)
    kept = [message.text for message in await chats.history(talk)]
    assert await texts(page).all_inner_texts() == kept
    assert [text for text in kept if text.startswith("visitor")] == [f"visitor {n}" for n in range(wanted)]
    assert [text for text in kept if text.startswith("agent")] == [f"agent {n}" for n in range(wanted)]


async def test_what_was_written_without_a_line_survives_a_reload(bank: Bank, told: Told) -> None:
    page = bank.page
    await begun(bank, told, "first")
    await bank.wire.cut()
    await expect(page.locator(".bar")).to_contain_text("连接已断开")
    await say(page, "written offline")
    await bank.wire.mend()
    await page.reload()
    await expect(texts(page)).to_have_text(["first", "written offline"], timeout=30_000)
    await told.until(lambda: len(told.of("said")) == 2, timeout_s=30)
    assert [m.text for m in told.of("said")] == ["first", "written offline"]


async def test_it_is_worked_by_keyboard_and_clean_for_screen_readers_on_a_telephone(bank: Bank, told: Told) -> None:
    page = bank.page
    await page.set_viewport_size({"width": 375, "height": 700})
    await page.get_by_role("button", name="在线客服").focus()
    await page.keyboard.press("Enter")
    await say(page, "键盘")
    await told.next("said")
    seen = set()
    for _ in range(12):
        await page.keyboard.press("Tab")
        seen.add(await page.evaluate("document.activeElement.shadowRoot?.activeElement?.tagName"))
    assert seen <= {"BUTTON", "TEXTAREA", "DIV"}, "the focus stays inside"
    box = await page.locator(".panel").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 375)
    found = await axe(page)
    assert found == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="在线客服")).to_be_focused()


async def axe(page: Page) -> list[str]:
    """Violations inside the widget, in both colour schemes."""
    source = (VENDOR / "axe.min.js").read_text(encoding="utf-8")
    found: list[str] = []
    session = await page.context.new_cdp_session(page)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        run = "axe.run().then(r => JSON.stringify(r.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target))))"
        said = await session.send(
            "Runtime.evaluate", {"expression": f"{source};{run}", "awaitPromise": True, "returnByValue": True}
        )
        found += [each for each in msgspec.json.decode(said["result"]["value"]) if not each.startswith("region")]
    return found
