"""The pages of lists: upload, columns, progress, result, rejects, leads; who may see what, and what is on record."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from callcenter.domain.lead_lists import Use
from callcenter.domain.leads import LeadState, ListState
from callcenter.web.services import WebServices
from callcenter.web.wording import lead_lists as wording
from callcenter.web.wording import leads as lead_words
from dialer.lists.columns import MappingFault
from dialer.lists.reasons import Code
from tests.web import lead_samples as data
from tests.web import samples
from tests.web.conftest import Browser, Browsers
from tests.web.doubles import AuditList

BASE = f"/campaigns/{data.CAMPAIGN}"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[data.House]:
    async with data.with_lists(samples.services(tmp_path), tmp_path) as made:
        yield made


@pytest.fixture
def services(house: data.House) -> WebServices:
    return house.services


@pytest.fixture
async def leader(browser_of: Browsers) -> Browser:
    browser = browser_of()
    await browser.sign_in("liqiang")
    return browser


async def upload(browser: Browser, content: bytes, **fields: str) -> httpx.Response:
    files = {"file": ("june.csv", content, "text/csv")}
    return await browser.http.post(f"{BASE}/lists", data=fields, files=files, headers={"X-CSRF-Token": browser.token})


def acts(services: WebServices) -> list[tuple[str, str]]:
    assert isinstance(services.audit, AuditList)
    return [(record.act, record.subject) for record in services.audit.records if record.act != "signed_in"]


async def test_from_the_file_to_the_rejected_rows(leader: Browser, house: data.House) -> None:
    taken = await upload(leader, data.FILE.encode("gb18030"), name="六月名单")
    assert (taken.status_code, taken.headers["location"]) == (303, f"{BASE}/lists/1")
    preview = (await leader.get(f"{BASE}/lists/1")).text
    assert "客户姓名" in preview
    assert 'value="gb18030" selected' in preview
    assert "13800001234" not in preview
    assert "王小明" not in preview
    uses = re.findall(r'<option value="(\w+)" selected>', preview.split("<table")[1])
    assert uses == ["name", "number", "further", "variable", "owner"]

    form = {"use": uses, "encoding": "gb18030", "delimiter": ",", "area_code": ""}
    begun = await leader.post(f"{BASE}/lists/1/begin", data=form)  # type: ignore[arg-type]
    assert begun.status_code == 303, begun.text
    await house.desk.settled(1)
    result = (await leader.get(f"{BASE}/lists/1")).text
    assert "7 leads" in result
    assert "A spreadsheet has rounded the number" in result
    assert "The number is in row 2 already." in result
    assert (await leader.get(f"{BASE}/lists/1/progress")).headers["HX-Redirect"] == f"{BASE}/lists/1"

    answer = await leader.post(f"{BASE}/lists/1/rejects")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    heading, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heading[-5:] == ["客户姓名", "手机号码", "办公电话", "额度", "客户经理工号"]
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("9", "手机号码", "not_a_number"),
        ("10", "手机号码", "rounded"),
        ("11", "", "twice_in_list"),
        ("12", "手机号码", "service_number"),
        ("13", "客户经理工号", "unknown_owner"),
    ]
    assert rows[3][5] == "'=cmd|' /C calc'!A0"
    assert {"This is no telephone number.", "这不是电话号码。"} < set(rows[0])
    assert acts(house.services) == [
        ("list_uploaded", "lead_list:1"),
        ("list_read", "lead_list:1"),
        ("list_rejects_downloaded", "lead_list:1"),
    ]


async def test_the_same_file_is_refused_unless_asked_for(leader: Browser) -> None:
    content = data.FILE.encode()
    await upload(leader, content)
    again = await upload(leader, content)
    assert again.status_code == 409
    assert "uploaded to this campaign already" in again.text
    assert (await upload(leader, content, again="yes")).status_code == 303
    assert (await upload(leader, b"")).status_code == 409


async def test_what_is_wrong_with_the_columns_is_said_and_the_choice_kept(leader: Browser) -> None:
    await upload(leader, data.FILE.encode())
    for uses, said in (
        (["name", "ignore", "further", "variable", "ignore"], "No column is the number"),
        (["number", "number", "further", "variable", "ignore"], "used for the same"),
        (["number"], "columns have changed"),
        (["nonsense"] * 5, "columns have changed"),
    ):
        answer = await leader.post(f"{BASE}/lists/1/begin", data={"use": uses})  # type: ignore[arg-type]
        assert (answer.status_code, said in answer.text) == (409, True), answer.text
    assert (await leader.post(f"{BASE}/lists/1/discard")).status_code == 303
    assert "discarded before it was read" in (await leader.get(f"{BASE}/lists/1")).text


async def test_where_the_leads_stand_and_whose_they_are(leader: Browser, house: data.House) -> None:
    await data.furnish(house)
    page = (await leader.get(f"{BASE}/lists")).text
    assert "2 leads can be called now" in page
    for group in ("waiting: for another attempt", "waiting: cn_marketing_hours_custom", "opted out", "done: sold"):
        assert f"1 {group}" in page
    assert "June loans" in page
    handed = {"owner": ["agent:1001", "agent:1002", "agent:nobody"], "leads": "2"}
    assert (await leader.post(f"{BASE}/hand-out", data=handed)).status_code == 303  # type: ignore[arg-type]
    owners = {one.owner: one.leads for one in await house.storage.leads.owners(data.CAMPAIGN)}
    assert owners["agent:1001"] >= 1
    assert (await leader.post(f"{BASE}/take-back", data={"owner": "agent:1001"})).status_code == 303
    assert "agent:1001" not in {one.owner for one in await house.storage.leads.owners(data.CAMPAIGN)}
    assert acts(house.services)[-2:] == [("leads_handed_out", "campaign:loan"), ("leads_taken_back", "campaign:loan")]


async def test_leads_are_masked_found_and_shown_with_a_reason(leader: Browser, house: data.House) -> None:
    await data.furnish(house)
    page = (await leader.get(f"{BASE}/leads")).text
    assert "138****1234" in page
    assert "13800001234" not in page
    assert "王小明" not in page
    assert (await leader.get(f"{BASE}/leads?number=1234")).text.count("reveal-ask") == 7
    assert (await leader.get(f"{BASE}/leads?number=13900001234")).text.count("reveal-ask") == 1
    assert "last four digits are needed" in (await leader.get(f"{BASE}/leads?number=34")).text
    assert (await leader.get(f"{BASE}/leads?state=opted_out&reason=opted_out")).text.count("reveal-ask") == 1
    assert "Why do you need it?" in (await leader.get(f"{BASE}/leads/1/reveal")).text
    refused = await leader.post(f"{BASE}/leads/1/reveal", data={"reason": ""})
    assert "+8613800001234" not in refused.text
    shown = await leader.post(f"{BASE}/leads/1/reveal", data={"reason": "complaint"})
    assert "+8613800001234" in shown.text
    assert acts(house.services)[-1] == ("unmasked", "lead:1")


async def test_recalled_and_put_back(leader: Browser, house: data.House) -> None:
    await data.furnish(house)
    await leader.post(f"{BASE}/lists/1/recall")
    assert await house.storage.leads.next_due(data.CAMPAIGN, 2**50, 9, "1001") == []
    await leader.post(f"{BASE}/lists/1/put-back")
    assert len(await house.storage.leads.next_due(data.CAMPAIGN, 2**50, 9, "1001")) > 1
    assert [act for act, _subject in acts(house.services)][-2:] == ["list_recalled", "list_put_back"]


@pytest.mark.parametrize("user", ["wangfang", "zhangli", "admin"])
async def test_others_may_not(user: str, browser_of: Browsers, house: data.House) -> None:
    await data.furnish(house)
    browser = browser_of()
    await browser.sign_in(user)
    for path in ("/lists", "/lists/1", "/leads"):
        assert (await browser.get(BASE + path)).status_code == 403, path
    for path in ("/lists/1/rejects", "/lists/1/recall", "/hand-out"):
        assert (await browser.post(BASE + path)).status_code == 403, path


async def test_another_campaigns_list_is_not_there(leader: Browser, house: data.House) -> None:
    await data.furnish(house)
    for path in ("/campaigns/other/lists", "/campaigns/other/lists/1", "/campaigns/other/leads", f"{BASE}/lists/99"):
        assert (await leader.get(path)).status_code == 404, path
    assert (await leader.get("/campaigns/other/leads/1/reveal")).status_code == 404


def test_every_code_has_its_sentence() -> None:
    assert set(wording.CODES) == set(Code) - {Code.EMPTY_ROW}
    assert set(lead_words.STATES) == set(LeadState)
    assert set(wording.LIST_STATES) == set(wording.TONES) == set(ListState)
    assert set(wording.USES) == set(Use)
    assert set(map(str, MappingFault)) <= set(wording.FAILURES)
