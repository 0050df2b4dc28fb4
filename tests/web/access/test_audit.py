"""The audit page, and that every act written anywhere has a sentence."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import callcenter
from callcenter.domain import audit_configuration
from callcenter.domain.audit_acts import ACTS
from callcenter.domain.records import AuditRecord
from callcenter.storage import Storage
from callcenter.web.i18n import LANGUAGES
from callcenter.web.services import WebServices
from callcenter.web.wording.act_details import details
from callcenter.web.wording.acts import SENTENCES, sentence
from callcenter.web.wording.words import words_for
from tests.web import samples
from tests.web.access.conftest import Acts
from tests.web.conftest import Browsers

WRITERS = {"AuditRecord", "_note", "_on_record", "_audit", "audited", "_note_failure"}


def written(tree: ast.AST) -> Iterator[str]:
    """The act of each call that writes to the audit log: its first plain word."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name not in WRITERS:
            continue
        for argument in call.args[2:3] if name == "AuditRecord" else call.args:
            if isinstance(argument, ast.Constant) and re.fullmatch("[a-z_]+", str(argument.value)):
                yield str(argument.value)
                break
            constant = argument.attr if isinstance(argument, ast.Attribute) else getattr(argument, "id", "")
            if constant.isupper() and hasattr(audit_configuration, constant):
                yield getattr(audit_configuration, constant)
                break


def test_every_act_written_anywhere_is_registered() -> None:
    root = Path(callcenter.__file__).parent
    found = {
        act
        for file in (*root.glob("web/**/*.py"), *root.glob("app/**/*.py"))
        if "node_modules" not in file.parts
        for act in written(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert {"signed_in", "unmasked", "user_added", "queue_closed", "config_submitted"} <= found
    assert found <= ACTS, f"not registered: {sorted(found - ACTS)}"
    assert set(SENTENCES) == ACTS


def test_every_sentence_can_be_said_in_every_language() -> None:
    for language in LANGUAGES:
        words = words_for(language, "UTC", samples.center())
        for act in ACTS:
            for subject in ("user:1", "contact:c", "agent:1001", "queue:cards", "odd", ""):
                record = AuditRecord(
                    0, "x", act, subject, {"reason": "legal", "others": True, "list": ["a"], "n": None}
                )
                assert "%" not in sentence(words, record, {"user:1": "wangfang"})
                assert details(words, record)


async def test_the_page_shows_filters_and_pages(browser_of: Browsers, storage: Storage) -> None:
    for k in range(60):
        await storage.audit.write(AuditRecord(samples.NOW + k * 1000, "zhangli", "recording_heard", f"recording:r{k}"))
    await storage.audit.write(
        AuditRecord(samples.NOW, "name:<script>alert(1)</script>", "sign_in_failed", "", {"address": "10.0.0.1"})
    )
    admin = browser_of()
    await admin.sign_in("admin")
    first = await admin.get("/audit")
    assert first.status_code == 200
    assert "<script>alert" not in first.text
    assert "listened to recording r59" in first.text
    assert "recording r5<" not in first.text
    more = re.search(r'hx-get="([^"]+)"', first.text)
    assert more
    second = await admin.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert "listened to recording r5<" in second.text
    assert "<html" not in second.text
    assert '张丽 <span class="hint">zhangli</span>' in second.text
    only = await admin.get("/audit?actor=admin")
    assert "signed in" in only.text
    assert "listened to recording" not in only.text
    assert "recording r7<" in (await admin.get("/audit?act=recording_heard&subject=recording:r7")).text
    assert "Nothing was done that fits" in (await admin.get("/audit?last=2001-01-01")).text
    for odd in ("first=2026-13-45", "last=9999-12-31", "before=0", "before=x", f"actor={'x' * 500}", "actor=%00"):
        assert (await admin.get(f"/audit?{odd}")).status_code in (200, 422), odd


async def test_people_are_shown_by_name_with_their_sign_in_name(browser_of: Browsers, storage: Storage) -> None:
    await storage.audit.write(AuditRecord(samples.NOW, "liqiang", "user_changed", "user:1", {"name": "wangfang"}))
    await storage.audit.write(AuditRecord(samples.NOW, "name:liqiang", "sign_in_failed", ""))
    await storage.audit.write(AuditRecord(samples.NOW, "gone", "signed_out", ""))
    token = {"name": "wall", "role": "supervisor", "scope": "all", "teams": [], "days": 90}
    await storage.audit.write(AuditRecord(samples.NOW, "admin", "token_made", "token:1", token))
    closed = {"message": "system", "target": "queue"}
    await storage.audit.write(AuditRecord(samples.NOW, "liqiang", "queue_closed", "queue:loss", closed))
    approved = {"author": "ops", "places": ["queues.loss.announcements.every_ms", "alarms[0].limit"]}
    await storage.audit.write(AuditRecord(samples.NOW, "liqiang", "config_approved", "config:3", approved))
    admin = browser_of()
    await admin.sign_in("admin")
    text = (await admin.get("/audit")).text
    assert '李强 <span class="hint">liqiang</span>' in text
    assert "changed user 王芳 (wangfang)" in text
    assert "somebody as “liqiang”" in text
    assert '<th scope="row">gone</th>' in text
    assert "author: 运维 · changes: Queue " in text
    assert "Announcements while waiting · Then every, Alarm" in text
    assert "role: Supervisor · reach: all" in text
    assert "message: system · then: to another queue" in text


async def test_checking_and_exporting(browser_of: Browsers, storage: Storage, acts: Acts) -> None:
    admin = browser_of()
    await admin.sign_in("admin")
    await storage.audit.write(AuditRecord(0, "=cmd()", "sign_in_failed", ""))
    assert "the chain is whole" in (await admin.post("/audit/verify")).text
    rows = list(csv.DictReader(io.StringIO((await admin.post("/audit/export")).text.removeprefix("\ufeff"))))
    assert [row["act"] for row in rows] == ["signed_in", "sign_in_failed", "audit_exported"]
    assert rows[1]["actor"] == "'=cmd()"
    async with storage._database.write() as connection:
        await connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        await connection.exec_driver_sql("UPDATE audit SET actor = 'x' WHERE id = 2")
    assert "broken at row 2" in (await admin.post("/audit/verify")).text


async def test_the_page_is_for_those_who_may(browser_of: Browsers, services: WebServices) -> None:
    for name in ("wangfang", "liqiang", "zhangli", "ops"):
        browser = browser_of()
        await browser.sign_in(name)
        assert (await browser.get("/audit")).status_code == 403
        assert (await browser.post("/audit/verify")).status_code == 403
        assert (await browser.post("/audit/export")).status_code == 403
