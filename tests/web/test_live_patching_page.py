"""The browser's side of patches: the page follows, and keeps focus, typed text and open menus."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Route

from callcenter import web
from callcenter.web.live import Picture, patch
from tests.web.gallery import chromium

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PARTS = Path(web.__file__).parent / "frontend" / "src" / "parts"
LISTS = ("offered", "busy", "break")
HTML = """<!doctype html><body data-now="1"><div data-region="summary"></div>
<ul data-list="offered"></ul><ul data-list="busy"></ul><ul data-list="break"></ul>
<script type="module">
  import { applyPatch } from "/parts/patches.js";
  window.applyPatch = applyPatch;
</script>"""
SHOWN = """() => Object.fromEntries([...document.querySelectorAll("[data-list]")].map((list) =>
  [list.dataset.list, [...list.children].map((row) => [row.dataset.key, row.outerHTML])]))"""


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        if name.endswith(".js"):
            await route.fulfill(body=(PARTS / name).read_text(), content_type="text/javascript")
        else:
            await route.fulfill(body=HTML, content_type="text/html")

    async with chromium() as browser:
        opened = await browser.new_page()
        await opened.route("**/*", answer)
        await opened.goto("http://patches.test/page")
        await opened.wait_for_function("window.applyPatch !== undefined")
        yield opened


def row(key: str, text: str, more: str = "") -> str:
    return f'<li data-key="{key}" class="{text}"><b>{key}</b> {text}<button id="more-{key}">+</button>{more}</li>'


async def show(page: Page, old: Picture | None, new: Picture) -> None:
    news = patch(old, new)
    if news is not None:
        await page.evaluate("(news) => window.applyPatch(news)", json.loads(json.dumps(news)))


async def test_whatever_was_shown_the_page_shows_the_new_picture(page: Page) -> None:
    chance, before = random.Random(7), None
    for turn in range(150):
        keys = [f"agent-{k}" for k in range(14) if chance.random() < 0.8]
        chance.shuffle(keys)
        lists: dict[str, dict[str, str]] = {name: {} for name in LISTS}
        for key in keys:
            lists[chance.choice(LISTS)][key] = row(key, chance.choice(["calm", "busy", "late"]))
        picture = Picture({"summary": str(turn)}, lists)
        await show(page, None if turn % 40 == 39 else before, picture)
        shown = await page.evaluate(SHOWN)
        assert shown == {name: [[key, html] for key, html in rows.items()] for name, rows in lists.items()}
        assert await page.text_content("[data-region=summary]") == str(turn)
        before = picture


async def test_what_a_person_is_doing_in_a_row_survives_its_change_and_its_move(page: Page) -> None:
    note = '<textarea id="note"></textarea><details id="d"><summary>more</summary>x</details>'
    first = Picture(lists={"busy": {"a": row("a", "calm", note), "b": row("b", "calm")}, "break": {}})
    await show(page, None, first)
    await page.locator("#note").press_sequentially("half a sen")
    await page.locator("#d summary").evaluate("(summary) => { summary.parentElement.open = true; }")
    second = Picture(lists={"busy": {"b": row("b", "calm")}, "break": {"a": row("a", "late", note)}})
    await show(page, first, second)
    assert await page.evaluate("document.activeElement.id") == "note"
    await page.keyboard.type("tence")
    assert await page.input_value("#note") == "half a sentence"
    assert await page.get_attribute("#d", "open") is not None
    assert await page.get_attribute("[data-key=a]", "class") == "late"
    assert await page.locator("[data-list=break] > li").count() == 1


async def test_timers_keep_counting_through_a_patch(page: Page) -> None:
    clock = '<time data-since="1">0:00</time>'
    first = Picture(lists={"busy": {"a": row("a", "calm", clock)}})
    await page.clock.install(time=600_001)
    await page.clock.pause_at(700_001)
    await show(page, None, first)
    painted = await page.text_content("time")
    assert painted not in ("0:00", None)
    await show(page, first, Picture(lists={"busy": {"a": row("a", "late", clock)}}))
    assert await page.text_content("time") == painted


async def test_a_page_that_is_not_what_the_server_thinks_says_so(page: Page) -> None:
    news = {"regions": {}, "gone": [], "lists": {"busy": [["nobody", None, None]]}, "whole": False}
    assert "no row nobody" in await page.evaluate(
        "(news) => { try { window.applyPatch(news); return ''; } catch (error) { return error.message; } }", news
    )
