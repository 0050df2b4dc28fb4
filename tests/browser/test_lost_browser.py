"""An agent's browser dies in the middle of a call: the customer is told and served first."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from callcenter.domain import effects as ef
from callcenter.domain.agent import BREAK_REASON_CONNECTION_LOST, AgentState
from callcenter.domain.contact import Place
from callcenter.domain.views import ContactView
from tests.app.live import CUSTOMER_TONE
from tests.app.test_call_story import to_card_loss
from tests.browser.office import TONES, Office, hears_beeps

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(100)]


async def test_the_customer_of_a_dead_browser_goes_first_to_another_agent(office: Office) -> None:
    lost, saviour = await office.agent("1001"), await office.agent("1002")
    await lost.press("a")
    call, contact = await to_card_loss(office)
    await lost.page.wait_for_selector("#act-accept")
    await lost.press("Enter")
    await lost.call_up()
    await hears_beeps(call, TONES["1001"])
    await one_more_waits(office, contact)

    await lost.die()
    await office.until(lambda: place_of(office, contact) is Place.WAITING, "back in the queue", 20)
    view = office.product.desk.desk_view("1001")
    assert (view.state, view.reason) == (AgentState.ON_BREAK, BREAK_REASON_CONNECTION_LOST)
    await call.wait(lambda: call.rtp.loudness() > 0.01, "being told")

    await saviour.press("a")
    await expect(saviour.page.locator(".work-card.offer")).to_contain_text("138****0001")
    await saviour.press("Enter")
    await saviour.call_up()
    await saviour.hears(CUSTOMER_TONE)
    await hears_beeps(call, TONES["1002"])
    facts = [effect for entry in await office.story(contact) for effect in entry.effects]
    assert [fact.agent for fact in facts if isinstance(fact, ef.AgentConnected)] == ["1001", "1002"]
    back = [fact for fact in facts if isinstance(fact, ef.QueueJoined)][-1]
    assert (back.why.code, back.position) == ("agent_lost", 1)


async def one_more_waits(office: Office, before: str) -> None:
    """Another customer is in the queue already when the first comes back to it."""
    call = await office.dial(caller="13800000077")
    await call.wait_answered()

    def second() -> ContactView | None:
        return next((contact for contact in office.contacts() if contact.id != before), None)

    for step in ("language", "main"):
        await office.until(lambda s=step: (c := second()) and c.flow_path[-1:] == (f"hotline/{s}",), f"the menu {step}")
        call.press("1")
    await office.until(lambda: (c := second()) and c.place is Place.WAITING, "waiting")


def place_of(office: Office, contact: str) -> Place | None:
    return next((known.place for known in office.contacts() if known.id == contact), None)
