"""Script in every field that somebody outside or inside may fill: it stays text on every page, and in every file."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
import pytest_asyncio

from tests.attack.client import Answer
from tests.attack.house import House, house
from tests.attack.markup import MARK, NASTY, pieces_of, wrong_in
from tests.attack.routes_table import SHOTS
from tests.attack.shots import WHO
from tests.attack.test_routes import filled

pytestmark = pytest.mark.asyncio(loop_scope="module")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def spoilt() -> AsyncIterator[House]:
    """A house in which every free text is a payload, and what people typed is too."""
    async with house(spoil=NASTY) as made:
        anna, lead = await made.client("anna"), await made.client("lead_a")
        say = {"act": "message", "to": "all", "text": NASTY, "command": "m-1"}
        assert (await lead.post("/floor/commands", json=say)).status == 200
        shut = {"act": "close_queue", "queue": "empty", "message": "storm", "target": "", "command": "m-2"}
        assert (await lead.post("/floor/commands", json=shut)).status in (200, 409)
        await anna.post("/contacts/filters", data={"name": NASTY[:40], "words": NASTY[:60]})
        admin = await made.client("admin")
        await admin.post("/tokens", data={"name": NASTY[:60], "role": "operator", "scope": "all", "days": "3"})
        visitor = await made.client()
        form = await visitor.get("/sign-in")
        token = form.text.split('name="csrf" value="')[1].split('"')[0]
        await visitor.post("/sign-in", data={"csrf": token, "name": NASTY[:90], "password": "x"})
        yield made


def check(answer: Answer, where: str) -> int:
    """How often the payload stands there as text; it must not be more than text."""
    assert answer.status < 500, (where, answer)
    assert "zq7=1" not in str(answer.headers), where
    parts = [answer.text] if answer.is_html else list(pieces_of(answer.text))
    if "event-stream" not in answer.headers.get("content-type", "") and not answer.is_html:
        return 0
    for part in parts:
        assert not wrong_in(part), f"{where}: {wrong_in(part)}"
    return sum(part.count(MARK) for part in parts)


async def test_a_payload_is_noticed() -> None:
    """The check itself: each way out is seen when nothing escapes it."""
    for way in ("<p>%s", '<p title="%s">', "<p title='%s'>", "<textarea>%s", "<title>%s", "<!-- %s -->"):
        assert wrong_in(way.replace("%s", NASTY)), way


async def test_every_page_for_everybody(spoilt: House) -> None:
    seen: dict[str, int] = {}
    for shot in [s for s in SHOTS if s.method == "GET"]:
        path, _ = await filled(spoilt, shot)
        for k, who in enumerate(WHO):
            if shot.expected[k] in "2p":
                client = await spoilt.client(who)
                for language in ("en", "zh") if who in ("anna", "admin") else ("en",):
                    client.cookies["cc_language"] = language
                    answer = await client.get(path, headers={"user-agent": NASTY.encode().decode("latin-1")[:200]})
                    seen[shot.route] = seen.get(shot.route, 0) + check(answer, f"{who} {path}")
    spoken = {route for route, count in seen.items() if count}
    assert len(spoken) > 30, f"the payload is to be seen on {sorted(spoken)} only"
    for route in ("/contacts", "/contacts/{contact_id}", "/agent", "/agent/live", "/floor", "/audit"):
        assert f"GET {route}" in spoken, route


@pytest.mark.parametrize("who", [name for name in WHO if name])
async def test_what_is_sent_back(spoilt: House, who: str) -> None:
    """Searches and forms that come back with what was typed."""
    client = await spoilt.client(who)
    typed = quote(NASTY[:100])
    names = ("text", "number", "customer", "words", "agent", "queue", "from", "to", "reason", "disposition", "after")
    names += (
        "q",
        "actor",
        "act",
        "subject",
        "first",
        "last",
        "section",
        "done",
        "saved",
        "sort",
        "skill",
        "role",
        "lang",
    )
    query = "&".join(f"{name}={typed}" for name in names)
    for path in ("/contacts", "/audit", "/users", "/admin", "/admin/agents", "/admin/skills", "/design", "/tokens"):
        check(await client.get(f"{path}?{query}"), f"{who} {path}")
    for path in (f"/{typed}", f"/contacts/{typed}", f"/admin/{typed}", f"/floor/agents/{typed}", f"/welcome/{typed}"):
        check(await client.get(path), f"{who} {path}")
    for shot in {s.route: s for s in SHOTS if s.method == "POST" and "sign" not in s.path}.values():
        path, more = await filled(spoilt, shot)
        fields = ("id", "name", "display_name", "names.en", "names.zh", "note", "reason", "teams", "skills", "role")
        fields += ("days", "scope", "agent_id", "target", "choices", "limit", "hours.0", "numbers.0.number", "new.id")
        data = dict.fromkeys((*more.get("data", {}), *fields), NASTY)
        check(await client.post(path, data=data), f"{who} POST {path}")
        file = ("x<img src=x onerror=1 zq7>.csv", f"name,display_name,role\n{NASTY}".encode(), "text/csv")
        check(await client.post(path, files={"file": file, "sound": file}), f"{who} POST {path} with a file")


async def test_files_for_spreadsheets_hold_no_formulas(spoilt: House) -> None:
    admin = await spoilt.client("admin")
    user = {"display_name": "=HYPERLINK(1)", "role": "agent", "language": "en", "agent_id": ""}
    for k, start in enumerate(FORMULAS[:4]):
        await admin.post("/users", data={**user, "name": f"formula{k}", "display_name": f"{start}cmd|calc!A0"})
    for path in ("/audit/export", "/user-files/export"):
        answer = await admin.post(path)
        assert answer.status == 200
        rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
        assert len(rows) > 5
        assert any("cmd|calc" in cell for row in rows for cell in row) or path == "/audit/export"
        assert not [cell for row in rows for cell in row if cell.startswith(FORMULAS)], path


async def test_the_archive_for_a_regulator(spoilt: House) -> None:
    """Its story is read far from our policy, so nothing in it may be more than text."""
    quality = await spoilt.client("quality")
    answer = await quality.post("/contacts/past-a/export", data={"reason": f"Reference {NASTY[:80]}"})
    assert answer.status == 200
    whole = zipfile.ZipFile(io.BytesIO(answer.body))
    assert all(not name.startswith("/") and ".." not in name for name in whole.namelist())
    story = whole.read("story.html").decode()
    assert MARK in story
    assert not wrong_in(story)
    assert json.loads(whole.read("contact.json"))["note"].endswith("zq7=1")
