"""Anyone rings the hotline from a browser; switched off, nobody does."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from callcenter.domain.contact import EndReason, Place
from tests.app.live import AGENT_TONES
from tests.app.test_call_story import at_step
from tests.browser.office import TONES, Office, hears_beeps

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(100)]


async def test_a_web_caller_speaks_with_an_agent(office: Office) -> None:
    await office.ready("1003")
    caller = await office.person("guest")
    await caller.page.goto(f"{office.base}/call")
    await caller.page.locator("#hotline").select_option("95000")
    await caller.page.locator("#call").click()
    await office.until(lambda: at_step(office, "language"), "the language menu")
    contact = office.contact().id
    await caller.page.locator("[data-key='1']").click()
    await office.until(lambda: at_step(office, "main"), "the main menu")
    await caller.press("0")
    ring = await office.phones["1003"].next_call()
    ring.answer()
    await office.until(lambda: office.contact().place is Place.TALKING, "talking")
    await hears_beeps(ring, TONES["guest"])
    await caller.hears(AGENT_TONES["1003"])

    await caller.press("Escape")
    await expect(caller.page.locator("#phone-status")).to_have_text("通话结束")
    await ring.wait_ended()
    await office.until(lambda: office.contact() is None, "the end")
    row = await office.product.storage.contacts.get(contact)
    assert row is not None
    assert row.reason == EndReason.CUSTOMER_HUNG_UP
    assert caller.troubles == []


@pytest.mark.parametrize("guest_phone", [False])
async def test_a_web_phone_that_is_off_says_so(office: Office) -> None:
    caller = await office.person("guest")
    answer = await caller.page.goto(f"{office.base}/call")
    assert answer is not None
    assert answer.status == 404
    await expect(caller.page.locator("h1")).to_contain_text("没有开放网页电话")
    await expect(caller.page.locator("#call")).to_have_count(0)
    await caller.page.goto(f"{office.base}/sign-in")
    await expect(caller.page.locator("a[href='/call']")).to_have_count(0)
