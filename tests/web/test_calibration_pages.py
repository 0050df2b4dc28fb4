"""Calibration sessions through their pages, with real stores behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from callcenter.domain.access_records import AuditQuery
from callcenter.domain.calibration import CalibrationSession
from callcenter.quality.review.marks import lines
from callcenter.web.quality.forms import form_of
from callcenter.web.services import WebServices
from tests.web.houses import reviews_house
from tests.web.review_samples import CLOSED, OPEN
from tests.web.scenes import FIRST as CONTACT

BASE = "/quality/calibration"
MARK = f"{BASE}/{OPEN}/contacts/{CONTACT}"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[WebServices]:
    async with reviews_house(tmp_path) as services:
        yield services


async def filled(house: WebServices, **more: str) -> dict[str, str]:
    given = {}
    for line in lines(await form_of(house, 0)):
        given |= {f"broken-{line.id}": "no"} if line.kind == "fatal" else {f"points-{line.id}": str(line.of)}
    return given | more


async def session(house: WebServices, name: str = OPEN) -> CalibrationSession:
    found = await house.reviews.session(name)
    assert found is not None
    return found


async def test_a_session_from_its_beginning_to_its_end(house: WebServices, browser_as) -> None:
    leader, second = await browser_as("zhangli"), await browser_as("zhaomin")
    assert CONTACT in (await leader.get(f"{BASE}/new")).text
    form = {"title": "四月", "reviewers": ["zhangli", "zhaomin"], "contacts": [CONTACT]}
    made = await leader.post(BASE, data=form)
    assert made.status_code == 303
    path = made.headers["location"]
    assert "四月" in (await second.get(BASE)).text
    one = f"{path}/contacts/{CONTACT}"
    short = await leader.post(one, data={"points-greeting": "4"})
    assert (short.status_code, "Score every line" in short.text, 'value="4"' in short.text) == (422, True, True)
    assert (await leader.post(one, data=await filled(house))).headers["location"] == path
    strict = await filled(house, **{"points-name": "0", "note-name": "没有报工号", "note": "太松"})
    assert (await second.post(one, data=strict)).headers["location"] == path
    foreign = await second.post(f"{path}/close", data={"note": "x"})
    assert (foreign.status_code, "Who began the session closes it" in foreign.text) == (422, True)
    hidden = (await leader.get(path)).text
    assert ("没有报工号" in hidden, "Nobody who scores sees" in hidden) == (False, True)
    assert (await leader.post(f"{path}/close", data={"note": "报全工号"})).status_code == 303
    shown = (await second.get(path)).text
    for said in ("没有报工号", "报全工号", "太松", "Cohen&#39;s κ", "Contacts that all reviewers scored: 1"):
        assert said in shown
    late = await second.post(one, data=strict)
    assert (late.status_code, "The session is closed" in late.text) == (422, True)
    rows = await house.audit.page(AuditQuery(subject=f"calibration:{path.rpartition('/')[2]}", limit=9))
    assert [(row.record.actor, row.record.act) for row in reversed(rows)] == [
        ("zhangli", "calibration_begun"),
        ("zhangli", "calibration_marked"),
        ("zhaomin", "calibration_marked"),
        ("zhangli", "calibration_closed"),
    ]


async def test_who_scores_sees_neither_the_machine_nor_others(house: WebServices, browser_as) -> None:
    page = (await (await browser_as("zhaomin")).get(MARK)).text
    assert ("Scored blind" in page, "review-machine" in page, "请稍等，我查一下" in page) == (True, False, False)
    assert 'name="points-greeting" value=""' in page
    again = (await (await browser_as("zhangli")).get(MARK)).text
    assert 'name="points-greeting" value="2"' in again, "their own result can be changed while it is open"


async def test_who_begins_it_without_scoring_sees_the_agreement_as_it_grows(house: WebServices, browser_as) -> None:
    begun = await session(house, CLOSED)
    third = replace(begun, id="led", version=0, closed_ms=0, made_by="leader", note="")
    await house.reviews.save_session(third)
    user = await house.users.by_name("zhaomin")
    assert user is not None
    await house.users.add(replace(user, id=0, name="leader", display_name="组长"))
    leader = await browser_as("leader")
    page = (await leader.get(f"{BASE}/led")).text
    assert ("Where they differ" in page, "没有报工号" in page, "My contacts" in page) == (True, True, False)
    assert (await leader.get(f"{BASE}/led/contacts/{CONTACT}")).status_code == 404, "they do not score"
    assert "Nobody who scores sees" in (await (await browser_as("zhangli")).get(f"{BASE}/led")).text


async def test_two_who_submit_at_once_are_both_kept(house: WebServices, browser_as) -> None:
    first, second = await browser_as("zhangli"), await browser_as("zhaomin")
    await house.reviews.save_session(replace(await session(house), id="both", version=0, marks=()))
    path, given = f"{BASE}/both/contacts/{CONTACT}", await filled(house)
    done = await asyncio.gather(first.post(path, data=given), second.post(path, data=given))
    assert [one.status_code for one in done] == [303, 303]
    assert {one.reviewer for one in (await session(house, "both")).marks} == {"zhangli", "zhaomin"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "Give the session a name"),
        ({"reviewers": ["zhangli"]}, "at least two reviewers"),
        ({"reviewers": ["zhangli", "wangfang"]}, "Choose a reviewer from the list"),
        ({"contacts": []}, "Choose 1 to 50 contacts"),
        ({"contacts": ["nobody"]}, "There is no such contact"),
    ],
)
async def test_a_session_nobody_can_hold_is_refused(house: WebServices, browser_as, wrong, said) -> None:
    form = {"title": "四月", "reviewers": ["zhangli", "zhaomin"], "contacts": [CONTACT], **wrong}
    refused = await (await browser_as("zhangli")).post(BASE, data=form)
    assert (refused.status_code, said in refused.text) == (422, True)
    assert len(await house.reviews.sessions()) == 2


async def test_only_contacts_that_were_scored_and_that_no_reviewer_served(house: WebServices, browser_as) -> None:
    leader = await browser_as("zhangli")
    form = {"title": "四月", "reviewers": ["zhangli", "zhaomin"], "contacts": [CONTACT]}
    fresh = next(one.id for one in house.contacts.records if one.id != CONTACT and one.agent and one.ended_ms)  # type: ignore[attr-defined]
    unscored = await leader.post(BASE, data={**form, "contacts": [fresh]})
    assert "Choose contacts that were scored or reviewed" in unscored.text
    served = next(one.agent for one in house.contacts.records if one.id == CONTACT)  # type: ignore[attr-defined]
    user = await house.users.by_name("zhaomin")
    assert user is not None
    await house.users.update(replace(user, agent_id=served))
    assert "Nobody judges their own contact" in (await leader.post(BASE, data=form)).text
    own = await (await browser_as("zhaomin")).post(MARK, data=await filled(house))
    assert (own.status_code, "Nobody judges their own contact" in own.text) == (422, True)


async def test_who_has_no_part_in_it_gets_nowhere(house: WebServices, browser_as) -> None:
    agent, other = await browser_as("wangfang"), await browser_as("zhaomin")
    for path in (BASE, f"{BASE}/new", f"{BASE}/{OPEN}", MARK):
        assert (await agent.get(path)).status_code == 403
    for path in (f"{BASE}/none", f"{BASE}/{OPEN}/contacts/none"):
        assert (await other.get(path)).status_code == 404
    bare = await other.http.post(f"{BASE}/{OPEN}/close", data={"note": "x"})
    assert bare.status_code == 403, "without the form's token"
