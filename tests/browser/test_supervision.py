"""A supervisor on the floor page of a real browser: what each party hears when she listens, whispers, barges in."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Place
from tests.app.live import CUSTOMER_TONE
from tests.app.test_call_story import to_card_loss
from tests.browser.office import TONES, Office, Person, hears_beeps, hears_no_beeps

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(110)]
LEADER_TONE = 500
"""What the microphone of anybody without a tone of their own hears."""


async def on_the_floor(office: Office, agent: str) -> Person:
    """The leader, who left her desk for the floor page, with the agent's panel open."""
    leader = await office.agent("leader")
    await leader.page.goto(f"{office.base}/floor")
    await expect(leader.page.locator("#line")).to_have_attribute("data-line", "ready")
    await office.until(lambda: not office.product.desk.desk_view("1008").desk, "her desk page is gone")
    await leader.page.locator(f'.tile-open[data-open="agent:{agent}"]').click()
    await expect(leader.page.locator("#panel-title")).to_be_focused()
    return leader


async def test_listen_whisper_barge_and_take_over(office: Office) -> None:
    agent = await office.agent("1001")
    call, contact = await to_card_loss(office)
    await agent.press("a")
    await expect(agent.page.locator("#act-accept")).to_be_visible()
    await agent.press("Enter")
    await agent.call_up()
    await hears_beeps(call, TONES["1001"])
    leader = await on_the_floor(office, "1001")
    pressed = "[data-act={}][aria-pressed=true]"

    await leader.press("l")
    await leader.call_up(12)
    await leader.hears(CUSTOMER_TONE)
    await leader.hears(TONES["1001"])
    await expect(leader.page.locator(pressed.format("listen"))).to_be_visible()
    await hears_no_beeps(call, LEADER_TONE)
    await agent.hears_no_more(LEADER_TONE)

    await leader.press("w")
    await agent.hears(LEADER_TONE)
    await hears_no_beeps(call, LEADER_TONE, seconds=3)
    await hears_beeps(call, TONES["1001"])
    await leader.hears(CUSTOMER_TONE)

    await leader.press("b")
    await hears_beeps(call, LEADER_TONE)
    await agent.hears(LEADER_TONE)
    await leader.hears(CUSTOMER_TONE)

    await leader.press("o")
    await expect(leader.page.locator("#taken")).to_be_visible()
    await office.until(
        lambda: office.contact().agent == "1008" and office.contact().place is Place.TALKING, "the leader has the call"
    )
    await office.until(lambda: office.product.desk.desk_view("1001").state is AgentState.WRAP_UP, "1001 writes")
    await hears_beeps(call, LEADER_TONE)
    await hears_no_beeps(call, TONES["1001"])
    await leader.hears(CUSTOMER_TONE)

    await leader.page.locator("#taken a").click()
    await leader.call_up(12)
    await hears_beeps(call, LEADER_TONE)
    await leader.hears(CUSTOMER_TONE)
    await expect(leader.page.locator("#act-hold")).to_be_visible()
    await leader.press("e")
    await expect(leader.page.locator("html")).to_have_attribute("data-call", "none")

    rows = [row.record async for row in office.product.storage.audit.rows()]
    written = [(row.act, row.subject) for row in rows if row.actor == "leader" and row.subject.startswith("contact:")]
    assert written == [(act, f"contact:{contact}") for act in ("listen", "whisper", "barge", "take_over")]
    assert agent.troubles + leader.troubles == []


async def test_it_rings_in_the_desk_window_when_that_is_open_and_stopping_leaves_the_talk_alone(
    office: Office,
) -> None:
    agent = await office.agent("1001")
    call, _contact = await to_card_loss(office)
    await agent.press("a")
    await expect(agent.page.locator("#act-accept")).to_be_visible()
    await agent.press("Enter")
    await agent.call_up()
    leader = await office.agent("leader")
    floor = await leader.page.context.new_page()
    await floor.goto(f"{office.base}/floor")
    await floor.locator('.tile-open[data-open="agent:1001"]').click()
    await expect(floor.locator("#panel-title")).to_be_focused()
    await floor.keyboard.press("l")
    await leader.call_up(12)
    await leader.hears(CUSTOMER_TONE)
    await expect(floor.locator("#phone-note")).to_contain_text("工作台窗口")
    await floor.locator("[data-act=stop]").click()
    await expect(leader.page.locator("html")).to_have_attribute("data-call", "none")
    await hears_beeps(call, TONES["1001"])
    assert agent.troubles + leader.troubles == []
