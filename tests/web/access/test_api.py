"""The API: bearer tokens only, no stronger than their maker, with the same reach as the pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from callcenter.domain.access import BUILT_IN_ROLES, Right, RoleConfig, Scope
from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Rejected
from callcenter.domain.events import AgentStateForced
from callcenter.domain.records import User
from callcenter.storage import Storage
from callcenter.web.api import tokens as api_tokens
from callcenter.web.api.bearer import BURST
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer, open_session, viewer_of
from tests.web import samples
from tests.web.access.conftest import Acts
from tests.web.conftest import Browsers
from tests.web.doubles import DeskDouble, SetClock

ALL_RIGHTS = RoleConfig("everything", {"en": "Everything"}, dict.fromkeys(Right, Scope.ALL))
READS = ("/contacts", "/agents", "/agents/1001", "/queues", "/users", "/audit")


class Program:
    """A program with a token."""

    def __init__(self, app: FastAPI, token: str = "", address: str = "10.5.0.1") -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.AsyncClient(transport=transport, base_url="http://desk.test/api/v1", headers=headers)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)


@pytest.fixture
async def maker(services: WebServices) -> Viewer:
    """Somebody who may do everything."""
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    desk.center = msgspec.structs.replace(desk.center, roles={**desk.center.roles, "everything": ALL_RIGHTS})
    admin = await services.users.by_name("admin")
    assert admin is not None
    await services.users.update(msgspec.structs.replace(admin, role="everything"))
    viewer = await viewer_of(services, await open_session(services, msgspec.structs.replace(admin, role="everything")))
    assert viewer is not None
    return viewer


@pytest.fixture
async def program_of(app: FastAPI, services: WebServices, maker: Viewer) -> AsyncIterator[Callable[..., object]]:
    made: list[Program] = []

    async def make(role: str, *teams: str, days: int = 30) -> Program:
        scope = "team" if teams else "all"
        secret, _ = await api_tokens.make_token(
            services, maker, name="crm", role=role, scope=scope, teams=frozenset(teams), days=days
        )
        made.append(Program(app, secret))
        return made[-1]

    yield make
    for program in made:
        await program.http.aclose()


async def test_a_token_is_shown_once_and_kept_as_a_hash(
    browser_of: Browsers, app: FastAPI, storage: Storage, acts: Acts
) -> None:
    admin = browser_of()
    await admin.sign_in("admin")
    form = {"name": "<b>crm</b>", "role": "administrator", "scope": "all", "days": "30"}
    shown = await admin.post("/tokens", data=form)
    secret = re.findall(r"<code>(cc_[\w-]{43})</code>", shown.text)[0]
    assert "<b>crm" not in shown.text
    assert secret not in (await admin.get("/tokens")).text
    token = (await storage.tokens.all())[0]
    assert secret not in str(token)
    program = Program(app, secret)
    assert (await program.get("/users")).status_code == 200
    assert (await storage.tokens.all())[0].used_ms is not None
    assert (await admin.post(f"/tokens/{token.id}/revoke", data={})).status_code == 303
    gone = await program.get("/users")
    assert (gone.status_code, gone.json()["code"]) == (401, "token")
    assert gone.headers["www-authenticate"] == "Bearer"
    assert (await admin.post(f"/tokens/{token.id}/revoke", data={})).status_code == 404
    assert [record.act for record in await acts.all()] == ["signed_in", "token_made", "token_revoked"]
    assert secret not in str(await acts.all())
    await program.http.aclose()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"role": "quality"}, "do what you can"),
        ({"role": "supervisor", "scope": "team", "teams": "一组"}, "do what you can"),
        ({"role": "emperor"}, "Choose a role"),
        ({"name": ""}, "1 to 60 characters"),
        ({"days": "0"}, "1 to 366 days"),
        ({"days": "９"}, "1 to 366 days"),
        ({"scope": "own"}, "how far"),
        ({"scope": "team"}, "Choose teams"),
        ({"scope": "team", "teams": "nowhere"}, "Choose teams"),
    ],
)
async def test_tokens_that_are_not_made(
    browser_of: Browsers, storage: Storage, change: dict[str, str], said: str
) -> None:
    admin = browser_of()
    await admin.sign_in("admin")
    form = {"name": "crm", "role": "administrator", "scope": "all", "days": "30", **change}
    answer = await admin.post("/tokens", data=form)
    assert answer.status_code == 409
    assert said in answer.text
    assert await storage.tokens.all() == []


def test_no_token_is_stronger_than_its_maker() -> None:
    everything = dict.fromkeys(Right, Scope.ALL)
    maker = Viewer(
        User(1, "x", "X", "r", ""),
        None,  # type: ignore[arg-type]
        {"r": RoleConfig("r", {}, {Right.MANAGE_USERS: Scope.ALL, Right.SEE_CONTACTS: Scope.TEAM})},
        frozenset({"a", "b"}),
    )
    small = RoleConfig("s", {}, {Right.SEE_CONTACTS: Scope.ALL})
    api_tokens.check_strength(maker, small, Scope.TEAM, frozenset({"a"}))
    for role, scope, teams in (
        (small, Scope.ALL, frozenset()),
        (small, Scope.TEAM, frozenset({"a", "c"})),
        (RoleConfig("s", {}, everything), Scope.TEAM, frozenset({"a"})),
    ):
        with pytest.raises(Rejected, match=r"see_contacts|take_contacts|unmask"):
            api_tokens.check_strength(maker, role, scope, teams)


async def test_each_role_reads_what_it_may(program_of: Callable[..., object]) -> None:
    may = {
        "agent": {"/contacts"},
        "supervisor": {"/contacts", "/agents", "/agents/1001", "/queues"},
        "operator": {"/agents", "/agents/1001", "/queues"},
        "quality": {"/contacts"},
        "trainer": set(),
        "administrator": {"/agents", "/agents/1001", "/queues", "/users", "/audit"},
    }
    for role in BUILT_IN_ROLES:
        teams = ("一组",) if role in ("supervisor", "agent") else ()
        program = await program_of(role, *teams)  # type: ignore[misc]
        for path in READS:
            answer = await program.get(path)
            assert answer.status_code == (200 if path in may[role] else 403), (role, path, answer.text)
            if answer.status_code == 403:
                assert set(answer.json()) == {"code", "message", "field"}


async def test_cookies_and_other_signs_are_nobody(app: FastAPI, browser_of: Browsers) -> None:
    admin = browser_of()
    await admin.sign_in("admin")
    for path in READS:
        assert (await admin.get(f"/api/v1{path}")).status_code == 401
    program = Program(app)
    for given in ("", "Bearer", "Bearer x", "Basic YTpi", f"Bearer cc_{'x' * 500}", "bearer cc_\xff"):
        answer = await program.http.get("/users", headers={b"Authorization": given.encode("latin-1")})
        assert answer.status_code == 401, given
    await program.http.aclose()


async def test_reach_narrows_agents_and_acts(
    program_of: Callable[..., object], services: WebServices, acts: Acts
) -> None:
    team = await program_of("supervisor", "一组")  # type: ignore[misc]
    listed = (await team.get("/agents")).json()
    assert {agent["id"] for agent in listed} == {"1001", "1002", "1003", "1004", "1005", "1006"}
    assert (await team.get("/agents/1009")).status_code == 404
    mine = await team.http.put("/agents/1001/state", json={"state": "on_break", "reason": "lunch"})
    assert mine.status_code == 204
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    event = desk.events[-1]
    assert isinstance(event, AgentStateForced)
    assert (event.by, event.agent, event.state, event.reason) == ("token:crm", "1001", AgentState.ON_BREAK, "lunch")
    assert (await acts.of("state_forced"))[0].actor == "token:crm"
    assert (await team.http.put("/agents/1009/state", json={"state": "available"})).status_code == 403
    odd = await team.http.put("/agents/1001/state", json={"state": "asleep"})
    assert (odd.status_code, odd.json()["field"]) == (422, "state")
    more = await team.http.put("/agents/1001/state", json={"state": "available", "root": True})
    assert (more.status_code, more.json()["field"]) == (422, "root")
    desk.refuse_with = "desk_not_open"
    refused = await team.http.put("/agents/1001/state", json={"state": "available"})
    assert (refused.status_code, refused.json()["code"]) == (409, "desk_not_open")


async def test_numbers_are_masked_unless_a_reason_is_on_record(program_of: Callable[..., object], acts: Acts) -> None:
    quality = await program_of("quality")  # type: ignore[misc]
    contact = samples.records()[0].id
    listed = (await quality.get("/contacts?limit=5")).json()
    assert len(listed["contacts"]) == 5
    assert "+8613800002210" not in str(listed)
    one = (await quality.get(f"/contacts/{contact}")).json()
    assert one["caller"] == "138****2210"
    odd = await quality.get(f"/contacts/{contact}?unmask=curiosity")
    assert (odd.status_code, odd.json()["code"]) == (409, "reason_needed")
    whole = (await quality.get(f"/contacts/{contact}?unmask=complaint")).json()
    assert whole["caller"] == "+8613800002210"
    record = (await acts.of("unmasked"))[0]
    assert (record.actor, record.detail["reason"]) == ("token:crm", "complaint")
    told = (await quality.get(f"/contacts/{contact}/timeline")).json()
    assert told["entries"]
    assert "13800002210" not in str(told)
    assert (await quality.get("/contacts/none")).status_code == 404
    team = await program_of("supervisor", "二组")  # type: ignore[misc]
    assert (await team.get(f"/contacts/{contact}")).status_code in (404, 200)


async def test_users_are_listed_added_and_disabled(
    program_of: Callable[..., object], browser_of: Browsers, services: WebServices
) -> None:
    admin = await program_of("administrator")  # type: ignore[misc]
    first = (await admin.get("/users?limit=2")).json()
    rest = (await admin.get(f"/users?limit=500&after={first['after']}")).json()
    assert len(first["users"]) + len(rest["users"]) == await services.users.count()
    assert rest["after"] is None
    assert "password" not in str(first)
    new = {"name": "robot", "display_name": "Robot", "role": "agent", "agent_id": "1001"}
    added = await admin.http.post("/users", json=new)
    assert added.status_code == 201
    assert "Set password" in (await browser_of().get(f"/welcome/{added.json()['invitation']}")).text
    twice = await admin.http.post("/users", json=new)
    assert (twice.status_code, twice.json()["code"]) == (409, "name_taken")
    wrong = await admin.http.post("/users", json={**new, "name": "other", "role": "emperor"})
    assert wrong.json() == {"code": "role_unknown", "message": "Choose a role from the list.", "field": "role"}
    assert (await admin.http.post(f"/users/{added.json()['user']['id']}/disable")).status_code == 204
    assert (await admin.http.post("/users/999999/disable")).status_code == 404
    audit = (await admin.get("/audit?limit=1")).json()
    assert audit["entries"][0]["act"] == "user_disabled"
    assert (await admin.get(f"/audit?before={audit['before']}")).json()["entries"][0]["act"] == "user_added"


async def test_expiry_lost_roles_and_speed(program_of: Callable[..., object], services: WebServices) -> None:
    clock, desk = services.clock, services.desk
    assert isinstance(clock, SetClock)
    assert isinstance(desk, DeskDouble)
    program = await program_of("everything", days=2)  # type: ignore[misc]
    answers = [(await program.get("/queues")).status_code for _ in range(BURST + 3)]
    assert answers == [200] * BURST + [429] * 3
    assert (await program.get("/queues")).headers["retry-after"] == "1"
    clock.now += 1_000
    assert (await program.get("/queues")).status_code == 200
    desk.center = msgspec.structs.replace(desk.center, roles=dict(BUILT_IN_ROLES))
    assert (await program.get("/queues")).status_code == 403
    clock.now += 2 * 86_400_000
    assert (await program.get("/queues")).status_code == 401


async def test_guessing_tokens_is_slowed_down(app: FastAPI) -> None:
    program = Program(app, "cc_wrong", "10.6.0.1")
    codes = [(await program.get("/queues")).status_code for _ in range(8)]
    assert codes == [401] * 5 + [429] * 3
    await program.http.aclose()


async def test_it_is_described(app: FastAPI, browser_of: Browsers) -> None:
    program = Program(app)
    document = (await program.get("/openapi.json")).json()
    assert document["servers"] == [{"url": "/api/v1"}]
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["security"], path
            assert operation["description"], path
    browser = browser_of()
    await browser.sign_in("wangfang")
    page = (await browser.get("/api-reference")).text
    assert "PUT /api/v1/agents/{agent_id}/state" in page
    assert "GET /api/v1/contacts/{contact_id}/timeline" in page
    for odd in ("/docs", "/redoc", "/nothing", "/contacts/..%2f..%2fusers"):
        answer = await program.get(odd)
        assert set(answer.json()) == {"code", "message", "field"}
    assert (await program.http.delete("/queues")).status_code == 405
    await program.http.aclose()
