"""A contact centre at work: product with web server, Asterisk, SIP telephones, and a Chromium for each person."""

from __future__ import annotations

import asyncio
import os
import signal
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from playwright.async_api import Browser, Page, Playwright, async_playwright, expect

from callcenter.app.wiring import Product
from callcenter.domain import effects as ef
from callcenter.domain.views import ContactView
from callcenter.web.app import create_app
from tests.app.live import AGENT_PHONES, Floor, live
from tests.browser.namespace import HOST
from tests.sip.rtp import TONE_LEVEL
from tests.sip.ua import Call

PASSWORD = "demo-password-1"
TONES = {"1001": 700, "1002": 900, "guest": 1300}
"""What each Chromium's microphone hears, in Hz."""
BROWSER_PHONES = ("1001", "1002")
_EARS = (Path(__file__).parent / "ears.js").read_text()
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
_HEARD_DB = -55
_PLAYS = "async () => { const s = await ears.stats(); return s.packets > 10 && s.energy > 0 && s.paused === false; }"


def microphone(file: Path, tone: int) -> Path:
    """Beeps of half a second: a steady tone would be taken away by the browser's noise suppression."""
    rate = 48_000
    t = np.arange(rate // 2) / rate
    beep = (9_000 * np.sin(2 * np.pi * tone * t)).astype(np.int16)
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.concatenate([beep, np.zeros(rate // 2, np.int16)]).tobytes())
    return file


class Person:
    """Somebody at a browser. ``troubles`` are script errors and refused resources: there must be none."""

    def __init__(self, office: Office, name: str, browser: Browser, page: Page) -> None:
        self.office, self.name, self.browser, self.page = office, name, browser, page
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    async def sign_in(self) -> None:
        """Through the page, by keyboard."""
        await self.page.goto(f"{self.office.base}/sign-in")
        await expect(self.page.locator("[name=name]")).to_be_focused()
        await self.page.keyboard.type(self.name)
        await self.page.keyboard.press("Tab")
        await self.page.keyboard.type(PASSWORD)
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_url(f"{self.office.base}/agent")
        await self.phone_ready()

    async def phone_ready(self) -> None:
        await expect(self.page.locator("#line")).to_have_attribute("data-line", "ready", timeout=10_000)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def call_up(self, timeout_s: float = 8) -> None:
        """Return once this page's telephone is in a call."""
        await expect(self.page.locator("html")).to_have_attribute("data-call", "up", timeout=timeout_s * 1_000)

    async def hears(self, tone: int, timeout_s: float = 8) -> None:
        """Return once the tone arrives here: packets come, with energy, and the page plays them."""
        await self.page.wait_for_function(f"() => ears.tone({tone}) > {_HEARD_DB}", timeout=timeout_s * 1_000)
        real = (
            "async () => { const s = await ears.stats(); return s.packets > 10 && s.energy > 0 && s.paused === false; }"
        )
        await self.page.wait_for_function(real, timeout=timeout_s * 1_000)

    async def hears_no_more(self, tone: int, timeout_s: float = 8) -> None:
        await self.page.wait_for_function(f"() => ears.tone({tone}) < {_HEARD_DB - 15}", timeout=timeout_s * 1_000)

    async def die(self) -> None:
        """The browser ends as in a crash: no goodbye to anybody."""
        session = await self.browser.new_browser_cdp_session()
        processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
        gone = asyncio.Event()
        self.browser.on("disconnected", lambda _: gone.set())
        for process in processes:
            if process["type"] == "browser":
                os.kill(process["id"], signal.SIGKILL)
        await gone.wait()


class Office(Floor):
    """The floor with browsers."""

    def __init__(self, product: Product, ports: list[int], folder: Path, playwright: Playwright, chromium: str) -> None:
        super().__init__(product, ports[3], ports[4])
        self.base = product.settings.base_url
        self._folder, self._playwright, self._chromium = folder, playwright, chromium
        self._stack = AsyncExitStack()
        self.people: list[Person] = []

    def contacts(self) -> tuple[ContactView, ...]:
        """All that are live."""
        return self.product.desk.floor_view().contacts

    async def person(self, name: str) -> Person:
        """A Chromium of their own."""
        sound = microphone(self._folder / f"microphone-{name}.wav", TONES.get(name, 500))
        arguments = [*_ARGUMENTS, f"--use-file-for-fake-audio-capture={sound}"]
        browser = await self._playwright.chromium.launch(executable_path=self._chromium, args=arguments)
        self._stack.push_async_callback(browser.close)
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        await context.grant_permissions(["microphone"])
        await context.add_init_script(_EARS)
        someone = Person(self, name, browser, await context.new_page())
        self.people.append(someone)
        return someone

    async def agent(self, name: str) -> Person:
        """An agent who signed in and whose telephone is registered."""
        someone = await self.person(name)
        await someone.sign_in()
        return someone

    async def close_browsers(self) -> None:
        """Leave; what people saw last is printed, for the report of a test that failed."""
        print(self.states(), [(call.rtp.digits, call.ended) for call in self.customer.calls.values()])
        if os.environ.get("CALLCENTER_DIAGNOSE"):
            await self.diagnose()
        for entry in [entry async for entry in self.product.storage.journal.read()][-60:]:
            print(entry.at_ms, type(entry.event).__name__, *(type(effect).__name__ for effect in entry.effects))
        for someone in self.people:
            if someone.browser.is_connected():
                seen = await someone.page.inner_text("body")
                print(someone.name, someone.troubles, " ".join(seen.split())[:1_000])
        await self._stack.aclose()

    async def diagnose(self) -> None:
        """What Asterisk itself says of bridges and channels, for the report of a failed test."""
        server = self.product.pbx.server
        assert server is not None
        for line in ("bridge show all", "core show channels concise"):
            print(said := await server.command(line))
        for channel in said.splitlines():
            if "!" in channel:
                print(await server.command(f"core show channel {channel.split('!')[0]}"))

    async def fact(self, contact: str, kind: type[ef.Effect], timeout_s: float = 15) -> Any:
        """The first fact of this kind in the contact's story, once it is there."""

        async def look() -> Any:
            async for _ in self.product.desk.changes():
                for entry in await self.story(contact):
                    for effect in entry.effects:
                        if isinstance(effect, kind):
                            return effect
            raise AssertionError("the product ended")

        return await asyncio.wait_for(look(), timeout_s)


async def hears_beeps(call: Call, tone: int, count: int = 2) -> None:
    """Return once the telephone heard a browser's beep that many times."""
    for _ in range(count):
        await call.wait_tone(tone)
        await call.wait(lambda: call.rtp.level(tone) < TONE_LEVEL / 4, f"between the beeps of {tone} Hz")


async def hears_no_beeps(call: Call, tone: int, seconds: float = 1.5) -> None:
    """Return once that long went by without a beep."""
    silent_since = call.rtp.packets

    def over() -> bool:
        nonlocal silent_since
        if call.rtp.level(tone) > TONE_LEVEL / 4:
            silent_since = call.rtp.packets
        return call.rtp.packets - silent_since > seconds * 50

    await call.wait(over, f"free of beeps of {tone} Hz")


@asynccontextmanager
async def web_server(product: Product) -> AsyncIterator[None]:
    """The pages, in this loop, as ``callcenter serve`` does."""
    config = uvicorn.Config(
        create_app(product.web),
        host=product.settings.address,
        port=product.settings.port,
        ws="websockets-sansio",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign,attr-defined]
    task = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def open_office(data: Path, ports: list[int], chromium: str, **more: Any) -> AsyncIterator[Office]:
    """A running product with pages and telephones; 1001 and 1002 work in the browser, 1003 on a SIP telephone."""
    settings = {
        "ice_host_candidates": ((HOST, "127.0.0.1"),),
        "loopback_ice": True,
        "sip_agents": {
            agent: f"sip:{agent}@{host}:{ports[4]}"
            for agent, host in AGENT_PHONES.items()
            if agent not in BROWSER_PHONES
        },
        **more,
    }
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        floor = await stack.enter_async_context(live(data, ports, **settings))
        await stack.enter_async_context(web_server(floor.product))
        office = Office(floor.product, ports, data, playwright, chromium)
        office.customer, office.phones = floor.customer, floor.phones
        try:
            yield office
        finally:
            await office.close_browsers()
