"""Users: edited, disabled, deleted, imported by the thousand, and never without anybody to manage them."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import time

import msgspec
import pytest

from callcenter.domain.access import Role
from callcenter.domain.access_records import UserQuery
from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Rejected
from callcenter.domain.events import AgentStateForced
from callcenter.storage import Storage
from callcenter.web.services import WebServices
from callcenter.web.users.changes import UserChanges
from callcenter.web.users.files import read_users
from tests.web import samples
from tests.web.access.conftest import Acts
from tests.web.conftest import Browser, Browsers
from tests.web.doubles import DeskDouble


async def id_of(services: WebServices, name: str) -> int:
    user = await services.users.by_name(name)
    assert user is not None
    return user.id


@pytest.fixture
async def admin(browser_of: Browsers) -> Browser:
    browser = browser_of()
    await browser.sign_in("admin")
    return browser


async def test_a_user_deleted_during_a_call_is_out_and_their_desk_goes_after_it(
    browser_of: Browsers, admin: Browser, services: WebServices, acts: Acts
) -> None:
    victim = browser_of()
    await victim.sign_in("wangfang")
    number = await id_of(services, "wangfang")
    assert (await admin.post(f"/users/{number}/delete", data={})).headers["location"] == "/users"
    assert (await victim.get("/session")).status_code == 303
    assert (await victim.sign_in("wangfang")).status_code == 401
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    event = desk.events[-1]
    assert isinstance(event, AgentStateForced)
    assert (event.agent, event.state, event.by) == ("1001", AgentState.LOGGED_OUT, "admin")
    assert "wangfang" not in (await admin.get("/users")).text
    assert "deleted user wangfang" in (await admin.get("/audit")).text
    again = await admin.post("/users", data={"name": "wangfang", "display_name": "Other", "role": "agent"})
    assert "already a user of this name" in again.text
    assert (await acts.of("user_deleted"))[0].detail == {"name": "wangfang", "role": "agent"}
    for path in (f"/users/{number}", f"/users/{number}/enable", "/users/0", "/users/99999999999999999999/enable"):
        assert (await admin.post(path, data={})).status_code == 404


async def test_a_lowered_role_counts_at_the_next_request(
    browser_of: Browsers, admin: Browser, services: WebServices, acts: Acts
) -> None:
    leader = browser_of()
    await leader.sign_in("zhangli")
    assert (await leader.get("/reveal/form?contact=none&what=caller")).status_code == 404
    number = await id_of(services, "zhangli")
    form = {"display_name": "张丽", "role": "agent", "agent_id": "1003", "language": "en"}
    assert (await admin.post(f"/users/{number}", data=form)).status_code == 303
    assert (await leader.get("/reveal/form?contact=none&what=caller")).status_code == 403
    record = (await acts.of("user_changed"))[0]
    assert record.detail["before"] == {"role": "quality", "agent_id": "", "language": "zh"}
    assert record.detail["after"] == {"role": "agent", "agent_id": "1003", "language": "en"}
    for bad in ({"role": "emperor"}, {"agent_id": "9999"}, {"display_name": ""}, {"language": "xx"}):
        assert (await admin.post(f"/users/{number}", data={**form, **bad})).status_code == 409


async def test_somebody_must_be_left_to_manage(admin: Browser, services: WebServices) -> None:
    own = await id_of(services, "admin")
    for act in ("disable", "delete", "reset", "invite", "drop-factor"):
        assert "do this to yourself" in (await admin.post(f"/users/{own}/{act}", data={})).text
    form = {"display_name": "A", "role": "agent"}
    assert "do this to yourself" in (await admin.post(f"/users/{own}", data=form)).text
    user = await services.users.by_id(own)
    assert user is not None
    other = UserChanges(services, "api")
    for change in (
        other.disable(user),
        other.delete(user),
        other.edit(user, msgspec.structs.replace(user, role="agent")),
    ):
        with pytest.raises(Rejected, match="last_administrator"):
            await change
    second = await services.users.add(msgspec.structs.replace(user, name="admin2"))
    done = await asyncio.gather(other.disable(user), other.disable(second), return_exceptions=True)
    assert [isinstance(result, Rejected) for result in done].count(True) == 1
    assert await services.users.count({Role.ADMINISTRATOR.value}) == 1


async def test_resetting_and_inviting_end_sessions(browser_of: Browsers, admin: Browser, services: WebServices) -> None:
    agent = browser_of()
    await agent.sign_in("wangfang")
    number = await id_of(services, "wangfang")
    shown = await admin.post(f"/users/{number}/reset", data={})
    password = shown.text.split("<code>")[1].split("</code>")[0]
    assert (await agent.get("/session")).status_code == 303
    assert (await agent.sign_in("wangfang", password)).headers["location"] == "/password"
    invited = await admin.post(f"/users/{number}/invite", data={})
    link = re.findall(r"<code>http://desk.test(/welcome/[a-z0-9-]+)</code>", invited.text)[0]
    assert (await agent.get("/password")).status_code == 303
    assert (await browser_of().sign_in("wangfang", password)).status_code == 401
    assert "Set password" in (await browser_of().get(link)).text


async def test_lists_page_and_search(admin: Browser, services: WebServices) -> None:
    user = await services.users.by_name("wangfang")
    assert user is not None
    many = [msgspec.structs.replace(user, name=f"p{k:05}", display_name=f"员工 {k} 100%") for k in range(120)]
    await services.users.add_many(many, {})
    first = await admin.get("/users?text=p0")
    assert "p00000" in first.text
    assert "p00050<" not in first.text
    more = re.search(r'hx-get="([^"]+)"', first.text)
    assert more
    rest = await admin.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert "p00050" in rest.text
    assert "<html" not in rest.text
    assert len(await services.users.page(UserQuery(text="100%", limit=500))) == 120
    assert await services.users.page(UserQuery(text="10_%")) == []
    assert "Nobody of this name" in (await admin.get("/users?text=%27%3B--")).text


def csv_of(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(("name,display_name,role,agent_id,language", *rows)).encode(encoding)


async def upload(admin: Browser, data: bytes) -> object:
    headers = {"X-CSRF-Token": admin.token}
    return await admin.http.post("/user-files/import", files={"file": ("u.csv", data)}, headers=headers)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_files_of_the_usual_encodings(
    browser_of: Browsers, admin: Browser, storage: Storage, encoding: str
) -> None:
    answer = await upload(admin, csv_of('new1,"王小明, 𠮷",agent,1001,zh', "", "new2,Li,quality,,", encoding=encoding))
    assert answer.headers["content-disposition"] == 'attachment; filename="invitations.csv"'  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))  # type: ignore[attr-defined]
    assert [(row["name"], row["display_name"]) for row in rows] == [("new1", "王小明, 𠮷"), ("new2", "Li")]
    fresh = browser_of()
    page = await fresh.get(rows[0]["link"].removeprefix("http://desk.test"))
    assert "Set password and sign in" in page.text
    user = await storage.users.by_name("new1")
    assert user is not None
    assert (user.role, user.agent_id, user.password_hash) == ("agent", "1001", "")


async def test_one_wrong_line_and_nobody_is_added(admin: Browser, storage: Storage, acts: Acts) -> None:
    before = await storage.users.count()
    answer = await upload(
        admin,
        csv_of(
            "fine,Fine,agent,,",
            "admin,Again,agent,,",
            "fine,Twice,agent,,",
            "x,Short,agent,,",
            "role,Role,emperor,,",
            "agt,Agent,agent,4711,",
            "<script>,B,agent,,",
            "short",
        ),
    )
    assert answer.status_code == 409  # type: ignore[attr-defined]
    text = re.sub(r"\s+", " ", answer.text)  # type: ignore[attr-defined]
    assert "7 lines are wrong. Nobody was added." in text
    for line, column in ((3, "name"), (4, "name"), (5, "name"), (6, "role"), (7, "agent_id"), (8, "name")):
        assert f'class="num">{line}</th><td>{column}</td>' in text
    assert "<script>," not in text
    assert "<td><script>" not in text
    assert await storage.users.count() == before
    assert await acts.of("users_imported") == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "must name the columns"),
        (b"name,role\r\na,b", "must name the columns"),
        (b"name,name,display_name,role", "must name the columns"),
        (csv_of(), "nobody in the file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xff", "be read. Save it as CSV"),
        (b'name,display_name,role\r\n"' + b"x" * 200_000, "be read. Save it as CSV"),
    ],
)
async def test_files_that_are_none(admin: Browser, data: bytes, said: str) -> None:
    assert said in (await upload(admin, data)).text  # type: ignore[attr-defined]


def test_fifty_thousand_faults_are_all_counted() -> None:
    users, faults = read_users(csv_of(*(f"u{k},N,nobody,," for k in range(50_000))), samples.center(), frozenset())
    assert (len(users), len(faults), faults[-1].line) == (0, 50_000, 50_001)


async def test_fifty_thousand_users_in_time(admin: Browser, storage: Storage) -> None:
    data = csv_of(*(f"u{k:05},员工{k},agent,1001,zh" for k in range(50_000)))
    began = time.perf_counter()
    answer = await upload(admin, data)
    took = time.perf_counter() - began
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert await storage.users.count() == 50_006
    assert took < 20, took
    began = time.perf_counter()
    assert "u00000" in (await admin.get("/users?text=u0")).text
    assert time.perf_counter() - began < 2
    exported = await admin.post("/user-files/export", data={})
    assert exported.text.count("\n") == 50_007
