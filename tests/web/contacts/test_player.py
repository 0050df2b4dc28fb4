"""The player in a real browser: drawn, played, led by the keyboard and by the story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.doubles import AuditList
from tests.web.gallery import chromium, serving, signed_in
from tests.web.scenes import FIRST

pytestmark = pytest.mark.browser
_PLACE = "document.querySelector('[data-audio]').currentTime"


@pytest.fixture
def services(tmp_path: Path) -> WebServices:
    return samples.services(tmp_path)


@pytest.fixture
async def page(services: WebServices) -> AsyncIterator[Page]:
    async with serving(services) as base, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
        await context.add_cookies([{"name": "cc_language", "value": "en", "url": base}])
        page = await signed_in(context, base, "zhangli")
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{base}/contacts/{FIRST}")
        yield page
        assert errors == []


def heard(services: WebServices) -> int:
    assert isinstance(services.audit, AuditList)
    return sum(record.act == "recording_heard" for record in services.audit.records)


def wave_of(page: Page) -> Locator:
    return page.get_by_role("slider", name="Place in the recording")


async def test_player(page: Page, services: WebServices) -> None:
    sides = page.locator("[data-sides] path")
    await expect(sides).to_have_count(2)
    outlines = [await sides.nth(side).get_attribute("d") for side in (0, 1)]
    assert all(outline and len(outline) > 1_000 for outline in outlines)
    assert outlines[0] != outlines[1]
    assert heard(services) == 0, "a picture is no listening"

    await page.get_by_role("button", name="Play").click()
    await expect(wave_of(page)).not_to_have_attribute("aria-valuetext", "0:00")
    assert heard(services) == 1
    await page.locator("#main").focus()
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Play")).to_be_visible()
    wave = wave_of(page)
    await wave.focus()
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(wave).to_have_attribute("aria-valuetext", "0:10")
    assert abs(float(await page.evaluate(_PLACE)) - 10) < 0.1

    await page.get_by_text("Taken off hold").click()
    await expect(wave).to_have_attribute("aria-valuetext", "1:27")
    await expect(page.locator("[data-at][aria-current]")).to_contain_text("Taken off hold")
    await page.get_by_role("button", name="Put on hold").click()
    await expect(wave).to_have_attribute("aria-valuetext", "0:55")
    await page.locator("[data-speed]").select_option("2")
    assert await page.evaluate("document.querySelector('[data-audio]').playbackRate") == 2
    await page.get_by_label("Our side", exact=True).uncheck()
    await page.keyboard.press("End")
    assert heard(services) == 1, "one listening, however often it is moved"


async def test_rows_by_keyboard(page: Page) -> None:
    await page.goto(page.url.rsplit("/", 1)[0])
    for _ in range(3):
        await page.keyboard.press("j")
    await page.keyboard.press("k")
    second = page.locator(".row-link").nth(1)
    await expect(second).to_be_focused()
    wanted = await second.get_attribute("href")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{wanted}")
    await page.go_back()
    await page.keyboard.press("/")
    await page.keyboard.type("jk2210")
    await expect(page.locator("#f-number")).to_have_value("jk2210")
