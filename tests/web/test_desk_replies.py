"""Prepared replies: whose chat they are for, in which language, with what is filled in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from callcenter.domain.agent import AgentState as S
from callcenter.domain.chat import Visitor
from callcenter.domain.config import AgentConfig, CannedReply, CenterConfig, QueueConfig
from callcenter.routing.check import check
from callcenter.web.desk.replies import replies_for
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.conftest import Browser
from tests.web.doubles import ChatDouble, DeskDouble

HELLO = CannedReply("hello", {"zh": "问候"}, {"zh": "{customer}您好，{queue}{agent}", "en": "Hi {customer}"})
CARDS = CannedReply("cards", {"zh": "卡", "en": "Cards"}, {"zh": "卡片", "en": "Cards"}, ("cards",))
ODD = CannedReply("odd", {"zh": "怪"}, {"zh": "{pin} {} {customer"})
CONFIG = CenterConfig(
    queues={
        "cards": QueueConfig("cards", {"zh": "信用卡", "en": "Cards"}),
        "loans": QueueConfig("loans", {"zh": "贷款"}),
    },
    agents={"1001": AgentConfig("1001", "王芳")},
    canned_replies=(HELLO, CARDS, ODD),
)


@pytest.mark.parametrize(
    ("queue", "language", "customer", "texts"),
    [
        ("cards", "zh", "李小萍", ["李小萍您好，信用卡王芳", "卡片", "{pin} {} {customer"]),
        ("loans", "zh", "", ["客户您好，贷款王芳", "{pin} {} {customer"]),
        ("cards", "en", "Ann {agent}", ["Hi Ann {agent}", "Cards"]),
        ("loans", "en", "", ["Hi customer"]),
        ("gone", "fr", "Ann", []),
    ],
)
def test_what_is_offered(queue: str, language: str, customer: str, texts: list[str]) -> None:
    found = replies_for(CONFIG, queue, visitor_language=language, agent_language="zh", customer=customer, agent="1001")
    assert [reply.text for reply in found] == texts
    assert all(reply.name for reply in found)


def test_a_wrong_reply_is_told_with_its_place() -> None:
    bad = CannedReply("a b", {}, {"zh": "x" * 501, "en": "{pin}"}, ("gone",))
    config = replace(CONFIG, canned_replies=(HELLO, HELLO, bad))
    blocking = {(problem.place, problem.code) for problem in check(config) if problem.blocks}
    assert {
        ("canned_replies[1].id", "id_twice"),
        ("canned_replies[2].id", "bad_id"),
        ("canned_replies[2].names", "no_name"),
        ("canned_replies[2].texts.zh", "too_long"),
        ("canned_replies[2].texts.en", "hole_unknown"),
        ("canned_replies[2].queues[0]", "unknown_queue"),
    } <= blocking


@pytest.fixture
async def agent(browser_of: Callable[..., Browser], services: WebServices) -> Browser:
    desk, chats = services.desk, services.chats
    assert isinstance(desk, DeskDouble)
    assert isinstance(chats, ChatDouble)
    desk.center = replace(CONFIG, agents=desk.center.agents)
    chats.heads["chat-1"] = replace(chats.heads["chat-1"], visitor=Visitor("v", name="李小萍"))
    mine = samples.chat(queue="cards")
    await desk.show(samples.desk(S.BUSY, name="tab-1", contacts=(mine, samples.chat("chat-2", agent="1002"))))
    browser = browser_of()
    await browser.sign_in("wangfang")
    return browser


async def test_the_desk_is_given_those_of_its_chat(agent: Browser) -> None:
    answer = await agent.get("/agent/chats/replies?desk=tab-1&contact=chat-1")
    assert [reply["text"] for reply in answer.json()][:2] == ["李小萍您好，信用卡王芳", "卡片"]
    for desk, contact, code in (("tab-1", "chat-2", "not_your_contact"), ("tab-2", "chat-1", "not_your_desk")):
        refused = await agent.get(
            f"/agent/chats/replies?desk={desk}&contact={contact}", headers={"Accept": "application/json"}
        )
        assert (refused.status_code, refused.json()["code"]) == (409, code)
