"""The pages with sample data: served for axe and for screenshots (``python -m tests.web.gallery FOLDER``)."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from callcenter.domain.agent import AgentState as S
from callcenter.domain.contact import Place
from callcenter.domain.views import DeskView
from callcenter.telephony.asterisk.provision import tools
from callcenter.web.app import create_app
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.doubles import DeskDouble

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
FIRST = "c-20260309-000412"
Scene = tuple[str, str, str, DeskView | None]


def scenes() -> list[Scene]:
    """Name, user, path and what the desk shows."""
    talk, offer = samples.contact(), samples.contact(Place.OFFERED)
    held = samples.contact(on_hold=True, hold_since_ms=samples.NOW - 33_000, recording="paused")
    asking = samples.contact(consult="talking", consult_target="agent:1003")
    return [
        ("sign-in", "", "/sign-in", None),
        ("call", "", "/call", None),
        ("agent-break", "wangfang", "/agent", samples.desk(S.ON_BREAK, reason="signed_in")),
        ("agent-available", "wangfang", "/agent", samples.desk(S.AVAILABLE)),
        ("agent-offer", "wangfang", "/agent", samples.desk(S.OFFERED, contacts=(offer,))),
        ("agent-talk", "wangfang", "/agent", samples.desk(S.BUSY, contacts=(talk,))),
        (
            "agent-hold",
            "wangfang",
            "/agent",
            samples.desk(S.BUSY, contacts=(held,), next_state=S.ON_BREAK, next_reason="lunch"),
        ),
        ("agent-consult", "wangfang", "/agent", samples.desk(S.BUSY, contacts=(asking,))),
        (
            "agent-wrapup",
            "wangfang",
            "/agent",
            samples.desk(S.WRAP_UP, wrap_up=talk, wrap_up_ends_ms=samples.NOW + 24_000),
        ),
        ("contacts", "liqiang", "/contacts", None),
        ("contact", "liqiang", f"/contacts/{FIRST}", None),
        ("floor", "liqiang", "/floor", None),
        ("users", "admin", "/users", None),
        ("password", "admin", "/password", None),
        ("not-found", "admin", "/nowhere", None),
    ]


@asynccontextmanager
async def serving(services: WebServices) -> AsyncIterator[str]:
    """The app on a free loopback port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(
        create_app(services), log_level="warning", ws="websockets-sansio", timeout_graceful_shutdown=1
    )
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
    os.environ.update(tools.playwright_environment())
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


async def take(folder: Path, languages: tuple[str, ...], themes: tuple[str, ...], wanted: str) -> None:
    """Screenshots at 1366×768 of every scene."""
    with tempfile.TemporaryDirectory() as files:
        services = samples.services(Path(files))
        async with serving(services) as base, chromium() as browser:
            for language in languages:
                for theme in themes:
                    for name, user, path, view in scenes():
                        if wanted not in name:
                            continue
                        await prepare(services, view)
                        context = await browser.new_context(viewport={"width": 1366, "height": 768})
                        await context.add_cookies(
                            [
                                {"name": "cc_language", "value": language, "url": base},
                                {"name": "cc_theme", "value": theme, "url": base},
                            ]
                        )
                        page = await signed_in(context, base, user)
                        errors: list[str] = []
                        page.on("console", lambda m, e=errors: e.append(m.text) if m.type == "error" else None)
                        page.on("pageerror", lambda e, into=errors: into.append(str(e)))
                        await page.add_init_script("sessionStorage.setItem('desk-id', 'desk-of-the-test')")
                        await page.goto(base + path)
                        await page.wait_for_load_state("load")
                        if path == "/agent":
                            await page.wait_for_selector("html[data-call]", state="attached")
                        await page.screenshot(path=folder / f"{name}-{language}-{theme}.png")
                        sys.stdout.write(f"{name} {language} {theme} {errors or ''}\n")
                        await context.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    some = sys.argv[2:]
    asyncio.run(
        take(
            target,
            tuple((some[1:2] or ["zh"])[0].split(",")),
            tuple((some[2:3] or ["light"])[0].split(",")),
            (some or [""])[0],
        )
    )
