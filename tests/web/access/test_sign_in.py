"""Sign-in with all its steps, against a real database."""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec
import pyotp
import pytest
from fastapi import FastAPI

from callcenter.domain.access import Role, Scope
from callcenter.domain.access_records import Invitation
from callcenter.domain.errors import Rejected
from callcenter.storage import Storage
from callcenter.web.app import create_app
from callcenter.web.services import WebServices
from callcenter.web.sessions import COOKIE, still_valid, token_hash, viewer_of
from callcenter.web.signin import passwords
from tests.web import samples
from tests.web.access.conftest import Acts
from tests.web.conftest import Browser, Browsers, csrf_in
from tests.web.doubles import DeskDouble, SetClock

NEW = "four quiet herons 7"


async def set_up_factor(browser: Browser, clock: SetClock) -> tuple[str, list[str]]:
    page = await browser.get("/account/second-factor")
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", page.text)[0]
    assert "data:image/svg+xml" in page.text
    wrong = await browser.post("/account/second-factor", data={"code": "000000"})
    assert wrong.status_code == 409
    done = await browser.post("/account/second-factor", data={"code": pyotp.TOTP(secret).at(clock.now // 1000)})
    assert done.status_code == 200
    return secret, re.findall(r"<li><code>([a-z0-9-]{19})</code>", done.text)


async def give_code(browser: Browser, code: str) -> int:
    form = await browser.get("/sign-in/code")
    if form.status_code != 200:
        return form.status_code
    answer = await browser.http.post("/sign-in/code", data={"csrf": csrf_in(form.text), "code": code, "next": "/"})
    return answer.status_code


def clock_of(services: WebServices) -> SetClock:
    assert isinstance(services.clock, SetClock)
    return services.clock


async def test_a_second_factor_is_asked_for_and_each_code_works_once(
    browser_of: Browsers, services: WebServices, acts: Acts
) -> None:
    clock, browser = clock_of(services), browser_of()
    await browser.sign_in("liqiang")
    secret, recovery = await set_up_factor(browser, clock)
    assert len(set(recovery)) == 10
    clock.now += 60_000
    other = browser_of()
    half = await other.sign_in("liqiang")
    assert half.headers["location"].startswith("/sign-in/code")
    assert COOKIE not in other.http.cookies
    assert (await other.get("/session")).status_code == 303
    code = pyotp.TOTP(secret).at(clock.now // 1000)
    assert await give_code(other, "123 456") == 401
    assert await give_code(other, f"{code[:3]} {code[3:]}") == 303
    assert (await other.get("/account")).status_code == 200
    third = browser_of()
    await third.sign_in("liqiang")
    assert await give_code(third, code) == 401
    assert await give_code(third, recovery[0].upper().replace("-", " ")) == 303
    fourth = browser_of()
    await fourth.sign_in("liqiang")
    assert await give_code(fourth, recovery[0]) == 401
    how = [record.detail["how"] for record in await acts.of("signed_in")]
    assert how == ["password", "code", "recovery_code"]
    assert secret not in str(await acts.all())
    assert len(await acts.of("second_factor_failed")) == 3


async def test_a_right_password_does_not_open_a_new_round_of_code_guessing(
    browser_of: Browsers, services: WebServices, acts: Acts
) -> None:
    clock, browser = clock_of(services), browser_of()
    await browser.sign_in("liqiang")
    await set_up_factor(browser, clock)
    guesser = browser_of("10.0.0.7")
    tries = []
    for _ in range(5):
        await guesser.sign_in("liqiang")
        tries.append(await give_code(guesser, "000000"))
    assert tries == [401] * 5
    assert (await guesser.sign_in("liqiang")).status_code == 429
    assert await give_code(guesser, "000000") == 429
    assert len(await acts.of("sign_in_locked")) == 1


async def test_half_a_sign_in_ends_with_time_or_a_new_password(browser_of: Browsers, services: WebServices) -> None:
    clock, browser = clock_of(services), browser_of()
    await browser.sign_in("liqiang")
    await set_up_factor(browser, clock)
    half = browser_of()
    await half.sign_in("liqiang")
    clock.now += 6 * 60_000
    assert (await half.get("/sign-in/code")).headers["location"] == "/sign-in"
    await half.sign_in("liqiang")
    user = await services.users.by_name("liqiang")
    assert user is not None
    await services.users.update(msgspec.structs.replace(user, password_hash=passwords.new_password_hash(NEW)))
    assert (await half.get("/sign-in/code")).headers["location"] == "/sign-in"
    half.http.cookies.set("cc_second", f"{user.id}~second-x.9999999999999.a.b", domain="desk.test")
    assert (await half.get("/sign-in/code")).headers["location"] == "/sign-in"


@pytest.mark.parametrize("cookie", ["", "~", "x~y", "9" * 30 + "~a.b", "1", "1~", "1~...", "１~a.b.c.d"])
async def test_odd_half_cookies_are_nobody(browser_of: Browsers, cookie: str) -> None:
    browser = browser_of()
    answer = await browser.http.get("/sign-in/code", headers={b"Cookie": b"cc_second=" + cookie.encode()})
    assert answer.status_code == 303


async def test_a_role_may_require_it(services: WebServices, storage: Storage) -> None:
    import dataclasses

    settings = dataclasses.replace(services.settings, second_factor_roles=frozenset({Role.SUPERVISOR.value}))
    strict = dataclasses.replace(services, settings=settings)
    browser = Browser(create_app(strict))
    await browser.sign_in("liqiang")
    assert (await browser.get("/session")).headers["location"] == "/account/second-factor"
    asked = await browser.http.get("/session", headers={"Accept": "application/json"})
    assert asked.json()["code"] == "second_factor_needed"
    await set_up_factor(browser, clock_of(services))
    assert (await browser.get("/account")).status_code == 200
    refused = await browser.post("/account/second-factor/drop", data={"password": samples.PASSWORD})
    assert "asks for a second factor" in refused.text
    agent = Browser(create_app(strict))
    await agent.sign_in("wangfang")
    assert (await agent.get("/account")).status_code == 200
    await browser.http.aclose()
    await agent.http.aclose()


async def test_switching_off_takes_the_password(browser_of: Browsers, services: WebServices, acts: Acts) -> None:
    browser = browser_of()
    await browser.sign_in("liqiang")
    _, before = await set_up_factor(browser, clock_of(services))
    wrong = await browser.post("/account/second-factor/drop", data={"password": "wrong"})
    assert wrong.status_code == 409
    fresh = await browser.post("/account/recovery-codes", data={"password": samples.PASSWORD})
    after = re.findall(r"<li><code>([a-z0-9-]{19})</code>", fresh.text)
    assert len(after) == 10
    assert not set(after) & set(before)
    assert (await browser.post("/account/second-factor/drop", data={"password": samples.PASSWORD})).status_code == 303
    assert (await browser_of().sign_in("liqiang")).headers["location"] == "/"
    names = [record.act for record in await acts.all()]
    assert names == [
        "signed_in", "second_factor_set", "recovery_codes_made", "second_factor_dropped", "signed_in"
    ]  # fmt: skip


async def test_sessions_are_listed_and_ended(browser_of: Browsers, services: WebServices, acts: Acts) -> None:
    first, second, third = browser_of("10.0.0.1"), browser_of("10.0.0.2"), browser_of("10.0.0.3")
    second.http.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 <script>alert(1)</script>"
    for browser in (first, second, third):
        await browser.sign_in("wangfang")
    shown = (await first.get("/account")).text
    assert "Chrome · Windows" in shown
    assert "10.0.0.2" in shown
    assert "<script>alert" not in shown
    victim = token_hash(second.http.cookies[COOKIE])
    assert victim not in shown
    assert (await first.post(f"/account/sessions/{victim[:16]}/end", data={})).status_code == 303
    assert (await second.get("/session")).status_code == 303
    assert (await third.get("/session")).status_code == 200
    for odd in ("", "0" * 16, victim[:8], "%25" * 5):
        assert (await first.post(f"/account/sessions/{odd}/end", data={})).status_code == 404
    stranger = browser_of()
    await stranger.sign_in("liqiang")
    mine = token_hash(third.http.cookies[COOKIE])
    assert (await stranger.post(f"/account/sessions/{mine[:16]}/end", data={})).status_code == 404
    assert (await first.post("/account/sessions/end-others", data={})).status_code == 303
    assert (await third.get("/session")).status_code == 303
    assert (await first.get("/session")).status_code == 200
    assert len(await acts.of("session_revoked")) == 2


async def test_a_new_password_ends_the_other_sessions_and_old_ones_do_not_come_back(
    browser_of: Browsers, services: WebServices
) -> None:
    browser, other = browser_of(), browser_of()
    await browser.sign_in("wangfang")
    await other.sign_in("wangfang")
    old_token = browser.http.cookies[COOKIE]
    words = [
        "four quiet herons 7",
        "nine loud badgers 8",
        "some tall cranes 3",
        "blue stone bridge 4",
        "red paper boat 55",
    ]

    async def change(present: str, new: str) -> str:
        page = await browser.get("/password")
        data = {"csrf": csrf_in(page.text), "present": present, "new": new, "again": new}
        answer = await browser.http.post("/password", data=data)
        return "" if answer.status_code == 303 else answer.text

    assert await change(samples.PASSWORD, words[0]) == ""
    assert (await other.get("/session")).status_code == 303
    assert browser.http.cookies[COOKIE] != old_token
    assert (await browser.get("/session")).status_code == 200
    assert "used this password before" in await change(words[0], samples.PASSWORD)
    for before, after in pairwise(words):
        assert await change(before, after) == ""
    assert "used this password before" in await change(words[-1], words[0])
    assert await change(words[-1], samples.PASSWORD) == ""


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short 1 pw", "password_short"),
        ("x" * 201, "password_long"),
        ("wangfang-is-here-9", "password_is_name"),
        ("password1234", "password_simple"),
        ("qwertyuiop12", "password_simple"),
        ("aaaaaaaaaaaaaaaa", "password_simple"),
        ("王芳王芳王芳王芳王芳王芳", "password_simple"),
        ("银行客服热线九五五八八真好", ""),
        ("four quiet herons", ""),
    ],
)
def test_password_rules(password: str, code: str) -> None:
    if not code:
        passwords.check_new_password(password, "wangfang", "王芳")
        return
    with pytest.raises(Rejected) as caught:
        passwords.check_new_password(password, "wangfang", "王芳")
    assert caught.value.code == code


async def test_an_invitation_works_once_and_in_time(browser_of: Browsers, services: WebServices, acts: Acts) -> None:
    clock, user = clock_of(services), await services.users.by_name("wangfang")
    assert user is not None
    await services.users.update(msgspec.structs.replace(user, password_hash=""))
    assert (await browser_of().sign_in("wangfang", "")).status_code == 401
    code = passwords.one_time_password()
    await services.credentials.invite(Invitation(user.id, passwords.code_hash(code), clock.now + 86_400_000))
    browser = browser_of()
    page = await browser.get(f"/welcome/{code}")
    data = {"csrf": csrf_in(page.text), "new": NEW, "again": NEW}
    assert (await browser.http.post(f"/welcome/{code}", data={**data, "again": "else"})).status_code == 409
    assert (await browser.http.post(f"/welcome/{code}", data={**data, "csrf": "x"})).status_code == 403
    assert (await browser.http.post(f"/welcome/{code}", data=data)).status_code == 303
    assert (await browser.get("/session")).status_code == 200
    again = browser_of()
    assert "has been used or is over" in (await again.get(f"/welcome/{code}")).text
    assert (await again.sign_in("wangfang", NEW)).status_code == 303
    assert code not in str(await acts.all())
    await services.credentials.invite(Invitation(user.id, passwords.code_hash(code), clock.now + 1000))
    clock.now += 2000
    assert "has been used or is over" in (await again.get(f"/welcome/{code}")).text


async def test_failures_outlive_a_restart(browser_of: Browsers, services: WebServices, app: FastAPI) -> None:
    browser = browser_of()
    for _ in range(5):
        assert (await browser.sign_in("wangfang", "wrong password")).status_code == 401
    restarted = Browser(create_app(services))
    assert (await restarted.sign_in("wangfang")).status_code == 429
    clock_of(services).now += 16 * 60_000
    assert (await restarted.sign_in("wangfang")).status_code == 303
    await restarted.http.aclose()


async def test_a_name_guessed_from_everywhere_closes_except_where_its_user_is(browser_of: Browsers) -> None:
    home = browser_of("10.9.9.9")
    assert (await home.sign_in("wangfang")).status_code == 303
    for k in range(50):
        assert (await browser_of(f"10.1.0.{k}").sign_in("wangfang", "wrong password")).status_code == 401
    assert (await browser_of("10.2.0.1").sign_in("wangfang")).status_code == 429
    assert (await browser_of("10.9.9.9").sign_in("wangfang")).status_code == 303


async def test_open_pages_close_when_what_they_stand_on_changes(browser_of: Browsers, services: WebServices) -> None:
    clock = clock_of(services)

    async def fresh() -> tuple[Browser, object]:
        clock.now += 5_000
        browser = browser_of()
        await browser.sign_in("liqiang")
        viewer = await viewer_of(services, browser.http.cookies[COOKIE])
        assert viewer is not None
        assert await still_valid(services, viewer)
        clock.now += 2_500
        assert await still_valid(services, viewer)
        return browser, viewer

    async def gone(viewer: object) -> bool:
        clock.now += 2_500
        return not await still_valid(services, viewer)  # type: ignore[arg-type]

    user = await services.users.by_name("liqiang")
    assert user is not None
    _, viewer = await fresh()
    await services.users.update(msgspec.structs.replace(user, role=Role.AGENT))
    assert await gone(viewer)
    await services.users.update(user)
    _, viewer = await fresh()
    await services.users.update(msgspec.structs.replace(user, disabled=True))
    assert await gone(viewer)
    await services.users.update(user)
    browser, viewer = await fresh()
    await browser.post("/sign-out", data={})
    assert await gone(viewer)
    _, viewer = await fresh()
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    whole = desk.center
    narrowed = msgspec.structs.replace(
        whole.roles["supervisor"], rights=dict.fromkeys(whole.roles["supervisor"].rights, Scope.OWN)
    )
    desk.center = msgspec.structs.replace(whole, roles={**whole.roles, "supervisor": narrowed})
    assert await gone(viewer)
    desk.center = whole
    _, viewer = await fresh()
    clock.now += 13 * 3_600_000
    assert await gone(viewer)
    _, viewer = await fresh()
    await services.users.delete(user.id)
    assert await gone(viewer)
