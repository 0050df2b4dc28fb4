"""Who gets in, and what a forged or stale request gets."""

from __future__ import annotations

import importlib
import pkgutil

import msgspec
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from callcenter.domain.access import Role
from callcenter.web import routes as rooms_of_the_house
from callcenter.web.local_paths import local_path
from callcenter.web.services import WebServices
from callcenter.web.sessions import COOKIE, token_hash
from tests.web import samples
from tests.web.conftest import BASE, Browsers, csrf_in
from tests.web.doubles import AuditList, SetClock
from tests.web.people_doubles import UserList

PUBLIC = {
    "/sign-in", "/sign-in/code", "/sign-in/oidc", "/sign-in/oidc/back", "/welcome/{code}",
    "/call", "/call/credentials", "/healthz", "/metrics", "/language/{code}", "/theme/{name}",
    "/demo-bank/customers/by-number", "/demo-bank/balance",
    "/demo-bank/cards/block",
    "/demo-bank/tickets",
    "/chat/widget.js", "/chat-demo",
}  # fmt: skip


def test_every_route_asks_who_is_there_unless_it_is_public(app: FastAPI) -> None:
    def routes(router: object) -> list[APIRoute]:
        return [r for r in getattr(router, "routes", []) if isinstance(r, APIRoute)]

    from callcenter.web import demobank

    names = [found.name for found in pkgutil.walk_packages(rooms_of_the_house.__path__, "callcenter.web.routes.")]
    modules = [demobank, *(importlib.import_module(name) for name in names)]
    rooms = [module for module in modules if hasattr(module, "router")]
    assert len(rooms) > 10
    seen = set()
    for route in [r for room in rooms for r in routes(room.router)]:
        seen.add(route.path)
        guarded = any(
            d.call is not None and d.call.__qualname__.startswith("signed_in") for d in route.dependant.dependencies
        )
        assert guarded or route.path in PUBLIC, f"{route.path} lets anyone in"
    assert seen >= PUBLIC


async def test_signed_out_visitors_are_sent_to_sign_in_and_scripts_told(browser_of: Browsers) -> None:
    browser = browser_of()
    page = await browser.get("/contacts")
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/contacts")
    told = await browser.post("/agent/commands", json={})
    assert (told.status_code, told.json()["code"]) == (401, "sign_in")


@pytest.mark.parametrize(
    ("name", "home", "allowed", "refused"),
    [
        ("wangfang", "/agent", ["/agent", "/contacts"], ["/floor", "/users"]),
        ("liqiang", "/agent", ["/agent", "/contacts", "/floor"], ["/users"]),
        ("zhangli", "/contacts", ["/contacts"], ["/agent", "/floor", "/users"]),
        ("ops", "/floor", ["/floor"], ["/agent", "/contacts", "/users"]),
        ("admin", "/floor", ["/floor", "/users"], ["/agent", "/contacts"]),
    ],
)
async def test_roles(browser_of: Browsers, name: str, home: str, allowed: list[str], refused: list[str]) -> None:
    browser = browser_of()
    assert (await browser.sign_in(name)).status_code == 303
    assert (await browser.get("/")).headers["location"] == home
    for path in allowed:
        assert (await browser.get(path)).status_code == 200, path
    for path in refused:
        answer = await browser.get(path)
        assert answer.status_code == 403, path
        assert "Your role does not include this" in answer.text


async def test_the_session_is_a_hash_in_the_store_and_ends_with_sign_out(
    browser_of: Browsers, services: WebServices
) -> None:
    browser = browser_of()
    answer = await browser.sign_in("wangfang")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = browser.http.cookies[COOKIE]
    users = services.users
    assert isinstance(users, UserList)
    assert token not in str(users.sessions)
    assert token_hash(token) in users.sessions
    assert (await browser.post("/sign-out", data={})).status_code == 303
    browser.http.cookies.set(COOKIE, token, domain="desk.test")
    assert (await browser.get("/agent")).status_code == 303


async def test_sessions_expire_and_disabled_users_are_out_at_once(browser_of: Browsers, services: WebServices) -> None:
    browser = browser_of()
    await browser.sign_in("wangfang")
    users, clock = services.users, services.clock
    assert isinstance(users, UserList)
    assert isinstance(clock, SetClock)
    users.users[1] = msgspec.structs.replace(users.users[1], disabled=True)
    assert (await browser.get("/agent")).status_code == 303
    users.users[1] = msgspec.structs.replace(users.users[1], disabled=False)
    assert (await browser.get("/agent")).status_code == 200
    users.users[1] = msgspec.structs.replace(users.users[1], role=Role.QUALITY)
    assert (await browser.get("/agent")).status_code == 403
    clock.now += 13 * 3_600_000
    assert (await browser.get("/contacts")).status_code == 303


async def test_requests_without_the_token_or_from_other_sites_do_nothing(
    browser_of: Browsers, services: WebServices
) -> None:
    browser = browser_of()
    await browser.sign_in("admin")
    for headers in ({}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": browser.token, "Origin": "http://evil.test"}):
        answer = await browser.http.post("/users/1/disable", headers=headers)
        assert answer.status_code == 403
    user = await services.users.by_id(1)
    assert user is not None
    assert not user.disabled
    fine = {"X-CSRF-Token": browser.token, "Origin": BASE}
    assert (await browser.http.post("/users/1/disable", headers=fine)).status_code == 200


async def test_a_planted_session_cookie_is_replaced_at_sign_in(browser_of: Browsers) -> None:
    browser = browser_of()
    browser.http.cookies.set(COOKIE, "planted", domain="desk.test")
    await browser.sign_in("wangfang")
    assert browser.http.cookies.get(COOKIE, domain="desk.test") != "planted"


async def test_guessing_is_slowed_down(browser_of: Browsers, services: WebServices) -> None:
    browser = browser_of()
    for _ in range(5):
        answer = await browser.sign_in("wangfang", "wrong password")
        assert answer.status_code == 401
        assert "Name or password is wrong" in answer.text
    assert (await browser.sign_in("wangfang")).status_code == 429
    assert (await browser_of("10.0.0.9").sign_in("wangfang")).status_code == 303
    clock, audit = services.clock, services.audit
    assert isinstance(clock, SetClock)
    assert isinstance(audit, AuditList)
    clock.now += 16 * 60_000
    assert (await browser.sign_in("wangfang")).status_code == 303
    assert [r.act for r in audit.records] == ["sign_in_failed"] * 5 + ["sign_in_locked"] + ["signed_in"] * 2
    assert samples.PASSWORD not in str(audit.records)


async def test_a_one_time_password_must_be_changed_first(browser_of: Browsers, services: WebServices) -> None:
    admin = browser_of()
    await admin.sign_in("admin")
    shown = await admin.post("/users", data={"name": "new.one", "display_name": "<b>New</b>", "role": "quality"})
    assert "<b>New</b>" not in shown.text
    password = shown.text.split("<code>")[1].split("</code>")[0]
    browser = browser_of()
    assert (await browser.sign_in("new.one", password)).headers["location"] == "/password"
    assert (await browser.get("/contacts")).headers["location"] == "/password"
    wrong = {"present": password, "new": "new.one12345", "again": "new.one12345"}
    assert "must not contain the sign-in name" in (await browser.post("/password", data=wrong)).text
    right = {"present": password, "new": "another-good-1", "again": "another-good-1"}
    assert (await browser.post("/password", data=right)).headers["location"] == "/"
    assert (await browser.get("/contacts")).status_code == 200
    again = browser_of()
    assert (await again.sign_in("new.one", password)).status_code == 401


async def test_every_answer_carries_the_policy(browser_of: Browsers) -> None:
    browser = browser_of()
    for path in ("/sign-in", "/nowhere", "/healthz", "/static/css/app.css"):
        answer = await browser.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    page = (await browser.get("/sign-in")).text
    assert "<script>" not in page
    assert " style=" not in page
    assert " onclick" not in page


@pytest.mark.parametrize(
    "wish", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:1", "/a\nb", None, ""]
)
def test_a_page_leads_nowhere_else(wish: str | None) -> None:
    assert local_path(wish) == "/"


async def test_errors_have_pages_in_ones_language_and_no_trace(
    browser_of: Browsers, services: WebServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of()
    await browser.sign_in("zhangli")
    missing = await browser.get("/contacts/none", headers={"Accept-Language": "zh-CN"})
    assert missing.status_code == 404

    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(services.contacts, "search", broken)
    crash = await browser.get("/contacts")
    assert crash.status_code == 500
    assert "secret detail" not in crash.text
    assert "operators" in crash.text or "运维" in crash.text


async def test_the_form_token_of_sign_in_is_needed(browser_of: Browsers) -> None:
    browser = browser_of()
    form = await browser.get("/sign-in")
    data = {"csrf": csrf_in(form.text), "name": "wangfang", "password": samples.PASSWORD}
    browser.http.cookies.clear()
    assert (await browser.http.post("/sign-in", data=data)).status_code == 403
