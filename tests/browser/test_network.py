"""The network between page and server is cut during a call: the truth is back within two seconds after it."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from callcenter.domain import effects as ef
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Place
from tests.app.live import CUSTOMER_TONE
from tests.app.test_call_story import to_card_loss
from tests.browser.office import TONES, Office, Person, hears_beeps
from tests.browser.wire import wire_to

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(200)]
BACK_S = 2.0


async def talking(office: Office):
    agent = await office.agent("1001")
    await agent.press("a")
    call, contact = await to_card_loss(office)
    await agent.page.wait_for_selector("#act-accept")
    await agent.press("Enter")
    await agent.call_up()
    await agent.hears(CUSTOMER_TONE)
    return agent, call, contact


async def cut_for(office: Office, seconds: float, wire) -> None:
    """The time goes by on the product's own clock."""
    clock = office.product.web.clock
    until = clock.now_ms() + int(seconds * 1_000)
    await wire.cut()
    await clock.sleep_until(until)
    await wire.mend()


async def back_in_time(agent: Person, state: AgentState) -> None:
    """The page shows what is so, in time."""
    shown = agent.page.locator(f".desk-state .state-{state.value}")
    async with asyncio.timeout(BACK_S + 0.5):
        await expect(agent.page.locator("#line")).not_to_have_attribute("data-line", "offline", timeout=BACK_S * 1_000)
        await expect(shown).to_be_visible(timeout=BACK_S * 1_000)


async def test_one_second_without_network_costs_nothing(office: Office) -> None:
    async with wire_to(office.product.settings.port + 1_000, office.product.settings.port) as wire:
        office.base = f"http://127.0.0.1:{wire.port}"
        agent, call, contact = await talking(office)
        await agent.press("n")
        await agent.page.keyboard.type("半句话")
        await wire.cut()
        await expect(agent.page.locator("#line")).to_have_attribute("data-line", "offline")
        await wire.mend()
        await back_in_time(agent, AgentState.BUSY)
        await expect(agent.page.locator("html")).to_have_attribute("data-call", "up")
        await agent.hears(CUSTOMER_TONE)
        await hears_beeps(call, TONES["1001"])
        await expect(agent.page.locator("#note")).to_have_value("半句话")
        await agent.phone_ready()
        facts = [effect for entry in await office.story(contact) for effect in entry.effects]
        assert not [fact for fact in facts if isinstance(fact, ef.AgentLeft)]


@pytest.mark.parametrize("seconds", [10, pytest.param(60, marks=pytest.mark.heavy)])
async def test_a_longer_cut_ends_in_the_truth(office: Office, seconds: int) -> None:
    async with wire_to(office.product.settings.port + 1_000, office.product.settings.port) as wire:
        office.base = f"http://127.0.0.1:{wire.port}"
        agent, call, contact = await talking(office)
        await cut_for(office, seconds, wire)
        view = office.product.desk.desk_view("1001")
        assert view is not None
        await back_in_time(agent, view.state)
        live = next((known for known in office.contacts() if known.id == contact), None)
        assert live is not None, "the customer was lost"
        assert live.place in (Place.TALKING, Place.WAITING, Place.OFFERED)
        up = "up" if live.agent == "1001" else "none"
        await expect(agent.page.locator("html")).to_have_attribute("data-call", up, timeout=8_000)
        assert not call.ended
