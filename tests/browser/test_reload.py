"""The page is loaded anew in each state of a call and comes back to it; a microphone may be refused, or unplugged."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from callcenter.domain.agent import AgentState
from tests.app.live import CUSTOMER_TONE
from tests.app.test_call_story import to_card_loss
from tests.browser.office import TONES, Office, hears_beeps

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(110)]


async def test_reload_while_talking_on_hold_consulting_and_wrapping_up(office: Office) -> None:
    agent = await office.agent("1001")
    page = agent.page
    await agent.press("a")
    call, _ = await to_card_loss(office)
    await page.wait_for_selector("#act-accept")
    await agent.press("Enter")
    await agent.call_up()

    await page.reload()
    await agent.call_up()
    await agent.hears(CUSTOMER_TONE)
    await hears_beeps(call, TONES["1001"])

    await agent.press("h")
    await expect(page.locator("#act-resume")).to_be_visible()
    await page.reload()
    await agent.call_up()
    await expect(page.locator("#act-resume")).to_be_visible()
    await agent.press("h")
    await agent.hears(CUSTOMER_TONE)

    await office.ready("1003")
    await agent.press("t")
    await expect(page.locator("#targets input[value='agent:1003']")).to_be_visible()
    await expect(page.locator("#find-target")).to_be_focused()
    await agent.press("ArrowDown")
    await expect(page.locator("#targets input[value='agent:1003']")).to_be_focused()
    await agent.press("Space", "Enter")
    ring = await office.phones["1003"].next_call()
    ring.answer()
    await expect(page.locator("#act-complete")).to_be_visible()
    await page.reload()
    await agent.call_up()
    await expect(page.locator("#act-complete")).to_be_visible()
    await ring.wait_tone(TONES["1001"], 12)
    await agent.press("x")
    await agent.hears(CUSTOMER_TONE)

    await agent.press("e")
    await office.until(lambda: office.product.desk.desk_view("1001").wrap_up is not None, "wrap-up")
    await agent.press("n")
    await page.keyboard.type("写到一半")
    await page.reload()
    await expect(page.locator("#note")).to_have_value("写到一半")
    assert agent.troubles == []


async def test_reload_while_it_rings_gives_the_offer_to_somebody_or_back(office: Office) -> None:
    agent = await office.agent("1001")
    await agent.press("a")
    await to_card_loss(office)
    await agent.page.wait_for_selector("#act-accept")
    await agent.page.reload()
    await agent.phone_ready()
    view = office.product.desk.desk_view("1001")
    assert view is not None
    await expect(agent.page.locator(f".desk-state .state-{view.state.value}")).to_be_visible()
    if view.state is AgentState.ON_BREAK:
        await agent.press("a")
    await agent.page.wait_for_selector("#act-accept")
    await agent.press("Enter")
    await agent.call_up()
    await agent.hears(CUSTOMER_TONE)


async def test_a_refused_microphone_is_said_and_the_call_can_still_be_taken(office: Office) -> None:
    agent = await office.agent("1001")
    await agent.page.evaluate(
        """() => {
          const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          window.allowMicrophone = () => { navigator.mediaDevices.getUserMedia = real; };
          navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
        }"""
    )
    await agent.press("d")
    await agent.page.locator("#check-again").click()
    await expect(agent.page.locator("[data-check=microphone]")).to_have_attribute("data-verdict", "bad")
    await expect(agent.page.locator("[data-check=microphone] [data-said]")).to_contain_text("没有允许")
    await agent.press("a")
    await to_card_loss(office)
    await agent.page.wait_for_selector("#act-accept")
    await expect(agent.page.locator("html")).to_have_attribute("data-call", "ringing")
    await agent.press("Enter")
    await expect(agent.page.locator("#problem")).to_contain_text("没有允许")
    await expect(agent.page.locator("html")).to_have_attribute("data-call", "ringing")
    await agent.page.evaluate("() => allowMicrophone()")
    await agent.press("Enter")
    await agent.call_up()
    await agent.hears(CUSTOMER_TONE)


async def test_an_unplugged_microphone_is_said_and_the_next_one_is_used(office: Office) -> None:
    agent = await office.agent("1001")
    page = agent.page
    await page.evaluate(
        """() => {
          const devices = navigator.mediaDevices, open = devices.getUserMedia.bind(devices), tracks = [];
          const used = async (asked) => {
            const stream = await open(asked);
            tracks.push(...stream.getAudioTracks());
            return stream;
          };
          devices.getUserMedia = used;
          window.unplug = () => {
            devices.getUserMedia = () => Promise.reject(new DOMException("none", "NotFoundError"));
            for (const track of tracks) { track.stop(); track.dispatchEvent(new Event("ended")); }
          };
          window.plugIn = () => { devices.getUserMedia = used; devices.dispatchEvent(new Event("devicechange")); };
        }"""
    )
    await agent.press("a")
    call, _ = await to_card_loss(office)
    await page.wait_for_selector("#act-accept")
    await agent.press("Enter")
    await agent.call_up()
    await hears_beeps(call, TONES["1001"])

    await page.evaluate("() => unplug()")
    await expect(page.locator("#microphone-lost")).to_be_visible()
    await agent.hears(CUSTOMER_TONE)
    await agent.press("u")
    await expect(page.locator("#microphone-lost")).to_be_visible()

    await page.evaluate("() => plugIn()")
    await expect(page.locator("#microphone-lost")).to_be_hidden()
    await hears_beeps(call, TONES["1001"])
    await agent.hears(CUSTOMER_TONE)
