"""An agent's whole shift without a mouse, from the headset check to the end: calls, payment, result, break."""

from __future__ import annotations

import msgspec
import pytest
from playwright.async_api import expect

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import FormField, Reason
from tests.app.live import CUSTOMER_TONE
from tests.app.test_call_story import to_card_loss
from tests.browser.office import TONES, Office, hears_beeps

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(110)]

FIELDS = (
    FormField("tail", {"zh": "卡号后四位", "en": "Card ends in"}, "number", required=True),
    FormField(
        "where",
        {"zh": "遗失地点", "en": "Lost where"},
        "choice",
        choices=(Reason("home", {"zh": "境内", "en": "At home"}), Reason("abroad", {"zh": "境外", "en": "Abroad"})),
    ),
)


async def ask_for_fields(office: Office) -> None:
    """The lost card desk asks for two things with each result."""
    config = office.product.desk.config()
    queue = msgspec.structs.replace(config.queues["card_loss"], fields=FIELDS, wrap_up_ms=60_000)
    changed = msgspec.structs.replace(config, queues={**config.queues, "card_loss": queue})
    await office.product.desk.submit(ev.CenterConfigured(config=changed, version=2))


async def test_a_whole_shift_by_keyboard(office: Office) -> None:
    await ask_for_fields(office)
    agent = await office.agent("1001")
    page = agent.page

    check = page.locator("#check")
    await expect(check).to_be_visible()
    for what in ("microphone", "server", "voice"):
        await expect(check.locator(f"[data-check={what}]")).to_have_attribute("data-verdict", "good", timeout=20_000)
    await expect(check.locator("[data-check=voice] [data-said]")).to_contain_text("毫秒")
    await agent.press("Escape")
    await expect(check).to_be_hidden()

    await agent.press("a")
    call, contact = await to_card_loss(office)
    await expect(page.locator(".work-card.offer")).to_be_visible()
    await agent.press("Enter")
    await agent.call_up()
    await agent.hears(CUSTOMER_TONE)
    await expect(page.locator("#quality")).to_have_attribute("data-grade", "good", timeout=12_000)

    await agent.press("h")
    await expect(page.locator("#act-resume")).to_be_visible()
    await agent.press("h")
    await expect(page.locator("#act-hold")).to_be_visible()
    await agent.press("k", "7", "Escape")
    await call.wait_digits("7")

    await office.ready("1003")
    await agent.press("t")
    await expect(page.locator("#targets input[value='agent:1003']")).to_be_visible()
    await expect(page.locator("#find-target")).to_be_focused()
    await agent.press("ArrowDown")
    await expect(page.locator("#targets input[value='agent:1003']")).to_be_focused()
    await agent.press("Space", "Enter")
    ring = await office.phones["1003"].next_call()
    ring.answer()
    await expect(page.locator("#act-conference")).to_be_visible()
    await agent.press("c")
    await ring.wait_tone(CUSTOMER_TONE)
    await expect(page.locator(".parties li")).to_have_count(3)
    await agent.press("x")
    await ring.wait_ended()
    await hears_beeps(call, TONES["1001"])

    await agent.press("p")
    await expect(page.locator(".payment")).to_be_visible()
    await expect(page.locator("#recording-state")).to_contain_text("已暂停")
    await agent.press("p")
    await expect(page.locator(".payment")).to_have_count(0)

    await agent.press("e")
    await expect(page.locator("html")).to_have_attribute("data-call", "none")
    await office.until(lambda: desk_of(office).wrap_up is not None, "wrap-up")
    await agent.press("f", "Space", "n")
    await page.keyboard.type("已挂失，寄新卡")
    await agent.press("Control+Enter")
    await expect(page.locator("#error-tail")).to_be_visible()
    await expect(page.locator("#field-tail")).to_be_focused()
    await page.keyboard.type("1234")
    await agent.press("Escape", "w")
    await office.until(lambda: desk_of(office).wrap_up_extended, "more time")
    await agent.press("Control+Enter")
    filed = await office.fact(contact, ef.WrapUpFiled)
    assert (filed.note, filed.fields) == ("已挂失，寄新卡", {"tail": "1234"})
    await office.until(lambda: desk_of(office).state is AgentState.AVAILABLE, "available")

    await agent.press("b", "1")
    await office.until(lambda: desk_of(office).state is AgentState.ON_BREAK, "on break")
    assert desk_of(office).reason == "lunch"
    await agent.press("b", "0")
    await office.until(lambda: desk_of(office).state is AgentState.LOGGED_OUT, "the end of the shift")
    call.hang_up()
    assert agent.troubles == []


def desk_of(office: Office):
    view = office.product.desk.desk_view("1001")
    assert view is not None
    return view
