"""A second tab asks before it takes the desk and its telephone; the agent is never there twice."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from callcenter.domain import effects as ef
from tests.app.live import CUSTOMER_TONE
from tests.app.test_call_story import to_card_loss
from tests.browser.office import TONES, Office, Person, hears_beeps

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(110)]


async def test_the_call_goes_on_in_the_second_tab_once_it_is_asked_to(office: Office) -> None:
    first = await office.agent("1001")
    await first.press("a")
    call, contact = await to_card_loss(office)
    await first.page.wait_for_selector("#act-accept")
    await first.press("Enter")
    await first.call_up()
    desk = office.product.desk.desk_view("1001").desk

    second = Person(office, "1001", first.browser, await first.page.context.new_page())
    await second.page.goto(f"{office.base}/agent")
    await expect(second.page.locator("#act-take_over")).to_be_visible()
    await expect(second.page.locator("html")).to_have_attribute("data-call", "none")
    assert office.product.desk.desk_view("1001").desk == desk
    await first.hears(CUSTOMER_TONE)

    await second.press("s")
    await second.call_up()
    await expect(first.page.locator("html")).to_have_attribute("data-call", "none")
    await expect(first.page.locator("[data-region=notice]")).to_contain_text("另一个窗口")
    await second.hears(CUSTOMER_TONE)
    await hears_beeps(call, TONES["1001"])
    assert office.product.desk.desk_view("1001").desk != desk
    facts = [effect for entry in await office.story(contact) for effect in entry.effects]
    assert {fact.agent for fact in facts if isinstance(fact, ef.AgentConnected)} == {"1001"}
    assert not [fact for fact in facts if isinstance(fact, ef.ContactEnded)]
    assert first.troubles + second.troubles == []
