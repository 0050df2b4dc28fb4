"""A contact's score on its page: each point with its sentence, masked, for those who may judge."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.web import samples
from tests.web.conftest import Browser
from tests.web.gallery import page_at
from tests.web.scenes import FIRST

CARD = "6222021234567890"


async def test_each_point_cites_its_sentence_and_the_sentence_is_marked(browser_of: Callable[..., Browser]) -> None:
    quality = browser_of()
    await quality.sign_in("zhangli")
    page = (await quality.get(f"/contacts/{FIRST}")).text
    assert 'data-finding="turn-rec-1-2"' in page
    assert 'id="turn-rec-1-2"' in page
    assert page.count("turn-found") == 3
    assert "nowhere in the conversation" in page
    assert "Recording not announced" in page
    assert CARD not in page
    assert "by rules 3 and form 2" in page


async def test_a_leader_sees_it_and_the_agent_does_not(browser_of: Callable[..., Browser]) -> None:
    leader, agent = browser_of(), browser_of()
    await leader.sign_in("liqiang")
    assert "score-title" in (await leader.get(f"/contacts/{FIRST}")).text
    await agent.sign_in("wangfang")
    page = (await agent.get(f"/contacts/{FIRST}")).text
    assert "我的信用卡丢了" in page
    for hidden in ("score-title", "turn-found", "Asks for a secret"):
        assert hidden not in page


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with page_at(samples.services(tmp_path), "zhangli", f"/contacts/{FIRST}") as page:
        yield page


@pytest.mark.browser
async def test_a_finding_leads_to_its_place_in_the_recording(page: Page) -> None:
    await page.locator('[data-finding="turn-rec-1-3"]').click()
    await expect(page.get_by_role("slider", name="Place in the recording")).to_have_attribute("aria-valuetext", "0:54")
    await expect(page.locator("[data-turn][aria-current]")).to_contain_text("Threatens to escalate")
