"""Every page, both languages, both themes: no violation, no script error; every control named and reachable."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.web.gallery import chromium, opened
from tests.web.scenes import Scene, scenes

AXE = Path(__file__).parents[2] / "callcenter/web/static/vendor/axe.min.js"
LOOKS = [("zh", "light"), ("en", "dark"), ("zh", "dark"), ("en", "light")]
EXPECTED = ("status of 401", "status of 403", "status of 404", "status of 422", "WebSocket")
"""What the console may say: pages of refusals, forms with faults, and no PBX behind the softphone."""

NAMELESS = ("RootWebArea", "Iframe", "dialog", "main", "option")
"""What may have the focus without a name: the page, what a skip link leads to, the empty choice of a list."""

REACH = (Path(__file__).parent / "reach.js").read_text(encoding="utf-8")
DAILY = ("agent-talk", "agent-wrapup", "floor-agent", "contacts", "contact", "users", "admin-overview", "admin-queue")

pytestmark = pytest.mark.browser


@pytest.mark.timeout(600)
async def test_no_daily_page_has_a_violation() -> None:
    """Each once, Chinese and light or English and dark in turn."""
    daily = [scene for scene in scenes() if scene.name in DAILY]
    faults = await faults_of([(scene, *LOOKS[number % 2]) for number, scene in enumerate(daily)])
    assert not faults, "\n".join(faults)


@pytest.mark.heavy
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize(("language", "theme"), LOOKS)
async def test_no_page_has_a_violation_in_any_look(language: str, theme: str) -> None:
    faults = await faults_of([(scene, language, theme) for scene in scenes()])
    assert not faults, "\n".join(faults)


@pytest.mark.timeout(600)
async def test_every_control_of_the_daily_pages_is_named_and_reached_by_tab() -> None:
    faults = await out_of_reach([scene for scene in scenes() if scene.name in DAILY])
    assert not faults, "\n".join(faults)


@pytest.mark.heavy
@pytest.mark.timeout(1_200)
async def test_every_control_of_the_other_pages_is_named_and_reached_by_tab() -> None:
    faults = await out_of_reach([scene for scene in scenes() if scene.name not in DAILY])
    assert not faults, "\n".join(faults)


async def faults_of(looks: Sequence[tuple[Scene, str, str]]) -> list[str]:
    """Violations, script errors and pages too large, each with its page."""
    ordered = sorted(looks, key=lambda look: (look[1:], look[0].house, look[0].path == "/agent"))
    groups = [list(group) for _, group in groupby(ordered, lambda x: (x[1:], x[0].house, x[0].path == "/agent"))]
    async with chromium() as browser:
        gate = asyncio.Semaphore(3)

        async def part(group: list[tuple[Scene, str, str]]) -> list[str]:
            async with gate:
                return await _violations(browser, [scene for scene, _, _ in group], *group[0][1:])

        return [fault for found in await asyncio.gather(*map(part, groups)) for fault in found]


async def _violations(browser: Browser, wanted: Sequence[Scene], language: str, theme: str) -> list[str]:
    faults: list[str] = []
    async with opened(browser, wanted, language, theme) as pages:
        async for scene, page, said in pages:
            where = f"{scene.name} {language} {theme}"
            faults += [f"{where}: {text}" for text in said if not any(known in text for known in EXPECTED)]
            faults += [f"{where} {text}" for text in await _size_faults(page, scene)]
            await page.evaluate(AXE.read_text(encoding="utf-8"))
            result = await page.evaluate("() => axe.run()")
            faults += [
                f"{where}: {v['id']}: {v['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
                for v in result["violations"]
                for node in v["nodes"]
            ]
    return faults


async def _size_faults(page: Page, scene: Scene) -> list[str]:
    height, width = await page.evaluate(
        "() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
    )
    found = [f"scrolls sideways: {width}"] if width > 1366 else []
    whole = scene.path in ("/agent", "/floor", "/floor/wall")
    found += [f"scrolls: {height}"] if whole and height > 768 else []
    wide = "() => [...document.querySelectorAll('.floor > .column')].map((c) => c.scrollWidth - c.clientWidth)"
    found += [f"has a column too wide by {by}" for by in await page.evaluate(wide) if by > 0]
    rows = "() => new Set([...document.querySelectorAll('.toolbar button')].map(b => b.offsetTop)).size"
    return found + (["wraps its toolbar"] if await page.evaluate(rows) > 1 else [])


async def out_of_reach(wanted: Sequence[Scene]) -> list[str]:
    """Controls Tab does not come to, and places without a name."""
    faults: list[str] = []
    async with chromium() as browser, opened(browser, wanted, "zh", "light") as pages:
        async for scene, page, said in pages:
            faults += [f"{scene.name}: {text}" for text in said if "does not open" in text]
            count = await page.evaluate(REACH)
            for _ in range(count):
                await page.keyboard.press("Tab")
            faults += [f"{scene.name}: {text}" for text in await page.evaluate("() => reachFaults()")]
            faults += [f"{scene.name}: no name: {text}" for text in await _nameless(page)]
    return faults


async def _nameless(page: Page) -> list[str]:
    """What can have the focus and says nothing to a screen reader, by the browser's own accessibility tree."""
    session = await page.context.new_cdp_session(page)
    nodes = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    return [
        f"{node['role']['value']} {node.get('backendDOMNodeId')}"
        for node in nodes
        if not node.get("ignored")
        and node.get("role", {}).get("value") not in NAMELESS
        and any(p["name"] == "focusable" and p["value"].get("value") for p in node.get("properties", []))
        and not node.get("name", {}).get("value", "").strip()
    ]
