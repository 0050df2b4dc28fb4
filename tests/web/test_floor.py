"""The floor: who sees and may do what, which events and records come of it, and how it is worded."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest
from fastapi import FastAPI

from callcenter.domain import events
from callcenter.domain.agent import AgentState
from callcenter.domain.config import Team
from callcenter.web.services import WebServices
from callcenter.web.wording.act_details import details
from callcenter.web.wording.acts import sentence
from callcenter.web.wording.words import words_for
from tests.web import floor_samples, samples
from tests.web.conftest import Browsers
from tests.web.doubles import AuditList, DeskDouble
from tests.web.floor_samples import OTHER_TALK, TALK


@pytest.fixture
def desk(services: WebServices) -> DeskDouble:
    return floor_samples.furnish(services)


def records(services: WebServices) -> list[tuple[str, str, str]]:
    audit = services.audit
    assert isinstance(audit, AuditList)
    return [(r.actor, r.act, r.subject) for r in audit.records if r.act not in ("signed_in", "sign_in")]


OWN_TEAM: list[tuple[dict[str, Any], events.Event, str, str]] = [
    *(
        (
            {"act": mode, "contact": TALK},
            events.SuperviseRequested(agent="1002", command="k", contact=TALK, mode=mode),
            mode,
            f"contact:{TALK}",
        )
        for mode in ("listen", "whisper", "barge")
    ),
    (
        {"act": "stop", "contact": TALK},
        events.SuperviseRequested(agent="1002", command="k", contact=TALK, mode="stop"),
        "supervision_ended",
        f"contact:{TALK}",
    ),
    (
        {"act": "take_over", "contact": TALK, "desk": "tab"},
        events.TakeOverRequested(agent="1002", command="k", contact=TALK),
        "take_over",
        f"contact:{TALK}",
    ),
    (
        {"act": "state", "agent": "1004", "state": "on_break", "reason": "lunch"},
        events.AgentStateForced(by="liqiang", command="k", agent="1004", state=AgentState.ON_BREAK, reason="lunch"),
        "state_forced",
        "agent:1004",
    ),
    (
        {"act": "close_queue", "queue": "cards", "message": "system", "target": "queue:accounts"},
        events.QueueClosed(
            by="liqiang",
            command="k",
            queue="cards",
            announcement=floor_samples.center().emergency_messages[0].names,
            target="queue:accounts",
        ),
        "queue_closed",
        "queue:cards",
    ),
    (
        {"act": "reopen_queue", "queue": "regulator"},
        events.QueueReopened(by="liqiang", command="k", queue="regulator"),
        "queue_reopened",
        "queue:regulator",
    ),
    (
        {"act": "acknowledge", "alarm": "late:cards"},
        events.AlarmAcknowledged(by="liqiang", command="k", alarm="late:cards"),
        "alarm_acknowledged",
        "alarm:late:cards",
    ),
]


@pytest.mark.parametrize(("body", "event", "act", "subject"), OWN_TEAM)
async def test_an_act_within_reach_is_an_event_and_a_record(
    body: dict[str, Any],
    event: events.Event,
    act: str,
    subject: str,
    browser_of: Browsers,
    services: WebServices,
    desk: DeskDouble,
) -> None:
    browser = browser_of()
    await browser.sign_in("liqiang")
    before = len(records(services))
    answer = await browser.post("/floor/commands", json={"command": "k", **body})
    assert answer.status_code == 200, answer.text
    assert desk.events == [event]
    assert records(services)[before:] == [("liqiang", act, subject)]


async def test_messages_reach_those_signed_in_and_within_reach(
    browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    browser = browser_of()
    await browser.sign_in("liqiang")
    before = len(records(services))
    counts = {}
    for to in ("agent:1004", "team:一组", "queue:loss", "all"):
        assert (await browser.get(f"/floor/recipients?to={to}")).status_code == 200
        counts[to] = (
            await browser.post("/floor/commands", json={"command": to, "act": "message", "to": to, "text": "速归"})
        ).json()["count"]
    assert counts == {"agent:1004": 1, "team:一组": 6, "queue:loss": 2, "all": 6}
    sent = [e for e in desk.events if isinstance(e, events.MessageSent)]
    assert [sorted(e.agents) for e in sent][2] == ["1001", "1002"]
    assert {e.by for e in sent} == {"liqiang"}
    assert len({e.message for e in sent}) == 4
    assert [act for _, act, _ in records(services)[before:]] == ["message_sent", "broadcast", "broadcast", "broadcast"]
    assert all("速归" not in str(r.detail) for r in services.audit.records)  # type: ignore[attr-defined]
    other = await browser.post(
        "/floor/commands", json={"command": "x", "act": "message", "to": "team:二组", "text": "x"}
    )
    assert (other.status_code, other.json()["code"]) == (409, "nobody_to_tell")


OTHER_TEAM: list[dict[str, Any]] = [
    *({"act": mode, "contact": OTHER_TALK} for mode in ("listen", "whisper", "barge", "stop")),
    {"act": "take_over", "contact": OTHER_TALK, "desk": "tab"},
    {"act": "state", "agent": "1010", "state": "available"},
    {"act": "skills", "agent": "1010", "skills": {"cards": 3}},
    {"act": "message", "to": "agent:1010", "text": "x"},
    {"act": "acknowledge", "alarm": "gone:1009"},
    {"act": "state", "agent": "nobody", "state": "available"},
]


@pytest.mark.parametrize("body", OTHER_TEAM)
async def test_another_team_is_out_of_reach(
    body: dict[str, Any], browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    browser = browser_of()
    await browser.sign_in("liqiang")
    before = len(records(services))
    answer = await browser.post("/floor/commands", json={"command": "k", **body})
    assert answer.status_code == 403, answer.text
    assert desk.events == []
    assert records(services)[before:] == []


ALL_ACTS = [body for body, *_ in OWN_TEAM] + [
    {"act": "skills", "agent": "1004", "skills": {"cards": 3}},
    {"act": "message", "to": "all", "text": "x"},
]
REFUSED = {
    "wangfang": {body["act"] for body in ALL_ACTS},
    "zhangli": {body["act"] for body in ALL_ACTS},
    "ops": {"listen", "whisper", "barge", "stop", "take_over"},
    "admin": {body["act"] for body in ALL_ACTS} - {"acknowledge"},
}


@pytest.mark.parametrize("user", REFUSED)
async def test_who_lacks_the_right_is_refused_each_act(
    user: str, browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    browser = browser_of()
    await browser.sign_in(user)
    for body in ALL_ACTS:
        answer = await browser.post("/floor/commands", json={"command": "k", **body})
        expected = 403 if body["act"] in REFUSED[user] else 200
        assert answer.status_code == expected, (user, body, answer.text)
    assert all(getattr(event, "by", user) == user for event in desk.events)
    assert not any(isinstance(event, events.AgentEvent) for event in desk.events)


async def test_skills_are_the_configurations_affair(
    browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    browser = browser_of()
    await browser.sign_in("liqiang")
    answer = await browser.post(
        "/floor/commands", json={"command": "k", "act": "skills", "agent": "1004", "skills": {"cards": 5}}
    )
    assert answer.status_code == 200, answer.text
    assert any(act == "agent_skills_changed" and "1004" in subject for _, act, subject in records(services))
    bad = await browser.post(
        "/floor/commands", json={"command": "k", "act": "skills", "agent": "1004", "skills": {"cards": 11}}
    )
    assert bad.status_code == 422


async def test_each_sees_the_agents_and_alarms_within_reach_and_everybody_who_waits(
    browser_of: Browsers, desk: DeskDouble
) -> None:
    leader, ops = browser_of(), browser_of()
    await leader.sign_in("liqiang")
    await ops.sign_in("ops")
    mine, whole = (await leader.get("/floor")).text, (await ops.get("/floor")).text
    assert 'data-open="agent:1001"' in mine
    assert 'data-open="agent:1010"' not in mine
    assert 'data-open="agent:1010"' in whole
    assert "周洁" not in mine
    assert "gone:1009" not in mine
    assert "gone:1009" in whole
    assert (await leader.get("/floor/agents/1010")).status_code == 404
    assert (await ops.get("/floor/agents/1010")).status_code == 200
    for browser in (leader, ops):
        waiting = (await browser.get("/floor/queues/cards")).text
        assert "138****2211" in waiting
        assert "+86138" not in waiting
        assert "everybody who could take it is at work" in waiting
    assert (await leader.get("/floor/queues/nowhere")).status_code == 404
    agent = browser_of()
    await agent.sign_in("wangfang")
    for path in ("/floor", "/floor/wall", "/floor/agents/1001", "/floor/queues/cards", "/floor/live"):
        assert (await agent.get(path)).status_code == 403, path


async def test_the_panel_offers_what_is_allowed_and_no_more(browser_of: Browsers, desk: DeskDouble) -> None:
    leader, ops, admin = browser_of(), browser_of(), browser_of()
    for browser, name in ((leader, "liqiang"), (ops, "ops"), (admin, "admin")):
        await browser.sign_in(name)
    mine = (await leader.get("/floor/agents/1001")).text
    assert 'data-act="listen"' in mine
    assert 'data-form="state"' in mine
    assert "138****2210" in mine
    assert "13800002210" not in mine
    assert "孙浩 listens" in mine
    assert 'data-act="take_over"' not in mine, "only who listens may take over"
    other = (await ops.get("/floor/agents/1001")).text
    assert 'data-act="listen"' not in other
    assert 'data-form="state"' in other
    looks = (await admin.get("/floor/agents/1001")).text
    assert "data-form" not in looks
    own = (await leader.get("/floor/agents/1002")).text
    assert 'data-act="listen"' not in own
    talk = msgspec.structs.replace(desk.floor.contacts[0], supervisors={"1002": "whisper"})
    desk.floor = msgspec.structs.replace(desk.floor, contacts=(talk, *desk.floor.contacts[1:]))
    listening = (await leader.get("/floor/agents/1001")).text
    assert 'data-act="take_over"' in listening
    assert "the customer does not" in listening


async def test_who_listens_may_go_on_when_a_colleague_of_another_team_has_the_call(
    browser_of: Browsers, desk: DeskDouble
) -> None:
    browser = browser_of()
    await browser.sign_in("liqiang")
    talk = msgspec.structs.replace(desk.floor.contacts[0], agent="1010", supervisors={"1002": "listen"})
    desk.floor = msgspec.structs.replace(desk.floor, contacts=(talk,))
    stopped = await browser.post("/floor/commands", json={"command": "k", "act": "stop", "contact": TALK})
    assert stopped.status_code == 200


async def test_taking_over_begins_the_shift_where_it_had_not_begun(browser_of: Browsers, desk: DeskDouble) -> None:
    desk.views["1002"] = samples.desk(AgentState.LOGGED_OUT, agent="1002", name="")
    browser = browser_of()
    await browser.sign_in("liqiang")
    body = {"command": "k", "act": "take_over", "contact": TALK, "desk": "tab-7"}
    assert (await browser.post("/floor/commands", json=body)).json()["go_to"] == "/agent"
    signed, took = desk.events
    assert isinstance(signed, events.AgentSignedIn)
    assert (signed.agent, signed.desk) == ("1002", "tab-7")
    assert isinstance(took, events.TakeOverRequested)


async def test_who_comes_second_is_told_so_and_both_are_on_record(
    browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    browser = browser_of()
    await browser.sign_in("liqiang")
    desk.refuse_with = "already_taken_over"
    body = {"command": "k", "act": "take_over", "contact": TALK, "desk": "tab"}
    answer = await browser.post("/floor/commands", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_taken_over")
    assert "Somebody else has taken this call over" in answer.json()["message"]
    assert records(services)[-2:] == [("liqiang", "take_over", f"contact:{TALK}")] * 2
    asked, refused = services.audit.records[-2:]  # type: ignore[attr-defined]
    assert "refused" not in asked.detail
    assert refused.detail == {**asked.detail, "refused": "already_taken_over"}
    words = words_for("en", "UTC", samples.center())
    assert sentence(words, refused, {}) == f"was refused, nothing happened: took over contact {TALK}"
    assert sentence(words, asked, {}) == f"took over contact {TALK}"
    assert ("why not", answer.json()["message"]) in details(words, refused)


@pytest.mark.parametrize("body", [case[0] for case in OWN_TEAM], ids=lambda body: body["act"])
async def test_nothing_is_done_that_can_not_be_put_on_record(
    body: dict[str, Any], browser_of: Browsers, app: FastAPI, services: WebServices, desk: DeskDouble
) -> None:
    class Full:
        async def write(self, record: object) -> None:
            raise OSError("disk full")

    browser = browser_of()
    await browser.sign_in("liqiang")
    app.state.services = dataclasses.replace(services, audit=Full())  # type: ignore[arg-type]
    assert (await browser.post("/floor/commands", json={"command": "k", **body})).status_code == 500
    assert desk.events == []


async def test_the_telephone_rings_at_the_desk_or_here(browser_of: Browsers, desk: DeskDouble) -> None:
    browser = browser_of()
    await browser.sign_in("liqiang")
    desk.views["1002"] = samples.desk(AgentState.ON_BREAK, agent="1002", name="another-window")
    assert (await browser.post("/floor/phone", json={"desk": "tab"})).json() == {"rings": "desk"}
    for open_desk in ("", "tab"):
        desk.views["1002"] = samples.desk(AgentState.ON_BREAK, agent="1002", name=open_desk)
        here = (await browser.post("/floor/phone", json={"desk": "tab"})).json()
        assert (here["rings"], here["phone"]["uri"]) == ("here", "sip:1002@test")
    agent = browser_of()
    await agent.sign_in("wangfang")
    assert (await agent.post("/floor/phone", json={"desk": "tab"})).status_code == 403


async def test_who_waits_leads_to_their_page_for_whom_it_reaches(
    browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    leader, operator = browser_of(), browser_of()
    await leader.sign_in("liqiang")
    await operator.sign_in("ops")
    waits = [contact.id for contact in desk.floor.contacts if contact.queue == "cards" and contact.place == "waiting"]
    assert waits
    assert "/contacts/" not in (await leader.get("/floor/queues/cards")).text, "no team looks after the queue"
    team = Team("一组", {"en": "One"}, leaders=("liqiang",), queues=("cards",))
    desk.center = msgspec.structs.replace(desk.center, teams={**desk.center.teams, "一组": team})
    panel = (await leader.get("/floor/queues/cards")).text
    assert any(f'href="/contacts/{contact}"' in panel for contact in waits)
    assert "/contacts/" not in (await operator.get("/floor/queues/cards")).text, "operators see no contacts"
