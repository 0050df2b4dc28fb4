"""One customer's call from the first ring to the filed recording, with agents at real browsers."""

from __future__ import annotations

import wave

import numpy as np
import pytest
from playwright.async_api import expect

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import EndReason, Place
from tests.app.live import CUSTOMER_TONE
from tests.app.test_call_story import energy, recorded, to_card_loss
from tests.browser.office import TONES, Office, Person, hears_beeps, hears_no_beeps
from tests.sip.ua import Call

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(100)]


async def test_a_call_with_hold_transfer_reload_survey_and_result(office: Office) -> None:
    first = await office.agent("1001")
    call, contact = await to_card_loss(office)
    await office.until(lambda: office.contact().place is Place.WAITING, "waiting, as nobody is ready")
    await call.wait(lambda: call.rtp.loudness() > 0.01, "hearing music")
    told = await office.fact(contact, ef.QueueAnnounced)
    assert told.position == 1

    await first.press("a")
    await expect(first.page.locator(".work-card.offer")).to_contain_text("138****0001")
    # At once: the page shows the offer a moment before the telephone rings.
    await first.press("Enter")
    await first.call_up()
    await hears_beeps(call, TONES["1001"])
    await first.hears(CUSTOMER_TONE)

    await hold_keys_and_mute(office, first, call)
    second = await warm_transfer(office, first, call)
    await file_result(first, "转工单", "转给李建国")
    await office.until(lambda: office.product.desk.desk_view("1001").state is AgentState.AVAILABLE, "1001 is free")

    await second.page.reload()
    await second.call_up()
    await second.hears(CUSTOMER_TONE)
    await hears_beeps(call, TONES["1002"])
    await second.press("h")
    await hears_no_beeps(call, TONES["1002"])
    await second.press("h")
    await hears_beeps(call, TONES["1002"])

    await second.press("e")
    await expect(second.page.locator("html")).to_have_attribute("data-call", "none")
    await office.until(lambda: office.contact().flow_path[-1].endswith("/ask"), "the survey")
    call.press("5")
    await office.fact(contact, ef.SurveyAnswered)
    await call.wait_ended(15)
    await file_result(second, "已解决", "已挂失")
    await office.until(lambda: office.product.desk.desk_view("1002").state is AgentState.AVAILABLE, "1002 is free")

    await check_recording(office, contact)
    await check_pages(office, contact)
    entries = [entry async for entry in office.product.storage.journal.read()]
    assert list(replay(Center(), entries)) == []
    assert first.troubles + second.troubles == []


async def hold_keys_and_mute(office: Office, agent: Person, call: Call) -> None:
    await agent.press("h")
    await expect(agent.page.locator("#act-resume")).to_be_visible()
    await hears_no_beeps(call, TONES["1001"])
    await call.wait(lambda: call.rtp.loudness() > 0.01, "hearing music on hold")
    await agent.hears_no_more(CUSTOMER_TONE)
    await agent.press("h")
    await hears_beeps(call, TONES["1001"])
    await agent.hears(CUSTOMER_TONE)

    await agent.press("k", "4", "2", "#")
    await call.wait_digits("42#")
    await agent.press("Escape", "m")
    await expect(agent.page.locator("#act-mute")).to_have_attribute("aria-pressed", "true")
    await hears_no_beeps(call, TONES["1001"])
    await agent.press("m")
    await hears_beeps(call, TONES["1001"], 1)

    await agent.press("r")
    await expect(agent.page.locator("#act-recording_resume")).to_be_visible()
    await agent.press("r")
    await expect(agent.page.locator("#act-recording_pause")).to_be_visible()


async def warm_transfer(office: Office, first: Person, call: Call) -> Person:
    second = await office.agent("1002")
    await second.press("a")
    await office.until(lambda: office.product.desk.desk_view("1002").state is AgentState.AVAILABLE, "1002 is ready")
    await first.press("t")
    await expect(first.page.locator("#targets input[value='agent:1002']")).to_be_visible()
    await expect(first.page.locator("#find-target")).to_be_focused()
    await first.press("ArrowDown")
    choice = first.page.locator("#targets input[value='agent:1002']")
    await expect(choice).to_be_focused()
    await first.press("Space", "Enter")
    await expect(second.page.locator("html")).to_have_attribute("data-call", "ringing")
    await second.page.wait_for_selector("#act-accept")
    await second.press("Enter")
    await second.call_up()
    await second.hears(TONES["1001"])
    await first.hears(TONES["1002"])
    await hears_no_beeps(call, TONES["1001"])
    await first.page.locator("#act-complete").click()
    await hears_beeps(call, TONES["1002"])
    await second.hears(CUSTOMER_TONE)
    await expect(first.page.locator("html")).to_have_attribute("data-call", "none")
    assert office.product.desk.desk_view("1001").state is AgentState.WRAP_UP
    return second


async def file_result(agent: Person, result: str, note: str) -> None:
    await agent.page.locator(".chip", has_text=result).click()
    await agent.press("n")
    await agent.page.keyboard.type(note)
    await agent.press("Control+Enter")
    await expect(agent.page.locator("form[data-wrapup]")).to_have_count(0)


async def check_recording(office: Office, contact: str) -> None:
    record = await recorded(office, contact)
    with wave.open(str(office.product.web.recordings.path_of(record))) as audio:
        rate, channels = audio.getframerate(), audio.getnchannels()
        samples = np.frombuffer(audio.readframes(audio.getnframes()), np.int16).reshape(-1, channels)
    assert channels == 2
    assert energy(samples[:, 0], rate, CUSTOMER_TONE) > 0.02, "the customer is not on the left"
    for agent in ("1001", "1002"):
        assert energy(samples[:, 1], rate, TONES[agent]) > 0.02, f"{agent} is not on the right"


async def check_pages(office: Office, contact: str) -> None:
    """The leader reads the story and finds the contact in the list."""
    row = await office.product.storage.contacts.get(contact)
    assert row is not None
    assert (row.queue, row.agent, row.disposition, row.note) == ("card_loss", "1002", "resolved", "已挂失")
    assert row.reason == EndReason.AGENT_HUNG_UP
    leader = await office.agent("leader")
    await leader.page.goto(f"{office.base}/contacts/{contact}")
    story = leader.page.locator("main")
    for said in (
        "138****0001",
        "紧急挂失",
        "第 1 位",
        "王晓梅",
        "李建国",
        "转工单",
        "转给李建国",
        "已挂失",
    ):
        await expect(story).to_contain_text(said)
    await expect(leader.page.locator("[data-player]")).to_have_count(1)
    await leader.page.goto(f"{office.base}/contacts")
    await expect(leader.page.locator("main")).to_contain_text("138****0001")
    await expect(leader.page.locator("main")).not_to_contain_text("13800000001")
