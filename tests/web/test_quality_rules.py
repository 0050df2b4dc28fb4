"""Rules in versions on their page: edited, checked, tried on past contacts, published, gone back to; on record."""

from __future__ import annotations

import asyncio
import dataclasses
import html
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from callcenter.app.conversation_text import ConversationTexts
from callcenter.app.quality_desk import RulesDesk
from callcenter.app.scoring.shipped import publish_shipped
from callcenter.domain.access_records import AuditQuery
from callcenter.domain.quality_records import WrittenKind
from callcenter.storage import Storage, upgrade
from callcenter.web.services import WebServices
from tests.app.scored_talks import RUDE, Talks
from tests.app.test_scoring import worker_of
from tests.storage.samples import T0
from tests.web import samples
from tests.web.conftest import Browser, csrf_in

DRAFT = "/quality/rules/rules/2"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("quality") / "center.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
async def storage(tmp_path: Path, empty: Path) -> AsyncIterator[Storage]:
    await asyncio.to_thread(shutil.copy, empty, tmp_path / "center.db")
    opened = await Storage.open(f"sqlite+aiosqlite:///{tmp_path / 'center.db'}")
    await Talks(opened).call("rude", RUDE)
    await publish_shipped(opened.quality, T0)
    await worker_of(opened).drain()
    yield opened
    await opened.close()


@pytest.fixture
async def services(tmp_path: Path, storage: Storage) -> WebServices:
    sample = samples.services(tmp_path)
    texts = ConversationTexts(storage.contacts, storage.transcripts, storage.chats, "Asia/Shanghai")
    desk = RulesDesk(storage.quality, sample.audit, sample.clock, texts)
    return dataclasses.replace(sample, quality=storage.quality, quality_desk=desk, scoring=storage.scoring_jobs)


async def acts(services: WebServices) -> list[tuple[str, str]]:
    return [(row.record.act, row.record.subject) for row in await services.audit.page(AuditQuery(limit=5))]


def texts_of(page: str) -> dict[str, str]:
    """The files as the page shows them, and the revision."""
    found = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None
    note = re.search(r'name="note"[^>]*value="([^"]*)"', page)
    files = {name: html.unescape(text) for name, text in found}
    return {"revision": revision[1], "csrf": csrf_in(page), "note": note[1] if note else "", **files}


async def test_a_draft_is_checked_tried_and_published_and_the_way_back(
    browser_of: Callable[..., Browser], services: WebServices, storage: Storage
) -> None:
    quality = browser_of()
    await quality.sign_in("zhangli")
    token = csrf_in((await quality.get("/quality/rules")).text)
    begun = await quality.post("/quality/rules/begin", data={"csrf": token, "kind": "rules"})
    assert (begun.status_code, begun.headers["location"]) == (303, DRAFT)

    form = texts_of((await quality.get(DRAFT)).text)
    fine = form["file.fatal.yaml"]
    wrong = {**form, "file.fatal.yaml": fine.replace("    kind: fatal", "    kindd: fatal", 1), "note": "骂人的话"}
    refused = await quality.post(DRAFT, data={**wrong, "act": "publish"})
    assert refused.status_code == 409
    assert re.search(r"fatal\.yaml:\d+</code>", refused.text)
    assert "kindd" in refused.text
    assert await services.quality.in_force(WrittenKind.RULES) == await services.quality.version(WrittenKind.RULES, 1)

    late = await quality.post(DRAFT, data={**wrong, "act": "save"})
    assert late.status_code == 409, "the page is of an older revision"
    form = {**texts_of(refused.text), "file.fatal.yaml": fine.replace("有病吧, ", "")}
    tried = await quality.post(DRAFT, data={**form, "act": "try"})
    assert "1 of the newest 1 scored contacts" in tried.text
    assert "<td>rude_words</td>" in tried.text
    assert len(await storage.quality.evaluations("rude")) == 1, "nothing is kept of a trial"

    form = texts_of(tried.text)
    assert (await quality.post(DRAFT, data={**form, "act": "publish"})).status_code == 303
    assert (await acts(services))[0] == ("quality_published", "quality_rules:2")
    in_force = await services.quality.in_force(WrittenKind.RULES)
    assert in_force is not None
    assert (in_force.version, in_force.published_by, in_force.note) == (2, "zhangli", "骂人的话")
    assert (await quality.post(DRAFT, data={**form, "act": "save"})).status_code == 409, "what is published stays"

    back = {"csrf": token, "revision": "1"}
    assert (await quality.post("/quality/rules/rules/1/back", data=back)).status_code == 303
    assert (await acts(services))[0] == ("quality_rolled_back", "quality_rules:1")
    now = await services.quality.in_force(WrittenKind.RULES)
    assert now is not None
    assert now.version == 1
    judged = await storage.quality.current("rude")
    assert judged is not None
    assert (judged.rule_set, judged.fatal) == (1, True), "what was scored keeps its score"


async def test_rules_that_the_form_in_force_needs_can_not_be_left_out(
    browser_of: Callable[..., Browser], services: WebServices
) -> None:
    quality = browser_of()
    await quality.sign_in("zhangli")
    token = csrf_in((await quality.get("/quality/rules")).text)
    await quality.post("/quality/rules/begin", data={"csrf": token, "kind": "rules"})
    form = texts_of((await quality.get(DRAFT)).text)
    form["file.fatal.yaml"] = form["file.fatal.yaml"].replace("id: rude_words", "id: rude_words_now")
    refused = await quality.post(DRAFT, data={**form, "act": "publish"})
    assert refused.status_code == 409
    assert "rude_words" in refused.text
    assert "service.yaml" in refused.text


async def test_who_may_not_write_rules_does_not_see_them(browser_of: Callable[..., Browser]) -> None:
    for name, status in (("wangfang", 403), ("ops", 403), ("liqiang", 200)):
        person = browser_of()
        await person.sign_in(name)
        assert (await person.get("/quality/rules")).status_code == status
