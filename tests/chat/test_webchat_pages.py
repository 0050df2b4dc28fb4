"""Several pages of one visitor, opening hours, and what is kept."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from callcenter.domain.chat import Author
from callcenter.domain.config import Calendar, CenterConfig
from tests.chat.server import Site
from tests.chat.told import Told
from tests.chat.webchat_site import change
from tests.chat.widget import PollWidget


async def test_two_pages_show_the_same(site: Site, page: Any) -> None:
    one = await page()
    two = await page(PollWidget, key=one.key)
    await one.say("from the first")
    await two.until(lambda: two.texts() == ["from the first"], "on the second")
    await two.say("from the second")
    await one.until(lambda: one.texts() == ["from the first", "from the second"], "on the first")
    talk = one.line.conversation
    await site.chats.close(talk, "agent")
    for widget in (one, two):
        await widget.until(lambda w=widget: w.state["open"] is False, "closed on both")
    await two.start()
    await one.until(lambda: one.line.conversation != talk and one.state["open"], "the new one on both")


async def test_both_pages_send_what_was_queued_and_it_is_said_once(site: Site, page: Any, told: Told) -> None:
    one = await page()
    two = await page(key=one.key)
    frame = {"t": "say", "text": "queued before", "conversation": "", "again": True}
    await asyncio.gather(one.tell(frame, "shared-outbox-1"), two.tell(frame, "shared-outbox-1"))
    assert [m.text for m in told.of("said")] == ["queued before"]


async def test_a_message_sent_to_one_conversation_is_not_said_again_in_the_next(
    site: Site, page: Any, told: Told
) -> None:
    widget = await page()
    await widget.say("only once", "only-once-1")
    await site.chats.close(widget.line.conversation, "agent")
    await widget.until(lambda: widget.state["open"] is False, "closed")
    await widget.tell({"t": "say", "text": "only once", "conversation": "", "again": True}, "only-once-1")
    assert [m.text for m in told.of("said")] == ["only once"]


async def test_what_is_written_into_a_closed_conversation_is_refused(site: Site, page: Any) -> None:
    widget = await page()
    await widget.say("first")
    await site.chats.close(widget.line.conversation, "agent")
    with pytest.raises(AssertionError, match="conversation_closed"):
        await widget.tell({"t": "say", "text": "late", "conversation": widget.line.conversation})
    await widget.tell({"t": "say", "text": "anew", "conversation": ""})
    assert widget.texts() == ["anew"]


NEVER_OPEN = CenterConfig(calendars={"never": Calendar("never", "Asia/Shanghai", (), years=tuple(range(2020, 2060)))})


async def test_outside_hours_a_message_is_left(site: Site, page: Any, told: Told) -> None:
    site.config = CenterConfig(
        calendars={"never": Calendar("never", "Asia/Shanghai", (), years=tuple(range(2020, 2060)))}
    )
    change(site, calendar="never")
    widget = await page()
    assert widget.welcome["at_work"] is False
    for frame in ({"t": "say", "text": "anybody?"}, {"t": "start"}):
        with pytest.raises(AssertionError, match="closed_now"):
            await widget.tell(frame)
    left = {"t": "message", "name": "王芳", "reach": "13800000001", "text": "请回电"}
    await widget.tell(left, "left-message-1")
    await widget.tell(left, "left-message-1")
    assert [one.reach for one in told.of("left_message")] == ["13800000001"]
    with pytest.raises(AssertionError, match="reach_missing"):
        await widget.tell({**left, "reach": " "})


async def test_a_conversation_under_way_goes_on_after_hours(site: Site, page: Any) -> None:
    widget = await page()
    await widget.say("before closing")
    site.config = CenterConfig(
        calendars={"never": Calendar("never", "Asia/Shanghai", (), years=tuple(range(2020, 2060)))}
    )
    change(site, calendar="never")
    later = await page(key=widget.key)
    assert await later.say("after closing") == 2


async def test_the_transcript_is_escaped_and_mailed_when_there_is_a_mailer(site: Site, page: Any) -> None:
    widget = await page()
    assert widget.welcome["mail"] is True
    await widget.say("<script>alert(1)</script> 你好")
    await site.chats.post(widget.line.conversation, Author.AGENT, "1001", text="好的")
    text = (await widget.http("GET", "/transcript")).text
    assert "<script>alert(1)</script> 你好" in text
    html = await widget.http("GET", "/transcript", params={"form": "html"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 你好" in html.text
    assert html.headers["content-disposition"].startswith("attachment")
    mail = {"t": "mail", "address": "anna@bank.example"}
    await widget.tell(mail, "mail-0000001")
    await widget.tell(mail, "mail-0000001")
    mailer: Any = site.channel._mailer
    assert [address for address, _, _ in mailer.sent] == ["anna@bank.example"]
    for bad in ("anna", "@x.y", "a b@c.d", "a@b\r\nBcc: x@y.z", "a@b"):
        with pytest.raises(AssertionError, match="bad_address"):
            await widget.tell({"t": "mail", "address": bad})
