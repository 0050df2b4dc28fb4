"""Chats on the agent page: what is said, seen and typed; which one the page is about; what is not one's own."""

from __future__ import annotations

import pytest

from callcenter.domain import events
from callcenter.domain.agent import AgentState as S
from callcenter.domain.chat import Author, Typing
from callcenter.domain.contact import Place
from callcenter.web.desk.chats import ChatWindow
from callcenter.web.desk.regions import facts_of, in_focus
from callcenter.web.services import WebServices
from callcenter.web.wording.words import words_for
from tests.web import samples
from tests.web.conftest import Browser, Browsers
from tests.web.doubles import ChatDouble, DeskDouble

BASE = {"command": "k1", "desk": "tab-1"}
BOTH = (samples.chat(), samples.chat("chat-2", agent="1002"))


@pytest.fixture
async def agent(browser_of: Browsers, services: WebServices) -> Browser:
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    await desk.show(samples.desk(S.BUSY, name="tab-1", contacts=BOTH))
    browser = browser_of()
    await browser.sign_in("wangfang")
    return browser


async def test_a_message_is_kept_once_and_told_to_the_core(agent: Browser, services: WebServices) -> None:
    body = {**BASE, "contact": "chat-1", "text": "<b>您好</b>"}
    first = (await agent.post("/agent/chats/say", json=body)).json()
    assert (await agent.post("/agent/chats/say", json=body)).json() == first
    chats, desk = services.chats, services.desk
    assert isinstance(chats, ChatDouble)
    assert isinstance(desk, DeskDouble)
    assert [m.text for m in chats.said["chat-1"]].count("<b>您好</b>") == 1
    wrote = events.AgentWrote(agent="1001", contact="chat-1", command="k1", number=first["number"])
    assert desk.events[-2:] == [wrote, wrote], "the core does the same click once"


@pytest.mark.parametrize(("path", "more"), [("say", {"text": "x"}), ("seen", {"number": 1}), ("typing", {"on": True})])
async def test_what_is_not_ones_own_or_no_chat_is_refused(agent: Browser, path: str, more: dict[str, object]) -> None:
    for contact in ("chat-2", samples.contact().id, "none"):
        answer = await agent.post(f"/agent/chats/{path}", json={**BASE, "contact": contact, **more})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_your_contact")
    other = await agent.post(f"/agent/chats/{path}", json={**BASE, "desk": "tab-2", "contact": "chat-1", **more})
    assert other.json()["code"] == "not_your_desk"


async def test_seen_and_typing_reach_the_visitor(agent: Browser, services: WebServices) -> None:
    chats = services.chats
    assert isinstance(chats, ChatDouble)
    await agent.post("/agent/chats/seen", json={**BASE, "contact": "chat-1", "number": 5})
    await agent.post("/agent/chats/typing", json={**BASE, "contact": "chat-1", "on": True})
    assert chats.heads["chat-1"].agent_read == 5
    assert chats.types == [("chat-1", True)]


async def test_the_page_learns_what_is_new_in_its_chat_and_what_is_unread_in_others(services: WebServices) -> None:
    chats, woken = services.chats, []
    assert isinstance(chats, ChatDouble)
    words = words_for("zh", "Asia/Shanghai", services.desk.config(), {})
    window = ChatWindow(chats, lambda: woken.append(1))
    view = samples.desk(S.BUSY, contacts=(samples.chat(), samples.chat("chat-2")))
    assert await window.look(view, view.contacts[0]) == {"chat-1": 1, "chat-2": 2}
    first = await window.news(words)
    assert (first["fresh"], [m["number"] for m in first["messages"]]) == (True, [1, 2, 3, 4, 5])
    assert await window.news(words) == {}
    chats.tell("chat-1", Typing(Author.VISITOR, on=True))
    assert (await window.news(words))["typing"]
    chats.add("chat-1", Author.VISITOR, "还在吗")
    news = await window.news(words)
    assert ([m["text"] for m in news["messages"]], news["typing"], news["fresh"]) == (["还在吗"], False, False)
    await window.look(view, view.contacts[1])
    assert (await window.news(words))["id"] == "chat-2"
    assert len(woken) == 2
    window.close()
    chats.add("chat-1", Author.VISITOR, "?")
    assert len(woken) == 2


def test_a_ringing_call_comes_first_and_an_offered_chat_waits_beside_what_is_written() -> None:
    chat, other = samples.chat(), samples.chat("chat-2")
    call, offered = samples.contact(Place.OFFERED), samples.chat("chat-3", Place.OFFERED)
    assert in_focus(samples.desk(S.OFFERED, contacts=(call, chat)), "chat-1") == call
    view = samples.desk(S.OFFERED, contacts=(offered, chat, other))
    assert in_focus(view, "chat-2") == other
    assert in_focus(view) == chat
    assert in_focus(samples.desk(S.OFFERED, contacts=(offered,))) == offered
    facts = facts_of(view, "d", 0, "chat-2")
    assert (facts["offered"], facts["offeredBy"], facts["focus"], facts["writes"]) == ("chat-3", "chat", "chat-2", True)
    assert facts["contact"] == "", "no telephone is concerned"


@pytest.mark.parametrize(
    ("place", "state", "name"), [(Place.OFFERED, S.OFFERED, "李**"), (Place.TALKING, S.BUSY, "李小萍")]
)
async def test_a_visitors_name_is_whole_once_the_chat_is_accepted(
    browser_of: Browsers, services: WebServices, place: Place, state: S, name: str
) -> None:
    offered = samples.chat(place=place, agent="1001")
    assert isinstance(services.desk, DeskDouble)
    await services.desk.show(samples.desk(state, name="tab-1", contacts=(offered,)))
    browser = browser_of()
    await browser.sign_in("wangfang")
    page = (await browser.get("/agent?desk=tab-1")).text
    assert f'<p class="caller">{name}</p>' in page
    assert ("李小萍" in page) is (place is Place.TALKING)
