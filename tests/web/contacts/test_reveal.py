"""Whose names and numbers somebody may have shown whole: the same reach as for the contacts themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
import pytest

from callcenter.domain import effects as fx
from callcenter.domain.access import BUILT_IN_ROLES, Right, Role, RoleConfig, Scope
from callcenter.domain.contact import Why
from callcenter.domain.records import User
from callcenter.storage import Storage
from callcenter.web.contacts.reach import reach_of
from callcenter.web.masking import Personal, Sight, sights
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer, open_session, viewer_of
from tests.web.conftest import Browser
from tests.web.contacts.conftest import _HASH, CALLER, STORIES, config, opened, story, tell
from tests.web.doubles import AuditList

AsUser = Callable[[str], Awaitable[Browser]]
EVERY = set(STORIES)
OWN = RoleConfig(
    "own",
    {"en": "Own"},
    dict(BUILT_IN_ROLES[Role.AGENT].rights) | {Right.SEE_CONTACTS: Scope.ALL, Right.UNMASK: Scope.OWN},
)
UNMASKED = {
    "anna": set[str](),
    "own_b": {"of-a1-then-b1", "of-b1"},
    "own_a": {"of-a1", "of-a1-then-b1"},
    "lead_a": {"of-a1", "of-a1-then-b1", "lost-cards"},
    "quality": EVERY,
    "reader": set[str](),
}


@pytest.fixture
async def services(services: WebServices) -> WebServices:
    center = config()
    services.desk.center = msgspec.structs.replace(  # type: ignore[attr-defined]
        center,
        roles=dict(center.roles) | {OWN.id: OWN},
    )
    for name, agent in (("own_a", "a1"), ("own_b", "b1")):
        await services.users.add(User(0, name, name, OWN.id, _HASH, agent))
    return services


def asked(contact: str, what: str = "caller", reason: str = "complaint") -> dict[str, str]:
    return {"contact": contact, "what": what, "reason": reason, "note": ""}


@pytest.mark.parametrize("name", sorted(UNMASKED))
async def test_what_the_right_reaches_is_revealed_and_on_record(
    as_user: AsUser, services: WebServices, name: str
) -> None:
    browser, allowed = await as_user(name), UNMASKED[name]
    for contact in sorted(EVERY):
        page = await browser.get(f"/contacts/{contact}")
        assert CALLER not in page.text
        offered = f"/reveal/form?contact={contact}&amp;what=caller" in page.text
        assert offered is (contact in allowed), contact
        answer = await browser.post("/reveal", data=asked(contact))
        assert (CALLER in answer.text) is (contact in allowed), contact
        assert answer.status_code == (200 if contact in allowed else 403 if not allowed else 404)
        if contact in allowed:
            assert "Choose a reason" in (await browser.post("/reveal", data=asked(contact, reason=""))).text
            assert "张建国" in (await browser.post("/reveal", data=asked(contact, "customer_name"))).text
    assert isinstance(services.audit, AuditList)
    records = [record for record in services.audit.records if record.act == "unmasked"]
    assert {record.detail["contact"] for record in records} == allowed
    assert len(records) == 2 * len(allowed)
    assert all((record.actor, record.detail["reason"]) == (name, "complaint") for record in records)


async def test_the_lists_numbers_stay_masked(as_user: AsUser) -> None:
    page = (await (await as_user("quality")).get("/contacts")).text
    assert "138****2210" in page
    assert CALLER not in page
    assert "/reveal" not in page


async def viewer_named(services: WebServices, name: str) -> Viewer:
    user = await services.users.by_name(name)
    assert user is not None
    viewer = await viewer_of(services, await open_session(services, user))
    assert viewer is not None
    return viewer


async def test_agents_see_the_name_of_whom_they_talk_to(services: WebServices, storage: Storage) -> None:
    last = sum(len(story(contact, *found)) for contact, found in STORIES.items())
    joined = fx.QueueJoined(contact="now", queue="cards", position=1, why=Why("asked_for_person"))
    talking = fx.AgentConnected(contact="now", agent="a1", waited_ms=1_000)
    await tell(storage, "now", [(opened("now"),), (joined,), (talking,)], last)
    anna, ben = await viewer_named(services, "anna"), await viewer_named(services, "ben")
    hers = await sights(services, anna, "now", live_agent="a1")
    assert (hers(Personal.CUSTOMER_NAME), hers(Personal.CALLER)) == (Sight.WHOLE, Sight.MASKED)
    his = await sights(services, ben, "now", live_agent="a1")
    assert his(Personal.CUSTOMER_NAME) is Sight.MASKED
    over = await sights(services, anna, "now")
    assert over(Personal.CUSTOMER_NAME) is Sight.MASKED


async def test_a_reach_without_agents_and_queues_reaches_nothing(services: WebServices) -> None:
    admin = await viewer_named(services, "admin")
    assert reach_of(services.desk.config(), admin, Right.UNMASK).agents == frozenset()
    nothing = await sights(services, admin, "of-a1", live_agent="")
    assert nothing(Personal.CUSTOMER_NAME) is Sight.MASKED
