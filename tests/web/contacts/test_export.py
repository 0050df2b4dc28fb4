"""The archive for a regulator: whole, hashed, asked for with a reason."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Awaitable, Callable

import pytest

from callcenter.storage import Storage
from callcenter.web.contacts.archive import safe_name
from callcenter.web.services import WebServices
from tests.web.conftest import Browser

from .conftest import CALLER, story, tell
from .test_reach import audited

AsUser = Callable[[str], Awaitable[Browser]]
REASON = "银保监 12378-2026-0931 来函"


async def opened(browser: Browser, contact: str) -> zipfile.ZipFile:
    answer = await browser.post(f"/contacts/{contact}/export", data={"reason": REASON})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == f'attachment; filename="contact-{contact}.zip"'
    assert answer.headers["cache-control"] == "no-store"
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def test_what_is_in_it(as_user: AsUser, services: WebServices) -> None:
    browser = await as_user("compliance")
    whole = await opened(browser, "of-a1-then-b1")
    assert whole.testzip() is None
    names = ["contact.json", "timeline.json", "story.html", "notes.txt", "audio/r-of-a1-then-b1.wav", "manifest.json"]
    assert whole.namelist() == names
    manifest = json.loads(whole.read("manifest.json"))
    for file in manifest["files"]:
        content = whole.read(file["name"])
        assert (file["size"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert [file["name"] for file in manifest["files"]] == names[:-1]
    assert (manifest["reason"], manifest["made_by"], manifest["missing_recordings"]) == (REASON, "compliance", [])
    record = (await services.contacts.recordings("of-a1-then-b1"))[0]
    assert whole.read("audio/r-of-a1-then-b1.wav") == services.recordings.path_of(record).read_bytes()
    contact = json.loads(whole.read("contact.json"))
    assert (contact["caller"], contact["agents"], contact["customer"]["name"]) == (CALLER, ["a1", "b1"], "张建国")
    facts = [fact["type"] for entry in json.loads(whole.read("timeline.json")) for fact in entry["facts"]]
    assert facts[0] == "ContactOpened"
    assert facts[-1] == "WrapUpFiled"
    page = whole.read("story.html").decode()
    for said in (CALLER, "张建国", "Anna (a1), Ben (b1)", "贷款提前还款", "Gold card", REASON):
        assert said in page, said
    assert whole.read("notes.txt").decode() == "贷款提前还款\n\nkind: gold\nbranch: Pudong\n"
    [done] = audited(services, "contact_exported")
    assert (done.actor, done.subject) == ("compliance", "contact:of-a1-then-b1")
    assert done.detail == {"reason": REASON, "recordings": ["r-of-a1-then-b1"]}


async def test_the_page_before_says_what_it_is(as_user: AsUser) -> None:
    page = (await (await as_user("compliance")).get("/contacts/of-a1/export")).text
    assert "whole, not masked" in page
    assert "1 recording (WAV)" in page
    assert CALLER not in page


@pytest.mark.parametrize("reason", ["", "   ", "abc", "x" * 501])
async def test_nothing_leaves_without_a_reason(as_user: AsUser, services: WebServices, reason: str) -> None:
    browser = await as_user("compliance")
    answer = await browser.post("/contacts/of-a1/export", data={"reason": reason})
    assert answer.status_code == 409
    assert audited(services, "contact_exported") == []


async def test_nothing_leaves_without_the_token(as_user: AsUser, services: WebServices) -> None:
    browser = await as_user("compliance")
    browser.token = "wrong"
    assert (await browser.post("/contacts/of-a1/export", data={"reason": REASON})).status_code == 403
    assert audited(services, "contact_exported") == []


async def test_a_missing_or_changed_recording_is_named(as_user: AsUser, services: WebServices) -> None:
    record = (await services.contacts.recordings("of-a1"))[0]
    browser = await as_user("compliance")
    changed = json.loads((await opened(browser, "of-a1")).read("manifest.json"))
    assert changed["recordings_unlike_when_filed"] == [record.id], "the sample was filed without a hash"
    services.recordings.path_of(record).unlink()
    whole = await opened(browser, "of-a1")
    assert "audio/r-of-a1.wav" not in whole.namelist()
    assert json.loads(whole.read("manifest.json"))["missing_recordings"] == ["r-of-a1"]


async def test_script_in_a_note_stays_text(as_user: AsUser, storage: Storage) -> None:
    evil = "<script>alert(1)</script>"
    await tell(storage, "evil", story("evil", "cards", ("a1",), evil), await storage.journal.last_seq())
    whole = await opened(await as_user("compliance"), "evil")
    assert evil not in whole.read("story.html").decode()
    assert whole.read("notes.txt").decode().startswith(evil)


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "/", "a\\b", "\x00", "名字", "CON:", "x" * 300])
def test_no_path_comes_of_a_name(name: str) -> None:
    made = safe_name(name)
    assert 1 <= len(made) <= 80
    assert not set(made) & set("/\\:\x00")
    assert not made.startswith(".")
