"""The real browser of the benchmark of fluent pages: an agent's page, the floor, and a control beside them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from playwright.async_api import Browser, Page

from scripts.benchmarks.desk_plan import agent_id, cookie

LEADER = "benchmark-leader"
_CONTROL = """() => {
  const place = document.createElement("p");
  document.body.append(place);
  setInterval(() => {
    const until = performance.now() + 5;
    while (performance.now() < until) place.textContent = String(until);
  }, 100);
}"""
_TILES = """() => Object.fromEntries([...document.querySelectorAll("[data-list^=agents-] > li")]
  .map((tile) => [tile.dataset.key.slice(6), tile.parentElement.dataset.list.slice(7)]))"""


class Task(NamedTuple):
    """One task of a page's main thread, in ms: by the clock on the wall, and of the processor."""

    wall_ms: float
    cpu_ms: float


async def open_page(browser: Browser, base: str, path: str, token: str) -> Page:
    """A page of a signed-in user in a context of its own."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    for name, value in (("cc_session", token), ("cc_language", "zh")):
        await context.add_cookies([{"name": name, "value": value, "url": base}])
    page = await context.new_page()
    await page.goto(base + path)
    return page


async def open_agent(browser: Browser, base: str) -> Page:
    """Desk 0's page, its check before the shift put aside."""
    page = await open_page(browser, base, "/agent", cookie(0))
    await page.wait_for_selector("#line:not([data-line=offline])")
    await page.wait_for_selector("[data-region=state] #act-break")
    await page.evaluate("document.getElementById('check')?.close()")
    return page


async def open_floor(browser: Browser, base: str) -> Page:
    """The floor, live."""
    page = await open_page(browser, base, "/floor", LEADER)
    await page.wait_for_selector("#line[data-line=ready]")
    return page


@asynccontextmanager
async def control_page(browser: Browser) -> AsyncIterator[Page]:
    """No page of ours: works 5 ms ten times a second. What is long here is the machine's doing."""
    page = await browser.new_page()
    await page.goto("data:text/html,<!doctype html><body></body>")
    await page.evaluate(_CONTROL)
    yield page
    await page.close()


async def begin_tracing(browser: Browser, pages: dict[str, Page]) -> None:
    """From now on the browser notes its main threads' tasks; each page leaves its name in the notes."""
    await browser.start_tracing(categories=["toplevel", "blink.user_timing"])
    for name, page in pages.items():
        await page.evaluate("(name) => { performance.mark(name); }", name)


async def tasks_since(browser: Browser, pages: dict[str, Page]) -> dict[str, list[Task]]:
    """By page, the tasks of its main thread since tracing began."""
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    places = {event["name"]: (event["pid"], event["tid"]) for event in events if event["name"] in pages}
    found: dict[tuple[int, int], list[Task]] = {place: [] for place in places.values()}
    for event in events:
        place = (event["pid"], event["tid"])
        if event["name"] == "ThreadControllerImpl::RunTask" and place in found:
            found[place].append(Task(event.get("dur", 0) / 1000, event.get("tdur", 0) / 1000))
    return {name: found[places[name]] for name in pages}


async def shows(agent: Page, floor: Page, states: dict[str, str]) -> None:
    """Return when both pages show these states; TimeoutError when they do not."""
    wanted = json.dumps(states)
    same = f"() => {{ const wanted = {wanted}, shown = ({_TILES})(); return Object.keys(wanted).length === "
    same += "Object.keys(shown).length && Object.entries(wanted).every(([who, state]) => shown[who] === state); }"
    await floor.wait_for_function(same, timeout=20_000)
    await agent.wait_for_selector(f"[data-region=state] .state-{states[agent_id(0)]}", timeout=20_000)
