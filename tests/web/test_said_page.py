"""Words in conversations: found, marked, masked, within reach, and a click leads to the moment in the player."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from callcenter.domain.written_words import wanted
from callcenter.web.contacts.said import highlighted
from tests.web import samples
from tests.web.conftest import Browser
from tests.web.gallery import page_at
from tests.web.scenes import FIRST


async def test_a_hit_is_marked_and_leads_to_its_moment(browser_of: Callable[..., Browser]) -> None:
    quality = browser_of()
    await quality.sign_in("zhangli")
    page = (await quality.get("/contacts/said?said=信用卡")).text
    assert "<mark>信用卡</mark>丢了" in page
    assert f'href="/contacts/{FIRST}#turn-rec-1-1"' in page
    assert "张建国" not in page
    assert "幺三八零零零零二二幺零" not in page


@pytest.mark.parametrize("words", ["张建国", "6222021234567890", "幺三八零零", "<script>alert(1)</script>"])
async def test_what_is_masked_is_not_found(browser_of: Callable[..., Browser], words: str) -> None:
    quality = browser_of()
    await quality.sign_in("zhangli")
    page = (await quality.get("/contacts/said", params={"said": words})).text
    assert "Nobody said that." in page
    assert "<script>alert" not in page


async def test_scores_are_for_those_who_may_hear(browser_of: Callable[..., Browser]) -> None:
    quality, agent = browser_of(), browser_of()
    await quality.sign_in("zhangli")
    assert '<td class="num">80</td>' in (await quality.get("/contacts/said?said=信用卡&score_to=90")).text
    await agent.sign_in("wangfang")
    assert '<td class="num">80</td>' not in (await agent.get("/contacts/said?said=信用卡")).text
    assert "<mark>" not in (await agent.get("/contacts/said?said=信用卡&score_to=90")).text


async def test_what_is_wrong_is_said_and_an_empty_page_says_what_to_do(browser_of: Callable[..., Browser]) -> None:
    quality = browser_of()
    await quality.sign_in("zhangli")
    page = (await quality.get("/contacts/said?said=信用卡&score_from=x&from=morgen")).text
    assert "Write a number from 0 to 1000." in page
    assert "Write a date such as 2026-03-09." in page
    assert "What was said?" in (await quality.get("/contacts/said")).text


def test_a_long_turn_is_cut_around_what_was_found() -> None:
    pieces = highlighted("啊" * 90 + "退款" + "嗯" * 300, wanted("退款"))
    assert pieces[0] == ("…", False)
    assert ("退款", True) in pieces
    assert sum(len(text) for text, _ in pieces) < 250


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with page_at(samples.services(tmp_path), "zhangli", "/contacts/said") as page:
        yield page


@pytest.mark.browser
async def test_from_a_word_to_its_place_in_the_recording(page: Page) -> None:
    await page.get_by_label("Words that were said").fill("就是那个")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="0:54").click()
    await expect(page.get_by_role("slider", name="Place in the recording")).to_have_attribute("aria-valuetext", "0:54")
    await expect(page.locator("#turn-rec-1-3")).to_be_in_viewport()
