"""A reviewer's and an appealing agent's path in a real Chromium, by keyboard where reviewers work."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from callcenter.domain.reviews import ReviewState
from callcenter.web.services import WebServices
from tests.web.gallery import chromium, serving, signed_in
from tests.web.houses import reviews_house
from tests.web.review_samples import NEW

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def score_all(page: Page) -> int:
    """Every line its points, by F; how many lines there are."""
    lines = page.locator(".review-line")
    count = await lines.count()
    for _ in range(count):
        await page.keyboard.press("f")
    return count


async def first_review(page: Page, base: str) -> None:
    await page.goto(f"{base}/quality")
    await page.click(f'a[href="/quality/reviews/{NEW}"]')
    await page.wait_for_url(f"{base}/quality/reviews/{NEW}")
    await page.keyboard.press("j")
    await expect(page.locator("[name=points-greeting]")).to_be_focused()
    assert await score_all(page) > 10
    await page.locator("[name=points-greeting]").focus()
    await page.keyboard.press("z")
    await expect(page.locator("[name=points-greeting]")).to_have_value("0")
    await expect(page.locator("[name=points-name]")).to_be_focused()
    await page.keyboard.press("k")
    await expect(page.locator("[name=points-greeting]")).to_be_focused()
    await page.fill("[name=note-greeting]", "没有问好")
    await page.fill("[name=note]", "先问好，再报工号")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url(f"{base}/quality")


async def comment_at_the_evidence(page: Page, base: str) -> None:
    """A click on what the machine cites leads there; C comments at that moment."""
    await page.goto(f"{base}/quality/reviews/{NEW}")
    await page.click("#line-waiting [data-moment]")
    await expect(page.locator("[data-comment] [data-at]")).to_have_text("0:41")
    await page.keyboard.press("c")
    await expect(page.locator("[data-comment] [name=text]")).to_be_focused()
    await page.keyboard.type("hold is announced")
    await page.keyboard.press("Enter")
    await expect(page.locator(".review-comments")).to_contain_text("hold is announced")


async def appeal(page: Page, base: str) -> None:
    await page.goto(f"{base}/quality/mine")
    await page.click(f'a[href="/quality/mine/{NEW}"]')
    await expect(page.locator("#coaching + p")).to_have_text("先问好，再报工号")
    await expect(page.locator(".review-comments")).to_contain_text("0:41")
    await page.check("input[name=items][value=greeting]")
    await page.fill("[name=reason]", "开头 0:02 处问好了")
    await page.click('form[action$="/appeal"] button')
    await expect(page.locator("#appealed")).to_be_visible()


async def decide(page: Page, base: str, decision: str) -> None:
    await page.goto(f"{base}/quality")
    await page.click(f'section[aria-labelledby=appeals] a[href="/quality/reviews/{NEW}"]')
    await page.wait_for_url(f"{base}/quality/reviews/{NEW}")
    await expect(page.locator("#line-greeting")).to_have_class("review-line disputed")
    if decision == "change":
        await page.keyboard.press("j")
        await page.keyboard.press("f")
    await page.fill("[name=answer]", "听过录音")
    await page.click(f'button[name=act][value="{decision}"]')
    await page.wait_for_url(f"{base}/quality")


@pytest.mark.parametrize(("decision", "scores"), [("change", [92, 100]), ("uphold", [92])])
async def test_review_appeal_decision_acknowledgement(tmp_path: Path, decision: str, scores: list[float]) -> None:
    async with reviews_house(tmp_path) as services, serving(services) as base, chromium() as browser:

        async def enter(name: str) -> Page:
            page = await signed_in(await browser.new_context(), base, name)
            page.on("pageerror", lambda error: pytest.fail(str(error)))
            return page

        first, agent, second = await enter("zhangli"), await enter("wangfang"), await enter("zhaomin")
        await first_review(first, base)
        await comment_at_the_evidence(first, base)
        await appeal(agent, base)
        await first.goto(f"{base}/quality")
        await expect(first.locator(f'section[aria-labelledby=appeals] a[href$="/{NEW}"]')).to_have_count(0)
        await decide(second, base, decision)
        await agent.reload()
        await expect(agent.locator("main")).to_contain_text("听过录音")
        await agent.click('form[action$="/acknowledge"] button')
        await agent.wait_for_url(f"{base}/quality/mine")
        await ended(services, decision, scores)


async def ended(services: WebServices, decision: str, scores: list[float]) -> None:
    kept = await services.reviews.get(NEW)
    assert kept is not None
    assert kept.state is ReviewState.ACKNOWLEDGED
    assert [one.score for one in kept.judgements] == scores
    assert kept.appeal is not None
    assert (kept.appeal.answered_by, kept.appeal.items) == ("zhaomin", ("greeting",))
    assert (kept.judgements[-1].round == "appeal") == (decision == "change")
