"""The desk's search in articles: what fits, for whom, and in which language first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from callcenter.domain.agent import AgentState as S
from callcenter.domain.knowledge import Article
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.conftest import Browser
from tests.web.doubles import ChatDouble, DeskDouble

PARKING = Article("parking", {"zh": "可以停车吗", "en": "Can I park"}, {"zh": "可以", "en": "Yes"})
CALLS = replace(PARKING, id="calls", channels=("voice",))
OVER = replace(PARKING, id="over", valid_until="2020-01-01")
STAFF = replace(PARKING, id="staff", assistant=False)


@pytest.fixture
async def agent(browser_of: Callable[..., Browser], services: WebServices) -> Browser:
    desk, chats = services.desk, services.chats
    assert isinstance(desk, DeskDouble)
    assert isinstance(chats, ChatDouble)
    desk.center = replace(desk.center, articles=(PARKING, CALLS, OVER, STAFF))
    chats.heads["chat-1"] = replace(chats.heads["chat-1"], language="zh")
    mine = replace(samples.chat(), variables={})
    await desk.show(samples.desk(S.BUSY, name="tab-1", contacts=(mine,)))
    browser = browser_of()
    await browser.sign_in("wangfang")
    return browser


async def found(browser: Browser, text: str, contact: str = "") -> list[dict[str, Any]]:
    answer = await browser.post("/agent/knowledge", {"contact": contact, "text": text})
    assert answer.status_code == 200
    hits: list[dict[str, Any]] = answer.json()
    return hits


async def test_without_a_contact_all_that_are_valid_are_found(agent: Browser) -> None:
    assert [hit["id"] for hit in await found(agent, "停车")] == ["parking", "calls", "staff"]
    assert await found(agent, "天气") == await found(agent, "") == []


async def test_in_a_chat_only_its_articles_and_the_visitors_language_first(agent: Browser) -> None:
    hits = await found(agent, "停车", "chat-1")
    assert [hit["id"] for hit in hits] == ["parking", "staff"]
    assert hits[0]["question"] == "Can I park", "in the agent's own"
    assert [(one["language"], one["name"], one["text"]) for one in hits[0]["answers"]] == [
        ("zh", "Chinese", "可以"),
        ("en", "English", "Yes"),
    ]


async def test_a_contact_that_is_not_ones_own_counts_as_none(agent: Browser) -> None:
    assert await found(agent, "停车", "somebody-elses") == await found(agent, "停车")


async def test_too_long_a_text_is_refused(agent: Browser) -> None:
    assert (await agent.post("/agent/knowledge", {"contact": "", "text": "停" * 201})).status_code == 422
