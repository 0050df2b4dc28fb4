"""What the pages show, and what leaves a trace."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from callcenter.domain import events
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Place, Why
from callcenter.web import i18n
from callcenter.web.contacts.story import story_of
from callcenter.web.services import WebServices
from callcenter.web.wording.why import why_sentence
from callcenter.web.wording.words import masked_name, masked_number, short_time, words_for
from tests.web import samples
from tests.web.conftest import Browsers
from tests.web.doubles import AuditList, ContactList, DeskDouble
from tests.web.scenes import FIRST


def test_both_catalogues_are_complete() -> None:
    assert list(i18n.faults()) == []


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+8613800002210", "138****2210"), ("95500", "95500"), ("02112345678", "021****5678"), ("", ""),
     ("anonymous", "anonymous"), ("12345678", "1***5678")],
)  # fmt: skip
def test_numbers_are_masked(number: str, shown: str) -> None:
    assert masked_number(number) == shown


def test_small_formats() -> None:
    assert [short_time(ms) for ms in (0, 42_900, 221_000, 3_725_000, None)] == ["0:00", "0:42", "3:41", "1:02:05", "–"]
    assert (masked_name("张建国"), masked_name("张"), masked_name("")) == ("张**", "张*", "")


def test_a_story_in_both_languages_names_every_reason() -> None:
    i18n.compile_catalogues()
    record = next(r for r in samples.records() if r.id == FIRST)
    told = {}
    for language in ("zh", "en"):
        words = words_for(language, "Asia/Shanghai", samples.center())
        rows = story_of(words, record, samples.timeline(FIRST))
        told[language] = " ".join(f"{r.line.text} {r.line.because}" for r in rows)
    assert "13800002210" not in told["zh"] + told["en"]
    assert "%" not in told["zh"] + told["en"]
    assert "等待 0:48 后轮到" in told["zh"]
    assert "said no before: 刘洋" in told["en"]
    assert "王芳 转给 李强" in told["zh"]


def test_an_unknown_reason_is_named_and_a_strange_detail_does_no_harm() -> None:
    i18n.compile_catalogues()
    words = words_for("en", "Asia/Shanghai", samples.center())
    assert why_sentence(words, Why("moon_phase", {"phase": 3})) == "reason “moon phase” (phase 3)"
    assert "best agent" in why_sentence(words, Why("best_agent", {}))
    assert why_sentence(words, None) == ""


async def test_agents_see_their_own_contacts_only(browser_of: Browsers) -> None:
    browser = browser_of()
    await browser.sign_in("wangfang")
    page = (await browser.get("/contacts?agent=1002")).text
    assert "王芳" in page
    assert "李强" not in page
    other = next(r.id for r in samples.records() if r.agent == "1002")
    assert (await browser.get(f"/contacts/{other}")).status_code == 404
    assert (await browser.get(f"/recordings/rec-1?contact={other}")).status_code == 404


async def test_paging_by_key_reaches_every_contact_once(browser_of: Browsers) -> None:
    browser = browser_of()
    await browser.sign_in("zhangli")
    first = (await browser.get("/contacts")).text
    rest = first.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await browser.get(rest, headers={"HX-Request": "true"})).text
    ids = [part.split('"')[0] for part in (first + second).split('href="/contacts/')[1:]]
    assert sorted(set(ids) - {"said"}) == sorted(r.id for r in samples.records())
    assert len(ids) == len(set(ids))
    assert "<html" not in second


async def test_a_recording_is_heard_by_range_and_each_listening_is_noted_once(
    browser_of: Browsers, services: WebServices
) -> None:
    browser = browser_of()
    await browser.sign_in("liqiang")
    path = f"/recordings/rec-1?contact={FIRST}"
    whole = await browser.get(path)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    part = await browser.get(path, headers={"Range": "bytes=100-199"})
    assert (part.status_code, len(part.content)) == (206, 100)
    audit = services.audit
    assert isinstance(audit, AuditList)
    heard = [r for r in audit.records if r.act == "recording_heard"]
    assert [(r.actor, r.subject) for r in heard] == [("liqiang", "recording:rec-1")]
    gone = await browser.get(f"/recordings/rec-gone?contact={FIRST}")
    assert gone.status_code == 409
    assert "audio file is missing" in gone.text
    assert "rec-gone" in (await browser.get(f"/contacts/{FIRST}")).text
    assert (await browser.get(f"/recordings/..%2f..%2fetc?contact={FIRST}")).status_code == 404


async def test_free_text_is_escaped_everywhere(browser_of: Browsers, services: WebServices) -> None:
    evil = "<script>alert(1)</script>"
    contacts, desk = services.contacts, services.desk
    assert isinstance(contacts, ContactList)
    assert isinstance(desk, DeskDouble)
    contacts.records[0] = msgspec.structs.replace(contacts.records[0], note=evil, caller=evil, disposition=evil)
    desk.views["1002"] = samples.desk(
        AgentState.BUSY,
        agent="1002",
        contacts=(samples.contact(variables={evil: evil}, flow_path=(evil,), note=evil, why=Why(evil, {evil: evil})),),
    )
    browser = browser_of()
    await browser.sign_in("liqiang")
    for path in ("/contacts", f"/contacts/{FIRST}", "/agent", f"/contacts?text={evil}"):
        text = (await browser.get(path)).text
        assert evil not in text, path
    assert "&lt;script&gt;" in (await browser.get("/agent")).text


async def test_commands_become_events_and_refusals_sentences(browser_of: Browsers, services: WebServices) -> None:
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    desk.views["1001"] = samples.desk(AgentState.BUSY, contacts=(samples.contact(),), name="tab-1")
    browser = browser_of()
    await browser.sign_in("wangfang")
    base = {"command": "k1", "desk": "tab-1", "contact": FIRST}
    assert (await browser.post("/agent/commands", json={**base, "act": "hold"})).json() == {"ok": True}
    await browser.post(
        "/agent/commands", json={**base, "act": "transfer", "target": "agent:1002", "mode": "warm", "note": "加急"}
    )
    await browser.post("/agent/commands", json={**base, "act": "wrap_up", "disposition": "solved", "note": " 好 "})
    assert desk.events == [
        events.HoldRequested(agent="1001", command="k1", contact=FIRST),
        events.TransferRequested(
            agent="1001", command="k1", contact=FIRST, target="agent:1002", mode=events.TransferMode.WARM, note="加急"
        ),
        events.WrapUpCompleted(agent="1001", command="k1", contact=FIRST, disposition="solved", note="好"),
    ]
    desk.refuse_with = "consult_running"
    refused = await browser.post("/agent/commands", json={**base, "act": "hold"})
    assert (refused.status_code, refused.json()["code"]) == (409, "consult_running")
    assert refused.json()["message"].startswith("A consultation is going on")
    other = await browser.post("/agent/commands", json={**base, "act": "hold", "desk": "tab-2"})
    assert other.json()["code"] == "not_your_desk"
    for bad in (
        {"act": "explode"},
        {"act": "digits", "digits": "12x"},
        {"act": "transfer", "target": "x", "mode": "warm"},
    ):
        assert (await browser.post("/agent/commands", json={**base, **bad})).status_code == 422


async def test_an_offer_shows_masked_who_queue_and_why(browser_of: Browsers, services: WebServices) -> None:
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    desk.views["1001"] = samples.desk(AgentState.OFFERED, contacts=(samples.contact(Place.OFFERED),))
    browser = browser_of()
    await browser.sign_in("wangfang")
    page = (await browser.get("/agent?lang=zh")).text
    for text in ("138****2210", "张**", "挂失专线", "空闲最久（3:12）", 'data-act="accept"'):
        assert text in page, text
    assert "13800002210" not in page


async def test_wrap_up_opens_while_the_customer_answers_the_survey(browser_of: Browsers, services: WebServices) -> None:
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    surveyed = samples.contact(Place.FLOW, variables={"caller": "+8613800002210", "language": "zh"})
    desk.views["1001"] = samples.desk(AgentState.WRAP_UP, contacts=(surveyed,), wrap_up=surveyed)
    browser = browser_of()
    await browser.sign_in("wangfang")
    page = (await browser.get("/agent")).text
    assert f'data-wrapup="{FIRST}"' in page
    assert "13800002210" not in page


async def test_the_web_phone_needs_its_token_and_can_be_off(browser_of: Browsers, services: WebServices) -> None:
    browser = browser_of()
    page = (await browser.get("/call")).text
    token = page.split('data-token="')[1].split('"')[0]
    assert (await browser.http.post("/call/credentials")).status_code == 403
    given = await browser.http.post("/call/credentials", headers={"X-CSRF-Token": token, "Accept": "application/json"})
    assert given.json()["uri"] == "sip:guest@test"
    assert "cc_guest" in given.headers["set-cookie"]
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    desk.guest = None
    assert "switched off" in (await browser.get("/call")).text


async def test_health_and_figures(browser_of: Browsers) -> None:
    far = browser_of("10.1.2.3")
    assert (await far.get("/healthz")).json() == {"status": "ok", "telephony": "up", "assistant": "up"}
    assert (await far.get("/metrics")).status_code == 403
    figures = (await browser_of().get("/metrics")).text
    assert 'callcenter_queue_waiting{queue="cards"} 3.0' in figures
    carried = await browser_of().get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"})
    assert carried.status_code == 403
    await far.sign_in("ops")
    assert (await far.get("/metrics")).status_code == 200


async def test_the_demo_bank_answers_this_machine_only(browser_of: Browsers) -> None:
    browser = browser_of()
    known = await browser.get("/demo-bank/customers/by-number?phone=%2B8613800002210")
    assert known.json() == {"known": True, "name": "张建国", "elder": True, "level": "金卡"}
    assert (await browser.get("/demo-bank/customers/by-number?phone=1")).json()["known"] is False
    right = await browser.http.post("/demo-bank/balance", json={"card_tail": "1234", "pin": "246810"})
    assert right.json() == {"ok": True, "balance": "12,345.67"}
    wrong = await browser.http.post("/demo-bank/balance", json={"card_tail": "1234", "pin": "000000"})
    assert wrong.json() == {"ok": False, "balance": ""}
    assert (await browser_of("10.0.0.2").get("/demo-bank/customers/by-number?phone=1")).status_code == 403


def test_static_files_hold_no_inline_style() -> None:
    folder = Path(i18n.HERE) / "templates"
    for file in folder.rglob("*.html"):
        text = file.read_text()
        assert " style=" not in text, file
        assert "<style" not in text, file
