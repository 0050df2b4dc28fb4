"""A chat's messages in its contact's story: in order, masked, revealed with a reason, whole in the archive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from callcenter.domain.chat import Author
from callcenter.web.contacts.conversation import Folded, Said, talk_of, told
from callcenter.web.contacts.story import Row, story_of
from callcenter.web.i18n import compile_catalogues
from callcenter.web.masking import masked_words
from callcenter.web.services import WebServices
from callcenter.web.wording.words import words_for
from tests.web import chat_samples, samples
from tests.web.chat_samples import CARD, CHAT, NAME
from tests.web.conftest import Browser, Browsers
from tests.web.contacts.test_export import opened
from tests.web.doubles import AuditList, ChatDouble, ContactList

REVEAL = {"contact": CHAT, "what": "messages", "reason": "complaint", "note": ""}


@pytest.fixture
def services(tmp_path: Path) -> WebServices:
    compile_catalogues(only_stale=True)
    made = samples.services(tmp_path)
    chat_samples.furnish(made)
    return made


async def signed_in(browser_of: Browsers, name: str) -> Browser:
    browser = browser_of()
    await browser.sign_in(name)
    return browser


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("卡号6222021234567890123", "卡号622************0123"),
        ("手机 138 0000 4321", "手机 138****4321"),
        ("我的密码是246810", "我的密码是******"),
        ("转了3500元", "转了3500元"),
        ("xiaoping.li@mail.example", "x***@mail.example"),
        ("我是李小萍", "我是李**"),
        ("１３８００００４３２１", "１３８****４３２１"),
        ("", ""),
    ],
)
def test_numbers_names_and_addresses_are_hidden(text: str, shown: str) -> None:
    assert masked_words(text, (NAME,)) == shown


async def test_messages_stand_where_they_were_said_and_steps_are_folded(services: WebServices) -> None:
    words = words_for("zh", "Asia/Shanghai", services.desk.config(), {})
    record = chat_samples.record()
    talk = await talk_of(services, words, record, customer=None, whole=False)
    items = told(story_of(words, record, chat_samples.story()), talk)
    kinds = {Said: "said", Folded: "folded", Row: "row"}
    assert [kinds[type(item)] for item in items[:6]] == ["row", "folded", "said", "said", "folded", "said"]
    said = [item for item in items if isinstance(item, Said)]
    assert [item.number for item in said] == list(range(1, 11))
    times = [item.head.at_ms if isinstance(item, Folded) else item.at_ms for item in items]
    assert times == sorted(times)
    asked = next(i for i, item in enumerate(items) if isinstance(item, Said) and item.number == 2)
    folded = items[asked + 1]
    assert isinstance(folded, Folded)
    assert folded.head.line.text.startswith("智能客服理解为")
    rows = [item for item in items if isinstance(item, Row)]
    assert any("转交" in row.line.text or "转人工" in row.line.text for row in rows), "the hand-over is not folded away"


async def test_a_call_is_told_as_before(services: WebServices) -> None:
    words = words_for("zh", "Asia/Shanghai", services.desk.config(), {})
    contacts = services.contacts
    assert isinstance(contacts, ContactList)
    call = contacts.records[0]
    talk = await talk_of(services, words, call, customer=None, whole=False)
    rows = story_of(words, call, samples.timeline(call.id))
    assert told(rows, talk) == rows


async def test_who_reads_the_page_sees_it_masked_until_a_reason_is_given(
    browser_of: Browsers, services: WebServices
) -> None:
    quality = await signed_in(browser_of, "zhangli")
    page = (await quality.get(f"/contacts/{CHAT}")).text
    assert "我来帮您查询" in page
    for secret in (CARD, NAME, "138 0000 4321", "13800004321", "xiaoping.li"):
        assert secret not in page, secret
    assert "622************0123" in page
    assert "李**" in page
    refused = await quality.post("/reveal", data={**REVEAL, "reason": ""})
    assert CARD not in refused.text
    whole = (await quality.post("/reveal", data=REVEAL)).text
    for secret in (CARD, NAME, "138 0000 4321", "xiaoping.li@mail.example"):
        assert secret in whole, secret
    assert whole.count("hx-swap-oob") == 11
    again = (await quality.get(f"/reveal?contact={CHAT}&what=messages")).text
    assert again.count("hx-swap-oob") == 11
    assert CARD not in again
    assert isinstance(services.audit, AuditList)
    [record] = [record for record in services.audit.records if record.act == "unmasked"]
    assert (record.actor, record.subject) == ("zhangli", f"contact:{CHAT}")
    assert record.detail == {"field": "messages", "contact": CHAT, "reason": "complaint"}


async def test_agents_see_their_own_chat_whole_while_they_have_it(browser_of: Browsers, services: WebServices) -> None:
    agent = await signed_in(browser_of, "wangfang")
    assert CARD not in (await agent.get(f"/contacts/{CHAT}")).text
    assert (await agent.post("/reveal", data=REVEAL)).status_code == 403
    contacts = services.contacts
    assert isinstance(contacts, ContactList)
    contacts.records[-1] = replace(contacts.records[-1], ended_ms=None)
    assert CARD in (await agent.get(f"/contacts/{CHAT}")).text


async def test_what_was_written_is_no_markup(browser_of: Browsers, services: WebServices) -> None:
    evil = "<script>alert(1)</script>"
    chats = services.chats
    assert isinstance(chats, ChatDouble)
    chats.add(CHAT, Author.VISITOR, evil)
    quality = await signed_in(browser_of, "zhangli")
    for text in ((await quality.get(f"/contacts/{CHAT}")).text, (await quality.post("/reveal", data=REVEAL)).text):
        assert evil not in text
        assert "&lt;script&gt;alert(1)" in text


async def test_the_archive_has_every_message_whole(browser_of: Browsers, services: WebServices) -> None:
    browser = await signed_in(browser_of, "zhangli")
    before = (await browser.get(f"/contacts/{CHAT}/export?lang=en")).text
    assert "Messages: 10 (messages.json); files: 1" in before
    whole = await opened(browser, CHAT)
    messages = json.loads(whole.read("messages.json"))
    assert [message["number"] for message in messages] == list(range(1, 11))
    assert messages[1]["text"].endswith(CARD)
    assert (messages[1]["author"], messages[1]["who"]) == ("visitor", NAME)
    assert messages[8]["file"]["name"].endswith(".pdf")
    assert messages[9]["choices"] == ["没有了", "有"]
    page = whole.read("story.html").decode()
    assert CARD in page
    assert page.index(CARD) < page.index("我来帮您查询")
