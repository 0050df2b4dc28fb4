"""The authors' list of what found no article: an article begun with it, taken off the list, told by agents."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callcenter.domain.access_records import AuditQuery
from callcenter.domain.agent import AgentState as S
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.conftest import Browser, csrf_in
from tests.web.doubles import DeskDouble, MissList


async def test_the_list_shows_how_often_and_leads_to_an_article_begun_with_the_question(admin: Browser) -> None:
    page = (await admin.get("/admin/misses")).text
    assert "火星移民怎么申请" in page
    assert '<td class="num">14</td><td class="num">2</td>' in page
    zh = (await admin.get("/admin/articles/new?miss=1")).text
    assert 'name="questions.zh" value="火星移民怎么申请"' in zh
    en = (await admin.get("/admin/articles/new?miss=2")).text
    assert 'name="questions.en" value="can I pay with bitcoin"' in en
    for nothing in ("/admin/articles/new?miss=99", "/admin/queues/new?miss=1"):
        assert "火星" not in (await admin.get(nothing)).text


async def test_one_that_is_done_leaves_the_list_on_the_record(services: WebServices, admin: Browser) -> None:
    token = csrf_in((await admin.get("/admin/misses")).text)
    answer = await admin.post("/admin/misses/1/drop", data={"csrf": token})
    assert answer.status_code == 303
    assert "火星" not in (await admin.get("/admin/misses")).text
    record = (await services.audit.page(AuditQuery(limit=1)))[0].record
    assert (record.act, record.subject) == ("knowledge_miss_dropped", "miss:1")
    assert (await admin.post("/admin/misses/1/drop", data={"csrf": token})).status_code == 404


@pytest.fixture
async def agent(browser_of: Callable[..., Browser], services: WebServices) -> Browser:
    assert isinstance(services.desk, DeskDouble)
    await services.desk.show(samples.desk(S.AVAILABLE, name="tab-1"))
    browser = browser_of()
    await browser.sign_in("wangfang")
    return browser


async def test_an_agent_tells_of_one_without_its_numbers_and_not_of_what_is_found(
    services: WebServices, agent: Browser
) -> None:
    assert isinstance(services.misses, MissList)
    before = len(services.misses.misses)
    assert (await agent.post("/agent/knowledge/missing", {"text": "怎么开通数字人民币钱包"})).json() == {"noted": False}
    assert (await agent.post("/agent/knowledge/missing", {"text": "火箭 13812345678"})).json() == {"noted": True}
    assert len(services.misses.misses) == before + 1
    told = services.misses.misses[-1]
    assert (told.text, told.by_agents, told.by_assistant) == ("火箭 138****5678", 1, 0)
    assert (await agent.post("/agent/knowledge/missing", {"text": ""})).status_code == 422
