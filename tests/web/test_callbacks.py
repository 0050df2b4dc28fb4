"""The list of open callbacks: who sees which, taking one off it, and the links between a call and its callback."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.domain import effects as fx
from callcenter.domain import events
from callcenter.domain.access import Role
from callcenter.domain.config import Team
from callcenter.domain.contact import Channel, Direction, EndReason
from callcenter.domain.records import ContactRecord, TimelineEntry
from callcenter.domain.views import CallbackState, OpenCallback
from callcenter.web.services import WebServices
from tests.web import floor_samples, samples
from tests.web.conftest import Browser, Browsers
from tests.web.doubles import AuditList, ContactList, DeskDouble

NOW = samples.NOW
NUMBER = "+8613800001357"


def promise(contact: str, queue: str = "cards", **more: object) -> OpenCallback:
    values = {"number": NUMBER, "state": CallbackState.WAITING, "booked_ms": NOW - 600_000, "attempts_allowed": 3}
    return OpenCallback(**{"contact": contact, "queue": queue, **values, **more})  # type: ignore[arg-type]


@pytest.fixture
def desk(services: WebServices) -> DeskDouble:
    """Liqiang's team looks after cards."""
    desk = floor_samples.furnish(services)
    first = Team("一组", {"en": "Team one"}, leaders=("liqiang",), queues=("cards",))
    desk.center = msgspec.structs.replace(desk.center, teams={**desk.center.teams, "一组": first})
    return desk


async def signed_in(browser_of: Browsers, name: str) -> Browser:
    browser = browser_of()
    await browser.sign_in(name)
    return browser


STATES = [
    (promise("c", state=CallbackState.ON_THE_LINE), ("Still on the line", "once the customer has hung up")),
    (promise("c", state=CallbackState.SUSPENDED), ("Queue closed", "once the queue is open again")),
    (promise("c", state=CallbackState.SCHEDULED, due_ms=NOW), ("Scheduled", "from 03-09 10:02 on")),
    (promise("c", place=3, expected_wait_ms=372_000), ("Waiting in the queue", "place 3 · about 6:12")),
    (promise("c", place=3), ("Waiting in the queue", "place 3<")),
    (promise("c", state=CallbackState.OFFERED, agent="1001"), ("Being offered", "王芳")),
    (promise("c", state=CallbackState.DIALLING, agent="1001"), ("Being dialled", "王芳")),
    (promise("c", attempts=1, outcome="busy"), ("1 / 3", "line is busy")),
    (promise("c", not_before_ms=NOW, until_ms=NOW + 3_600_000), ("03-09 10:02 – 11:02",)),
    (promise("c"), ("as soon as possible", "0 / 3", "138****1357", "Credit cards")),
]


@pytest.mark.parametrize(("callback", "said"), STATES)
async def test_a_row_says_where_it_is_and_when_it_will_be_made(
    callback: OpenCallback, said: tuple[str, ...], browser_of: Browsers, desk: DeskDouble
) -> None:
    desk.promises = [callback]
    page = (await (await signed_in(browser_of, "ops")).get("/callbacks")).text
    for text in said:
        assert text in page
    assert NUMBER[3:] not in page


async def test_a_team_sees_the_callbacks_of_its_queues_and_those_its_agents_make(
    browser_of: Browsers, desk: DeskDouble
) -> None:
    desk.promises = [
        promise("of-the-team"),
        promise("of-others", "accounts"),
        promise("by-the-team", "accounts", state=CallbackState.DIALLING, agent="1001"),
        promise("by-others", "accounts", state=CallbackState.DIALLING, agent="1010"),
    ]
    all_four = {"of-the-team", "of-others", "by-the-team", "by-others"}
    for who, expected in (("liqiang", {"of-the-team", "by-the-team"}), ("ops", all_four)):
        browser = await signed_in(browser_of, who)
        page = (await browser.get("/callbacks")).text
        assert {c for c in all_four if f"/callbacks/{c}/withdraw" in page} == expected
        for contact in all_four:
            shown = await browser.get(f"/callbacks/{contact}/withdraw")
            assert shown.status_code == (200 if contact in expected else 404), contact


async def test_without_the_right_there_is_no_list(browser_of: Browsers, desk: DeskDouble) -> None:
    for who in ("wangfang", "zhangli"):
        browser = await signed_in(browser_of, who)
        assert (await browser.get("/callbacks")).status_code == 403
        assert (await browser.post("/callbacks/c/withdraw", data={"reason": "x"})).status_code == 403
        assert 'href="/callbacks"' not in (await browser.get("/account")).text


async def test_who_may_look_only_has_no_button(browser_of: Browsers, services: WebServices, desk: DeskDouble) -> None:
    user = await services.users.by_name("ops")
    assert user is not None
    watcher = msgspec.structs.replace(desk.center.roles[Role.OPERATOR], id="watcher")
    rights = {right: scope for right, scope in watcher.rights.items() if right != "operate_queues"}
    role = msgspec.structs.replace(watcher, rights=rights)
    desk.center = msgspec.structs.replace(desk.center, roles={**desk.center.roles, "watcher": role})
    await services.users.update(msgspec.structs.replace(user, role="watcher"))
    desk.promises = [promise("c-1")]
    browser = await signed_in(browser_of, "ops")
    page = (await browser.get("/callbacks")).text
    assert "138****1357" in page
    assert "withdraw" not in page
    assert (await browser.post("/callbacks/c-1/withdraw", data={"reason": "x"})).status_code == 403


async def test_it_is_narrowed_to_a_queue_and_asked_again_by_itself(browser_of: Browsers, desk: DeskDouble) -> None:
    desk.promises = [promise("one"), promise("two", "accounts")]
    browser = await signed_in(browser_of, "ops")
    part = (await browser.get("/callbacks?queue=accounts", headers={"HX-Request": "true"})).text
    assert "<html" not in part
    assert ("/callbacks/two/" in part, "/callbacks/one/" in part) == (True, False)
    assert "2 open callbacks" in (await browser.get("/callbacks")).text
    assert "No open callback in this queue." in (await browser.get("/callbacks?queue=elder")).text


async def test_the_empty_list_says_why_and_what_to_do(browser_of: Browsers, desk: DeskDouble) -> None:
    lead = await signed_in(browser_of, "liqiang")
    assert "/contacts?reason=callback_failed" in (await lead.get("/callbacks")).text
    ops = await signed_in(browser_of, "ops")
    assert "No open callbacks." in (page := (await ops.get("/callbacks")).text)
    assert "/contacts?reason" not in page
    desk.center = msgspec.structs.replace(
        desk.center, teams={"一组": Team("一组", {"en": "Team one"}, leaders=("liqiang",))}
    )
    assert "Your teams look after no queue." in (await lead.get("/callbacks")).text


async def test_many_are_shown_up_to_a_hundred(browser_of: Browsers, desk: DeskDouble) -> None:
    desk.promises = [promise(f"c-{n}", booked_ms=NOW + n) for n in range(130)]
    page = (await (await signed_in(browser_of, "ops")).get("/callbacks")).text
    assert ("130 open callbacks" in page, "the oldest 100 are shown" in page) == (True, True)
    assert ("/callbacks/c-99/" in page, "/callbacks/c-100/" in page) == (True, False)


async def test_taking_one_off_the_list_is_on_record(
    browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    desk.promises = [promise("c-1")]
    browser = await signed_in(browser_of, "liqiang")
    answer = await browser.post("/callbacks/c-1/withdraw", data={"reason": "  settled \n in the branch "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/callbacks?taken=yes")
    (event,) = desk.events
    assert isinstance(event, events.CallbackCancelled)
    assert (event.by, event.contact, event.reason) == ("liqiang", "c-1", "settled in the branch")
    audit = services.audit
    assert isinstance(audit, AuditList)
    record = audit.records[-1]
    assert (record.actor, record.act, record.subject) == ("liqiang", "callback_withdrawn", "contact:c-1")
    assert record.detail == {"queue": "cards", "note": "settled in the branch"}
    assert "is off the list" in (await browser.get("/callbacks?taken=yes")).text


@pytest.mark.parametrize(
    ("reason", "said"), [("", "Say why"), (" \n ", "Say why"), ("x" * 501, "at most 500"), ("x" * 5_001, "")]
)
async def test_without_a_fitting_reason_it_stays(
    reason: str, said: str, browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    desk.promises = [promise("c-1")]
    browser = await signed_in(browser_of, "liqiang")
    answer = await browser.post("/callbacks/c-1/withdraw", data={"reason": reason})
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert desk.events == []
    audit = services.audit
    assert isinstance(audit, AuditList)
    assert all(record.act != "callback_withdrawn" for record in audit.records)


async def test_one_that_is_over_meanwhile_says_so_and_the_record_too(
    browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    desk.promises, desk.refuse_with = [promise("c-1")], "callback_gone"
    browser = await signed_in(browser_of, "liqiang")
    answer = await browser.post("/callbacks/c-1/withdraw", data={"reason": "settled"})
    assert answer.status_code == 409
    assert "over already" in answer.text
    audit = services.audit
    assert isinstance(audit, AuditList)
    assert [record.detail.get("refused") for record in audit.records[-2:]] == [None, "callback_gone"]
    desk.promises = []
    assert (await browser.get("/callbacks/c-1/withdraw")).status_code == 404


# --- links


def record(contact: str, agent: str = "1001") -> ContactRecord:
    return msgspec.structs.replace(
        samples.records()[0], id=contact, agent=agent, queue="cards", started_ms=NOW, reason=EndReason.CALLBACK_BOOKED
    )


def told(contact: str, *effects: fx.Effect) -> TimelineEntry:
    return TimelineEntry(1, NOW, events.TimerFired(timer="t"), effects)


def opened(contact: str, origin: str = "") -> fx.Effect:
    return fx.ContactOpened(
        contact=contact,
        channel=Channel.VOICE,
        direction=Direction.OUTBOUND,
        caller=NUMBER,
        dialled="95500",
        line="trunk",
        flow="",
        origin=origin,
    )


async def test_call_and_callback_lead_to_each_other(
    browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    contacts = services.contacts
    assert isinstance(contacts, ContactList)
    contacts.records += [record("call"), record("callback"), record("later"), record("again", agent="1010")]
    booked = fx.CallbackBooked(contact="call", queue="cards", number=NUMBER, callback="callback")
    contacts.stories |= {
        "call": [told("call", opened("call"), booked)],
        "callback": [
            told("callback", opened("callback", "call"), fx.CallbackUpdated(contact="callback", origin="again")),
            told("callback", fx.CallbackSuperseded(contact="callback", by="later")),
        ],
        "later": [told("later", fx.PlaceTakenOver(contact="later", callback="callback"))],
    }
    quality = await signed_in(browser_of, "zhangli")
    for contact, expected in (
        ("call", {"callback"}),
        ("callback", {"call", "again", "later"}),
        ("later", {"callback"}),
        ("again", set()),
    ):
        page = (await quality.get(f"/contacts/{contact}")).text
        assert {c for c in ("call", "callback", "later", "again") if f'href="/contacts/{c}"' in page} == expected
        assert ("Linked contacts" in page) == bool(expected)
    lead = await signed_in(browser_of, "liqiang")
    assert 'href="/contacts/again"' not in (await lead.get("/contacts/callback")).text
