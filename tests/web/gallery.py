"""The pages with sample data: served for axe and for screenshots.

``python -m tests.web.gallery FOLDER [NAME [zh,en [light,dark]]]``, at 1366×768.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

from callcenter.domain.agent import AgentState as S
from callcenter.domain.views import DeskView
from callcenter.telephony.asterisk.provision import fonts, tools
from callcenter.web.app import create_app
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.doubles import DeskDouble
from tests.web.houses import HOUSES
from tests.web.registrar import registrar
from tests.web.scenes import TYPES, Scene, scenes

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
SIZE = {"width": 1366, "height": 768}


@asynccontextmanager
async def serving(services: WebServices) -> AsyncIterator[str]:
    """The pages over ``services`` on a free loopback port."""
    app = create_app(services)
    async with served(app) as base:
        try:
            yield base
        finally:
            await app.state.hub.close()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """An app on a free loopback port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(app, log_level="warning", ws="websockets-sansio", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign,attr-defined]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A real Chromium; raises ``LookupError`` where there is none."""
    os.environ.update({**tools.playwright_environment(), **fonts.environment(lambda line: None)})
    found = tools.locate("chromium", lambda line: None)
    if found is None:
        raise LookupError("Chromium is not here; scripts/setup/tools chromium brings it")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found.command[0], args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


async def signed_in(context: BrowserContext, base: str, name: str) -> Page:
    """A page of a signed-in user."""
    page = await context.new_page()
    if name:
        await page.goto(f"{base}/sign-in")
        await page.fill("[name=name]", name)
        await page.fill("[name=password]", samples.PASSWORD)
        await page.click("button.primary")
        await page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


async def prepare(services: WebServices, view: DeskView | None) -> None:
    """Put the scene's desk in place, and our clock at the sample's moment."""
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    await desk.show(view or samples.desk(S.AVAILABLE))


async def look_of(browser: Browser, base: str, language: str, theme: str) -> BrowserContext:
    """A browser of its own at 1366×768 in this language and theme, in the sample bank's time zone."""
    locale = {"zh": "zh-CN", "en": "en-GB"}[language]
    context = await browser.new_context(viewport=SIZE, locale=locale, timezone_id="Asia/Shanghai")
    for name, value in (("cc_language", language), ("cc_theme", theme)):
        await context.add_cookies([{"name": name, "value": value, "url": base}])
    await context.add_init_script("sessionStorage.setItem('desk-id', 'desk-of-the-test')")
    return context


@asynccontextmanager
async def page_at(services: WebServices, name: str, path: str) -> AsyncIterator[Page]:
    """A page of a running app in English, as somebody signed in sees it on a small screen."""
    async with serving(services) as base, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
        await context.add_cookies([{"name": "cc_language", "value": "en", "url": base}])
        page = await signed_in(context, base, name)
        await page.goto(f"{base}{path}")
        yield page


async def open_scene(page: Page, base: str, scene: Scene) -> None:
    """The page, live, with its steps taken."""
    if scene.path == "/agent":
        await page.goto(base + "/static/css/app.css")  # the desk of the page before has let go of its name
    await page.goto(base + scene.path)
    await page.wait_for_load_state("load")
    if scene.path == "/agent":
        await page.wait_for_selector("html[data-call]", state="attached")
        if "#act-check" not in scene.steps:
            await page.evaluate("document.getElementById('check').close()")
            await page.wait_for_selector("#line:is([data-line=ready], [data-line=away], [data-line=phone])")
    if scene.path == "/floor":
        await page.wait_for_selector("#line[data-line=ready]")
    for step in scene.steps:
        selector, typing, text = step.partition(TYPES)
        if selector.startswith("key:"):
            await page.keyboard.press(selector[4:])
        elif typing:
            await page.fill(selector, text)
        else:
            await page.locator(selector).first.click()
    await page.wait_for_selector(scene.shows)


@asynccontextmanager
async def opened(
    browser: Browser, wanted: Sequence[Scene], language: str, theme: str
) -> AsyncIterator[AsyncIterator[tuple[Scene, Page, list[str]]]]:
    """The scenes one after another, each opened, with what its console complained of; one sign-in for each person."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = await stack.enter_async_context(registrar())
        cookies: dict[tuple[str, str], Any] = {}
        houses: dict[str, tuple[WebServices, str]] = {}

        async def house(name: str) -> tuple[WebServices, str]:
            if name not in houses:
                (folder / name).mkdir()
                services = await stack.enter_async_context(HOUSES[name](folder / name))
                ready = dataclasses.replace(services.settings, asterisk_ws=address)
                services = dataclasses.replace(services, settings=ready)
                houses[name] = services, await stack.enter_async_context(serving(services))
            return houses[name]

        async def pages() -> AsyncIterator[tuple[Scene, Page, list[str]]]:
            for scene in wanted:
                services, base = await house(scene.house)
                await prepare(services, scene.view)
                context, said = await look_of(browser, base, language, theme), list[str]()
                context.set_default_timeout(20_000)
                try:
                    who = scene.house, scene.user
                    if who in cookies and scene.user:
                        await context.add_cookies(cookies[who])
                    page = await signed_in(context, base, "" if who in cookies else scene.user)
                    cookies[who] = await context.cookies()
                    page.on("console", lambda m, into=said: into.append(m.text) if m.type == "error" else None)
                    page.on("pageerror", lambda error, into=said: into.append(f"script: {error}"))
                    try:
                        await open_scene(page, base, scene)
                    except PlaywrightError as error:
                        said.append(f"does not open: {error.message[:300]}")
                    yield scene, page, said
                finally:
                    await context.close()

        yield pages()


async def take(folder: Path, wanted: str, languages: Sequence[str], themes: Sequence[str]) -> None:
    """Screenshots of every scene whose name holds ``wanted``."""
    chosen = [scene for scene in scenes() if wanted in scene.name]
    async with chromium() as browser:
        for language, theme in product(languages, themes):
            async with opened(browser, chosen, language, theme) as pages:
                async for scene, page, said in pages:
                    await page.screenshot(path=folder / f"{scene.name}-{language}-{theme}.png")
                    sys.stdout.write(f"{scene.name} {language} {theme} {said or ''}\n")


if __name__ == "__main__":
    target, *some = sys.argv[1:]
    name, languages, themes = [*some, *["", "zh", "light"][len(some) :]]
    Path(target).mkdir(parents=True, exist_ok=True)
    asyncio.run(take(Path(target), name, languages.split(","), themes.split(",")))
