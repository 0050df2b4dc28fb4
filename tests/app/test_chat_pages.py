"""Visitors at the bank's page and agents at their desks, each in a Chromium page, through whole conversations."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from callcenter.domain import effects as ef
from callcenter.domain.chat import Author
from callcenter.domain.contact import EndReason
from callcenter.telephony.asterisk.provision.tools import Tool
from tests.app.chat_pages import AgentPage, Pages, pages_of
from tests.browser.wire import wire_to

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SLOW_MS = 60_000


@pytest.fixture
async def pages(data: Path, flows: Path, free_ports: list[int], chromium: Tool) -> AsyncIterator[Pages]:
    async with pages_of(data, flows, free_ports[0], chromium) as made:
        yield made


async def test_two_chats_and_a_call_at_once(pages: Pages) -> None:
    agent = await pages.agent()
    first, second = await pages.visitor(), await pages.visitor()
    await first.say("第一位：账单日是哪天")
    await agent.accept()
    await agent.reads("第一位")
    await second.say("第二位：怎么改手机号")
    await agent.accept()
    await agent.reads("第二位")
    network = pages.house.product.pbx.telephony.network  # type: ignore[attr-defined]
    caller = network.call("13800000001", "95000", line="trunk")
    await caller.wait_heard("中文")
    caller.press("1")
    await caller.wait_heard("挂失")
    caller.press("1")
    await expect(agent.page.locator(".work-card.offer")).to_be_visible(timeout=SLOW_MS)
    await caller.wait_heard("party:agent:1001")
    cards = agent.page.locator(".work-card.current")
    await expect(cards).to_have_count(3)
    await first.say("第一位：还在吗")
    await expect(agent.page.locator(".unread")).to_have_count(1)
    await agent.page.locator(".work-card", has_text="新消息").locator("[data-act=focus]").click()
    await agent.reads("第一位：还在吗")
    await agent.say("在的，账单日是每月 5 日")
    await first.reads("账单日是每月 5 日")
    await expect(second.texts.filter(has_text="账单日")).to_have_count(0)
    await second.say("第二位：好的谢谢")
    await agent.page.locator(".work-card", has_text="新消息").locator("[data-act=focus]").click()
    await agent.reads("第二位：好的谢谢")
    await agent.say("不客气")
    await second.reads("不客气")
    await expect(cards).to_have_count(3)
    caller.hang_up()


async def insist(agent: AgentPage, text: str) -> None:
    """Send what was written as an agent does: what comes back into the field is sent again."""
    shown = agent.log.locator(".chat-said").get_by_text(text, exact=True)
    for _ in range(60):
        if await agent.field.input_value() == text:
            await agent.field.press("Enter")
        try:
            await expect(shown).to_have_count(1, timeout=1_000)
        except AssertionError:
            continue
        return
    raise AssertionError(text)


async def test_both_lines_fall_again_and_again_and_nothing_is_lost_or_doubled(
    pages: Pages, free_ports: list[int]
) -> None:
    inner, theirs, ours = free_ports[:3]
    async with wire_to(theirs, inner) as visitors_wire, wire_to(ours, inner) as agents_wire:
        agent = await pages.agent(base=f"http://127.0.0.1:{ours}")
        visitor = await pages.visitor(base=f"http://127.0.0.1:{theirs}")
        await visitor.say("start")
        await agent.accept()
        await agent.reads("start")
        rounds = 4
        for n in range(rounds):
            await visitors_wire.cut()
            await visitor.say(f"visitor {n}a")
            if n % 2 == 0:
                await agents_wire.cut()
            await agent.field.fill(f"agent {n}")
            await agent.field.press("Enter")
            await visitor.say(f"visitor {n}b")
            await visitors_wire.mend()
            if n % 2 == 0:
                await agents_wire.mend()
            await insist(agent, f"agent {n}")
            await visitor.reads(f"agent {n}", timeout=SLOW_MS)
            await agent.reads(f"visitor {n}b", timeout=SLOW_MS)
        [head] = pages.house.product.chats.open_conversations()
        kept = [m for m in await pages.house.product.chats.history(head.id) if m.author is not Author.BOT]
        said = [m.text for m in kept if m.author is Author.VISITOR]
        answered = [m.text for m in kept if m.author is Author.AGENT]
        assert said == ["start", *(f"visitor {n}{x}" for n in range(rounds) for x in "ab")]
        assert answered == [f"agent {n}" for n in range(rounds)]
        for shown in (visitor.texts, agent.log.locator(".chat-said")):
            texts = await shown.all_inner_texts()
            assert [text for text in texts if text in said] == said
            assert [text for text in texts if text in answered] == answered


async def test_handed_to_another_agent_with_notes_that_no_visitor_sees(pages: Pages) -> None:
    first, visitor = await pages.agent("1001"), await pages.visitor()
    await visitor.say("想咨询贷款")
    await first.accept()
    await first.reads("想咨询贷款")
    await first.field.press("Escape")
    await first.page.keyboard.press("v")
    await expect(first.page.locator("#chat-form")).to_have_attribute("data-mode", "note")
    await first.say("已核实身份")
    await first.reads("已核实身份")
    await expect(first.page.locator("#chat-form")).to_have_attribute("data-mode", "reply")
    second = await pages.agent("1002")
    await first.field.press("Escape")
    await first.page.keyboard.press("t")
    await first.page.locator('#targets [value="agent:1002"]').check()
    await first.page.locator("#transfer [name=note]").fill("请查提前还款")
    await first.page.locator("[data-transfer=blind]").click()
    await second.accept()
    for part in ("想咨询贷款", "已核实身份", "请查提前还款"):
        await second.reads(part)
    await second.say("您好，我来为您查询")
    await visitor.reads("我来为您查询")
    shown = await visitor.page.locator(".log").inner_text()
    assert "已核实身份" not in shown
    assert "请查提前还款" not in shown
    assert [fact.target for fact in await pages.house.facts(ef.Transferred)] == ["agent:1002"]
    await pages.house.replays()


async def test_a_prepared_reply_is_found_by_keys_filled_in_and_edited(pages: Pages) -> None:
    agent, visitor = await pages.agent(), await pages.visitor()
    await visitor.say("您好")
    await agent.accept()
    await agent.reads("您好")
    await agent.field.press_sequentially("/问候")
    options = agent.page.locator("#chat-replies [role=option]")
    await expect(options).to_have_text(["问候客户您好，我是综合业务客服王晓梅，请问有什么可以帮您？"])
    await agent.field.press("Enter")
    await expect(agent.field).to_have_value("客户您好，我是综合业务客服王晓梅，请问有什么可以帮您？")
    await agent.field.press_sequentially("（工号 1001）")
    await agent.field.press("Enter")
    await visitor.reads("请问有什么可以帮您？（工号 1001）")
    await agent.field.press_sequentially("/")
    await expect(options.first).to_be_visible()
    await agent.field.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await agent.field.press("Escape")
    await expect(options.first).to_be_hidden()
    await expect(agent.field).to_have_value("/")
    await agent.field.fill("")
    await agent.field.press_sequentially("/没有这样的")
    await expect(options).to_have_text(["没有符合的常用回复。"])
    await agent.field.press("Enter")
    await expect(agent.field).to_have_value("/没有这样的")
    await expect(visitor.texts.filter(has_text="没有这样的")).to_have_count(0)


@pytest.mark.heavy
async def test_a_picture_goes_both_ways_and_is_shown_in_both_pages(pages: Pages) -> None:
    agent, visitor = await pages.agent(), await pages.visitor()
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "steelblue").save(out, "PNG")
    picture = {"name": "回单.png", "mimeType": "image/png", "buffer": out.getvalue()}
    await visitor.say("请看图片")
    await agent.accept()
    await agent.reads("请看图片")
    await visitor.page.locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type]
    pictures = agent.log.locator("img")
    await expect(pictures).to_have_count(1)
    await agent.page.locator("#chat-file").set_input_files(picture)  # type: ignore[arg-type]
    await expect(pictures).to_have_count(2)
    loaded = "pictures => pictures.every((one) => one.complete && one.naturalWidth === 60)"
    await agent.page.wait_for_function(f"({loaded})([...document.querySelectorAll('#chat-log img')])")
    await expect(visitor.page.locator(".log canvas")).to_have_count(2)
    if folder := os.environ.get("CALLCENTER_PICTURES"):
        await agent.page.screenshot(path=f"{folder}/desk-chat-picture.png")
        await visitor.page.screenshot(path=f"{folder}/widget-chat-picture.png")
    virus = {"name": "a.png", "mimeType": "image/png", "buffer": b"MZ no picture"}
    await agent.page.locator("#chat-file").set_input_files(virus)  # type: ignore[arg-type]
    await expect(agent.page.locator("#problem")).to_be_visible()
    await expect(pictures).to_have_count(2)


async def test_a_silent_visitor_is_asked_and_the_chat_ends_by_rule(pages: Pages) -> None:
    await pages.rule(silent_ms=1_500, closed_after_ms=1_500)
    agent, visitor = await pages.agent(), await pages.visitor()
    await visitor.say("查余额")
    await agent.accept()
    await agent.reads("查余额")
    await agent.say("请问卡号后四位是多少？")
    await visitor.reads("还在线")
    await expect(agent.page.locator(".conversation .band", has_text="访客")).to_be_visible()
    await expect(agent.page.locator("#chat-form")).to_be_hidden(timeout=SLOW_MS)
    await expect(agent.page.locator("#file-result")).to_be_visible()
    assert [fact.reason for fact in await pages.house.facts(ef.ContactEnded)] == [EndReason.VISITOR_SILENT]


@pytest.mark.heavy
async def test_the_visitor_is_asked_for_a_rating_at_the_end_and_it_is_in_the_story(pages: Pages) -> None:
    agent, visitor = await pages.agent(), await pages.visitor()
    await visitor.say("谢谢")
    await agent.accept()
    await agent.reads("谢谢")
    await agent.say("不客气，再见")
    await visitor.reads("不客气，再见")
    contact = pages.house.product.chats.open_conversations()[0].id
    await agent.field.press("Escape")
    await agent.page.keyboard.press("e")
    await visitor.page.get_by_role("button", name="4 ★").click()
    await visitor.page.get_by_role("button", name="提交评价").click()
    await expect(visitor.page.get_by_text("感谢您的评价")).to_be_visible()
    story = agent.page
    await story.goto(f"{pages.base}/contacts/{contact}")
    await expect(story.locator(".message .said-text", has_text="不客气，再见")).to_be_visible()
    await expect(story.locator(".timeline")).to_contain_text("4")


@pytest.mark.heavy
async def test_a_colleague_is_asked_by_notes_and_takes_over(pages: Pages) -> None:
    first, visitor = await pages.agent("1001"), await pages.visitor()
    await visitor.say("年费能减免吗")
    await first.accept()
    await first.reads("年费能减免吗")
    second = await pages.agent("1002")
    await first.field.press("Escape")
    await first.page.keyboard.press("t")
    await first.page.locator('#targets [value="agent:1002"]').check()
    await first.page.locator("[data-transfer=warm][data-chats]").click()
    await second.accept()
    form = second.page.locator("#chat-form")
    await expect(form).to_have_attribute("data-mode", "note")
    await expect(second.page.locator("#chat-attach")).to_be_hidden()
    await second.reads("年费能减免吗")
    await second.say("金卡可以减免")
    await first.reads("金卡可以减免")
    await first.say("请稍等")
    await visitor.reads("请稍等")
    await second.reads("请稍等")
    await first.page.locator("#act-complete").click()
    await expect(form).to_have_attribute("data-mode", "reply")
    await second.say("您好，年费可以减免")
    await visitor.reads("年费可以减免")
    assert "金卡可以减免" not in await visitor.page.locator(".log").inner_text()
    await pages.house.replays()
