"""What the desk's newer acts become, and what is refused before it is journalled."""

from __future__ import annotations

import pytest

from callcenter.domain import events
from callcenter.domain.agent import AgentState as S
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.conftest import Browser, Browsers
from tests.web.doubles import DeskDouble

CONTACT = samples.contact().id
BASE = {"command": "k1", "desk": "tab-1"}


@pytest.fixture
async def agent(browser_of: Browsers, services: WebServices) -> Browser:
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    await desk.show(samples.desk(S.BUSY, name="tab-1", contacts=(samples.contact(),)))
    browser = browser_of()
    await browser.sign_in("wangfang")
    return browser


async def test_new_acts_become_events(agent: Browser, services: WebServices) -> None:
    acts = [
        {"act": "payment", "contact": CONTACT, "on": True},
        {"act": "extend_wrap_up", "contact": CONTACT},
        {"act": "read", "message": "m-1"},
        {
            "act": "wrap_up",
            "contact": CONTACT,
            "disposition": "solved",
            "fields": {"card_tail": " 5678 ", "lost_on": ""},
            "follow_up": "2026-03-10T15:30",
        },
    ]
    for act in acts:
        assert (await agent.post("/agent/commands", json={**BASE, **act})).json() == {"ok": True}
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    assert desk.events[-4:] == [
        events.PaymentModeRequested(agent="1001", command="k1", contact=CONTACT, on=True),
        events.WrapUpExtended(agent="1001", command="k1", contact=CONTACT),
        events.MessageRead(agent="1001", command="k1", message="m-1"),
        events.WrapUpCompleted(
            agent="1001",
            command="k1",
            contact=CONTACT,
            disposition="solved",
            fields={"card_tail": "5678"},
            follow_up_ms=1_773_127_800_000,
        ),
    ]


@pytest.mark.parametrize("when", ["2020-01-01T08:00", "soon", "2026-13-01T00:00", "9999-99-99"])
async def test_a_follow_up_that_is_no_time_to_come_is_refused_at_its_field(agent: Browser, when: str) -> None:
    body = {**BASE, "act": "wrap_up", "contact": CONTACT, "disposition": "solved", "follow_up": when}
    answer = await agent.post("/agent/commands", json=body)
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["field"]) == ("follow_up_time", "follow_up")


async def test_a_result_without_disposition_names_the_field(agent: Browser) -> None:
    answer = await agent.post("/agent/commands", json={**BASE, "act": "wrap_up", "contact": CONTACT, "disposition": ""})
    assert answer.json()["field"] == "disposition"
    assert answer.json()["message"]


async def test_a_desk_signed_in_again_gets_its_new_token_and_nobody_elses(browser_of: Browsers, agent: Browser) -> None:
    told = (await agent.get("/agent/session")).json()
    assert told["user"] == 1
    agent.token = told["csrf"]
    assert (await agent.post("/agent/commands", json={**BASE, "act": "read", "message": "m-1"})).status_code == 200
    stranger = await browser_of().get("/agent/session", headers={"Accept": "application/json"})
    assert stranger.status_code == 401
