"""Files in chats on our pages: who may send, see and open them, and that nothing but what is meant gets through."""

from __future__ import annotations

import io
import json
from urllib.parse import quote

import httpx
import pytest
from msgspec.structs import replace
from PIL import Image

from callcenter.domain import events
from callcenter.domain.agent import AgentState as S
from callcenter.domain.chat import Author
from callcenter.domain.config import ChatEntry, ChatLimits
from callcenter.domain.contact import Place
from callcenter.web.desk.chats import ChatWindow
from callcenter.web.services import WebServices
from callcenter.web.wording.words import words_for
from tests.web import chat_samples, samples
from tests.web.chat_samples import CHAT
from tests.web.conftest import Browser, Browsers
from tests.web.contacts.test_export import opened
from tests.web.doubles import AuditList, ChatDouble, DeskDouble


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "PNG")
    return out.getvalue()


async def sent(browser: Browser, content: bytes, name: str = "回单.png", **more: str) -> httpx.Response:
    about = {"desk": "tab-1", "command": "f1", "contact": "chat-1", "name": name, **more}
    query = "&".join(f"{key}={quote(value)}" for key, value in about.items())
    headers = {"X-CSRF-Token": browser.token, "Accept": "application/json"}
    return await browser.http.post(f"/agent/chats/file?{query}", content=content, headers=headers)


@pytest.fixture
async def agent(browser_of: Browsers, services: WebServices) -> Browser:
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    entry = ChatEntry("web", {"zh": "网页"}, "queue:cards", limits=ChatLimits(file_mb=1, conversation_mb=2))
    desk.center = replace(desk.center, chat_entries={"web": entry})
    both = (samples.chat(), samples.chat("chat-2", agent="1002"))
    await desk.show(samples.desk(S.BUSY, name="tab-1", contacts=both))
    browser = browser_of()
    await browser.sign_in("wangfang")
    return browser


async def test_a_picture_is_sent_once_and_shown_at_the_desk(agent: Browser, services: WebServices) -> None:
    first = await sent(agent, picture())
    assert first.status_code == 200, first.text
    assert (await sent(agent, picture())).json() == first.json()
    chats, desk = services.chats, services.desk
    assert isinstance(chats, ChatDouble)
    assert isinstance(desk, DeskDouble)
    [message] = [m for m in chats.said["chat-1"] if m.file is not None]
    assert message.file is not None
    assert (message.author, message.author_id, message.file.name) == (Author.AGENT, "1001", "回单.png")
    wrote = events.AgentWrote(agent="1001", contact="chat-1", command="f1", number=message.number)
    assert desk.events[-2:] == [wrote, wrote]
    window = ChatWindow(chats, lambda: None)
    view = samples.desk(S.BUSY, contacts=(samples.chat(),))
    await window.look(view, view.contacts[0])
    shown = (await window.news(words_for("zh", "Asia/Shanghai", desk.config(), {})))["messages"][-1]["file"]
    assert (shown["width"], shown["height"]) == (30, 20)
    answer = await agent.get(shown["address"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["content-disposition"].startswith("inline;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    await desk.show(samples.desk(S.OFFERED, name="tab-1", contacts=(samples.chat(place=Place.OFFERED),)))
    assert (await agent.get(shown["address"])).status_code == 200, "what is offered is shown with its pictures"
    await desk.show(samples.desk(S.AVAILABLE, name="tab-1"))
    assert (await agent.get(shown["address"])).status_code == 404
    await desk.show(view)
    elsewhere = await agent.get(shown["address"].replace("contact=chat-1", "contact=chat-2"))
    assert elsewhere.status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.png", "chat_file_empty"),
        (b"MZ\x90", "virus.exe", "file_type"),
        (b"<html><script>", "a.png", "picture_broken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "file_type"),
        (b"x" * 1_000_001, "a.txt", "file_too_big"),
    ],
)
async def test_what_visitors_may_not_send_agents_may_not_either(
    agent: Browser, services: WebServices, content: bytes, name: str, code: str
) -> None:
    answer = await sent(agent, content, name)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.json()["message"]
    chats = services.chats
    assert isinstance(chats, ChatDouble)
    assert chats.kept == {}


async def test_only_into_ones_own_chat_from_ones_own_window_and_not_forged(agent: Browser) -> None:
    for more, code in (({"contact": "chat-2"}, "not_your_contact"), ({"desk": "tab-2"}, "not_your_desk")):
        assert (await sent(agent, picture(), **more)).json()["code"] == code
    agent.token = "wrong"
    assert (await sent(agent, picture())).status_code == 403


async def test_readers_open_files_by_the_right_to_see_them_whole_and_it_is_on_record(
    browser_of: Browsers, services: WebServices
) -> None:
    chat_samples.furnish(services)
    limits = ChatLimits()
    file = await services.chat_files.keep("明细".encode(), "明细.txt", CHAT, Author.AGENT, limits)
    await services.chats.post(CHAT, Author.AGENT, "1001", file=file)
    quality, agent = browser_of(), browser_of()
    await quality.sign_in("zhangli")
    await agent.sign_in("wangfang")
    address = f"/contacts/{CHAT}/files/{file.id}"
    assert address not in (await quality.get(f"/contacts/{CHAT}")).text
    reveal = {"contact": CHAT, "what": "messages", "reason": "complaint", "note": ""}
    assert address in (await quality.post("/reveal", data=reveal)).text
    answer = await quality.get(address)
    assert (answer.status_code, answer.content) == (200, "明细".encode())
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert (await agent.get(address)).status_code == 403
    assert (await quality.get(f"/contacts/c-20260309-000412/files/{file.id}")).status_code == 404
    assert isinstance(services.audit, AuditList)
    acts = [record.detail.get("field") for record in services.audit.records if record.act == "unmasked"]
    assert acts == ["messages", "file"]
    whole = await opened(quality, CHAT)
    assert whole.read(f"files/{file.id}-__.txt") == "明细".encode()
    services.chat_files.path_of(file).unlink()
    gone = await opened(quality, CHAT)
    assert json.loads(gone.read("manifest.json"))["missing_files"] == [file.id]
