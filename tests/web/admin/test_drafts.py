"""Drafts, a second pair of eyes, merging, versions."""

from __future__ import annotations

import re

import msgspec

from callcenter.app.demo import demo_config
from callcenter.storage import Storage
from callcenter.web.services import WebServices
from tests.web.admin.forms import acts, edit
from tests.web.conftest import Browser


async def test_a_change_is_kept_in_the_draft_then_published_and_noted(
    services: WebServices, storage: Storage, admin: Browser
) -> None:
    saved = await edit(admin, "/admin/queues/edit/general", wrap_up_ms="45")
    assert saved.status_code == 303
    assert services.desk.config() == demo_config()
    page = (await admin.get("/admin")).text
    assert "Queue General banking: Wrap-up 30 s → 45 s" in page
    assert "Submit for approval" not in page
    draft = await services.configuration.draft("admin")
    assert draft is not None
    done = await admin.post("/admin/draft/publish", data={"revision": str(draft.revision), "note": "longer notes"})
    assert done.headers["location"] == "/admin?done=publish"
    assert services.desk.config().queues["general"].wrap_up_ms == 45_000
    head = (await services.configuration.versions())[0]
    assert (head.number, head.author, head.note, head.approved_by) == (2, "admin", "longer notes", "")
    assert "30 s → 45 s" in (await admin.get("/admin/versions/2")).text
    assert ("admin", "config_published") in await acts(storage)


async def test_what_customers_hear_needs_somebody_else(
    services: WebServices, storage: Storage, admin: Browser, ops: Browser
) -> None:
    await edit(ops, "/admin/queues/edit/general", announcements__every_ms="45")
    draft = await services.configuration.draft("ops")
    assert draft is not None
    alone = await ops.post("/admin/draft/publish", data={"revision": str(draft.revision)})
    assert alone.status_code == 409
    assert "Somebody else must approve" in alone.text
    await ops.post("/admin/draft/submit", data={"note": "too often"})
    assert (await ops.get("/admin/drafts/ops")).status_code == 403
    page = (await admin.get("/admin/drafts/ops")).text
    assert "Then every 30 s → 45 s" in page
    revision = fields_of_acts(page)
    await edit(ops, "/admin/queues/edit/general", announcements__every_ms="55")
    late = await admin.post("/admin/drafts/ops/approve", data={"revision": revision})
    assert late.status_code == 404
    await ops.post("/admin/draft/submit", data={"note": "again"})
    stale = await admin.post("/admin/drafts/ops/approve", data={"revision": revision})
    assert stale.status_code == 409
    assert services.desk.config() == demo_config()
    revision = fields_of_acts((await admin.get("/admin/drafts/ops")).text)
    assert (await admin.post("/admin/drafts/ops/approve", data={"revision": revision})).status_code == 303
    assert services.desk.config().queues["general"].announcements.every_ms == 55_000
    head = (await services.configuration.versions())[0]
    assert (head.author, head.approved_by, head.note) == ("ops", "admin", "again")
    assert [act for _, act in await acts(storage)].count("config_approved") == 1


def fields_of_acts(html: str) -> str:
    found = re.search(r'/approve">.*?name="revision" value="(\d+)"', html, re.DOTALL)
    assert found
    return found[1]


async def test_nobody_approves_their_own_and_a_draft_sent_back_says_why(
    services: WebServices, admin: Browser, ops: Browser
) -> None:
    await edit(admin, "/admin/numbers", caller_number="95001")
    await admin.post("/admin/draft/submit", data={"note": ""})
    own = await services.configuration.draft("admin")
    assert own is not None
    assert (await admin.post("/admin/drafts/admin/approve", data={"revision": str(own.revision)})).status_code == 409
    assert services.desk.config() == demo_config()
    await edit(ops, "/admin/numbers", caller_number="12378")
    await ops.post("/admin/draft/submit", data={"note": ""})
    revision = fields_of_acts((await admin.get("/admin/drafts/ops")).text)
    silent = await admin.post("/admin/drafts/ops/return", data={"revision": revision, "note": " "})
    assert silent.status_code == 409
    await admin.post("/admin/drafts/ops/return", data={"revision": revision, "note": "wrong number"})
    assert "wrong number" in (await ops.get("/admin")).text


async def test_two_who_change_different_things_are_merged_and_the_same_thing_is_asked(
    services: WebServices, admin: Browser, ops: Browser
) -> None:
    await edit(admin, "/admin/queues/edit/general", wrap_up_ms="40")
    await edit(ops, "/admin/queues/edit/general", wrap_up_ms="50", priority="3")
    await edit(ops, "/admin/queues/edit/elder", wrap_up_ms="60")
    draft = await services.configuration.draft("admin")
    assert draft is not None
    await admin.post("/admin/draft/publish", data={"revision": str(draft.revision)})
    page = (await ops.get("/admin")).text
    assert "Somebody else has changed the same" in page
    theirs = await services.configuration.draft("ops")
    assert theirs is not None
    refused = await ops.post("/admin/draft/publish", data={"revision": str(theirs.revision)})
    assert refused.status_code == 409
    await ops.post("/admin/draft/resolve", data={"pick:queues.general": "mine"})
    theirs = await services.configuration.draft("ops")
    assert theirs is not None
    assert theirs.base == 2
    await ops.post("/admin/draft/publish", data={"revision": str(theirs.revision)})
    queues = services.desk.config().queues
    assert (queues["general"].wrap_up_ms, queues["general"].priority, queues["elder"].wrap_up_ms) == (50_000, 3, 60_000)


async def test_an_old_version_comes_back(services: WebServices, storage: Storage, admin: Browser) -> None:
    await edit(admin, "/admin/queues/edit/general", wrap_up_ms="40")
    draft = await services.configuration.draft("admin")
    assert draft is not None
    await admin.post("/admin/draft/publish", data={"revision": str(draft.revision)})
    assert "40 s → 30 s" in (await admin.get("/admin/versions/1")).text
    assert (await admin.post("/admin/versions/1/rollback", data={"note": "back"})).headers["location"] == (
        "/admin?done=rollback"
    )
    assert services.desk.config() == demo_config()
    head = (await services.configuration.versions())[0]
    assert (head.number, head.restores, head.note) == (3, 1, "back")
    assert ("admin", "config_rolled_back") in await acts(storage)


async def test_a_rollback_that_customers_hear_waits_for_approval(services: WebServices, admin: Browser) -> None:
    changed = msgspec.structs.replace(demo_config(), caller_number="12378")
    await services.configuration.edit("ops", changed, 0)
    await services.configuration.submit("ops", "")
    await services.configuration.publish("admin", "ops", 2)
    answer = await admin.post("/admin/versions/1/rollback", data={"note": ""})
    assert answer.headers["location"] == "/admin?done=submit"
    assert services.desk.config().caller_number == "12378"
