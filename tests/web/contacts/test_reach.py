"""Who may read, hear, see drawn, export: every way to a contact, for every reach."""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

import callcenter.web
from callcenter.domain.records import AuditRecord
from callcenter.web.services import WebServices
from tests.web.conftest import Browser
from tests.web.doubles import AuditList

from .conftest import STORIES

AsUser = Callable[[str], Awaitable[Browser]]
EVERY = set(STORIES)
SEEN = {
    "anna": {"of-a1", "of-a1-then-b1"},
    "ben": {"of-a1-then-b1", "of-b1"},
    "lead_a": {"of-a1", "of-a1-then-b1", "lost-cards"},
    "quality": EVERY,
    "compliance": EVERY,
    "reader": EVERY,
}
RECORDED = {contact for contact, (_queue, agents, _note) in STORIES.items() if agents}
HEARD = SEEN | {"reader": set()}
EXPORTED = {name: SEEN[name] for name in ("lead_a", "quality", "compliance")}


def listed(html: str) -> set[str]:
    return {part.split('"')[0] for part in html.split('href="/contacts/')[1:]} & EVERY


def audited(services: WebServices, act: str) -> list[AuditRecord]:
    assert isinstance(services.audit, AuditList)
    return [record for record in services.audit.records if record.act == act]


@pytest.mark.parametrize("name", sorted(SEEN))
async def test_list_and_page(as_user: AsUser, name: str) -> None:
    browser = await as_user(name)
    for address in ("/contacts", "/contacts?number=2210", "/contacts?queue=&from=2020-01-01"):
        assert listed((await browser.get(address)).text) == SEEN[name], address
    for contact in EVERY:
        answer = await browser.get(f"/contacts/{contact}")
        assert answer.status_code == (200 if contact in SEEN[name] else 404), contact


@pytest.mark.parametrize("name", sorted(SEEN))
async def test_no_condition_widens_the_reach(as_user: AsUser, name: str) -> None:
    browser = await as_user(name)
    for address in ("agent=b1", "queue=loans", "words=limit", "disposition=solved", "reason=abandoned_in_queue"):
        assert listed((await browser.get(f"/contacts?{address}")).text) <= SEEN[name], address


@pytest.mark.parametrize("name", sorted(SEEN))
async def test_recordings_and_their_pictures(as_user: AsUser, services: WebServices, name: str) -> None:
    browser = await as_user(name)
    for contact in sorted(RECORDED):
        wanted = 404 if contact not in SEEN[name] else 200 if contact in HEARD[name] else 403
        assert (await browser.get(f"/recordings/r-{contact}?contact={contact}")).status_code == wanted, contact
        assert (await browser.get(f"/recordings/r-{contact}/peaks?contact={contact}")).status_code == wanted, contact
    heard = audited(services, "recording_heard")
    assert {record.subject for record in heard} == {f"recording:r-{c}" for c in RECORDED & HEARD[name]}
    assert all(record.actor == name for record in heard)


@pytest.mark.parametrize("name", sorted(SEEN))
async def test_export(as_user: AsUser, services: WebServices, name: str) -> None:
    browser, allowed = await as_user(name), EXPORTED.get(name)
    for contact in sorted(EVERY):
        wanted = 403 if allowed is None else 200 if contact in allowed else 404
        assert (await browser.get(f"/contacts/{contact}/export")).status_code == wanted, contact
        answer = await browser.post(f"/contacts/{contact}/export", data={"reason": "Reference 12378-1"})
        assert answer.status_code == wanted, contact
    done = audited(services, "contact_exported")
    assert {record.subject for record in done} == {f"contact:{c}" for c in allowed or ()}


async def test_somebody_without_the_right_gets_nowhere(as_user: AsUser) -> None:
    browser = await as_user("admin")
    for address in ("/contacts", "/contacts/of-a1", "/recordings/r-of-a1?contact=of-a1", "/contacts/of-a1/export"):
        assert (await browser.get(address)).status_code == 403, address


async def test_a_recording_is_reached_only_through_its_own_contact(as_user: AsUser) -> None:
    browser = await as_user("anna")
    assert (await browser.get("/recordings/r-of-b1?contact=of-a1")).status_code == 404
    assert (await browser.get("/recordings/r-of-b1/peaks?contact=of-a1")).status_code == 404
    for trick in ("..%2f..%2fcenter.db", "%2e%2e%2fof-b1.wav", "r-of-a1%00", "../../etc/passwd"):
        assert (await browser.get(f"/recordings/{trick}?contact=of-a1")).status_code in (404, 422), trick
        assert (await browser.get(f"/contacts/{trick}/export")).status_code in (403, 404), trick


async def test_shared_searches_do_not_share_contacts(as_user: AsUser, services: WebServices) -> None:
    leader = await as_user("lead_a")
    answer = await leader.post("/contacts/filters", data={"name": "Card calls", "queue": "cards", "team": "ta"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/contacts?queue=cards")
    anna, ben = await as_user("anna"), await as_user("ben")
    page = (await anna.get("/contacts?queue=cards")).text
    assert "Card calls" in page
    assert listed(page) == {"of-a1"}
    assert "Card calls" not in (await ben.get("/contacts")).text
    saved = (await services.saved_filters.of("lead_a", frozenset()))[0]
    assert (await anna.post(f"/contacts/filters/{saved.id}/drop")).status_code == 404
    assert (await leader.post(f"/contacts/filters/{saved.id}/drop")).status_code == 303
    assert "Card calls" not in (await anna.get("/contacts")).text


async def test_searches_that_are_refused(as_user: AsUser, services: WebServices) -> None:
    browser = await as_user("lead_a")
    for data in (
        {"name": " ", "queue": "cards"},
        {"name": "x" * 41, "queue": "cards"},
        {"name": "nothing in it"},
        {"name": "other team", "queue": "cards", "team": "tb"},
        {"name": "a customer", "number": "2210", "team": "ta"},
    ):
        assert (await browser.post("/contacts/filters", data=data)).status_code == 409, data
    assert await services.saved_filters.of("lead_a", frozenset({"ta", "tb"})) == []


def test_the_web_asks_for_contacts_only_within_a_reach() -> None:
    """A route that read contacts without naming a reach would be a hole; calls by number are the desk's own."""
    # The desk shows an agent the customer's last contacts.
    known = {("regions.py", "list")}
    root = Path(callcenter.web.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner, method = ast.unparse(node.func.value), node.func.attr
            if owner.endswith("contacts") and method in ("search", "list", "get") and (path.name, method) not in known:
                assert len(node.args) == 2, f"{path.name}:{node.lineno}: {ast.unparse(node)}"
