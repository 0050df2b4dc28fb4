"""Sessions: planted, stolen, revoked, expired, outlived by their user's rights. And what every answer carries."""

from __future__ import annotations

import re

import msgspec
import pytest

from callcenter.domain.access import Role
from callcenter.web.sessions import COOKIE, token_hash
from tests.attack.client import HOST, Answer, Client
from tests.attack.house import PASSWORD, House
from tests.attack.routes_table import SHOTS
from tests.attack.test_forged import strongest
from tests.attack.test_routes import filled

pytestmark = pytest.mark.asyncio(loop_scope="module")
NEW_PASSWORD = "battery staple 77"


async def signed_in(house: House, name: str, to: str = "/", password: str = PASSWORD, **cookies: str) -> Client:
    """Through the form, like a person."""
    client = await house.client()
    client.cookies |= cookies
    form = await client.get("/sign-in")
    found = re.search(r'name="csrf" value="([^"]+)"', form.text)
    assert found
    data = {"csrf": found[1], "name": name, "password": password, "next": to}
    client.answer = await client.post("/sign-in", data=data)  # type: ignore[attr-defined]
    return client


def is_out(answer: Answer) -> bool:
    return answer.status == 303 and answer.to.startswith("/sign-in")


async def test_a_planted_session_is_worth_nothing(shared: House) -> None:
    planted = "planted" * 6
    client = await signed_in(shared, "anna", **{COOKIE: planted})
    assert client.cookies[COOKIE] != planted
    thief = await shared.client()
    thief.cookies[COOKIE] = planted
    assert is_out(await thief.get("/contacts"))


async def test_signing_in_again_gives_a_new_session_and_cookies_are_sealed(shared: House) -> None:
    first, second = await signed_in(shared, "anna"), await signed_in(shared, "anna")
    assert first.cookies[COOKIE] != second.cookies[COOKIE]
    for line in second.answer.headers.get_list("set-cookie"):  # type: ignore[attr-defined]
        low = line.lower()
        if "max-age=0" not in low:
            assert "httponly" in low, line
            assert "samesite=" in low, line
            assert "path=/" in low, line
            assert "domain=" not in low, line
    assert len(first.cookies[COOKIE]) >= 40


async def test_a_session_ends_where_it_should(shared: House) -> None:
    client = await shared.client("anna")
    token = client.cookies[COOKIE]
    assert (await client.post("/sign-out")).status == 303
    client.cookies[COOKIE] = token
    assert is_out(await client.get("/contacts"))
    users = shared.product.web.users
    client = await shared.client("anna")
    session = await shared.session_of(client.cookies[COOKIE])
    await users.end_session(session.token_hash)
    assert is_out(await client.get("/contacts"))
    over = shared.product.clock.now_ms() - 1
    await users.add_session(msgspec.structs.replace(session, token_hash=token_hash("expired"), expires_ms=over))
    client.cookies[COOKIE] = "expired"
    assert is_out(await client.get("/contacts"))
    for trick in ("", "x", "x" * 100_000, token_hash(token), session.token_hash, "%00", "' OR 1=1 --"):
        client.cookies[COOKIE] = trick
        assert is_out(await client.get("/contacts")), trick


async def test_a_user_disabled_deleted_or_lowered_is_so_at_once(shared: House) -> None:
    users, user = shared.product.web.users, shared.users["victim"]
    client = await shared.client("victim")
    await users.update(msgspec.structs.replace(user, role=Role.QUALITY))
    assert (await client.get("/contacts")).status == 200
    await users.update(msgspec.structs.replace(user, role=Role.OPERATOR))
    assert (await client.get("/contacts")).status == 403
    await users.update(msgspec.structs.replace(user, role="no-such-role"))
    assert (await client.get("/floor")).status == 403
    await users.update(msgspec.structs.replace(user, disabled=True))
    assert is_out(await client.get("/account"))
    assert is_out(await client.post("/account/sessions/end-others"))
    await users.update(user)
    assert (await client.get("/account")).status == 200
    await users.delete(user.id)
    assert is_out(await client.get("/account"))
    late = await signed_in(shared, "victim")
    assert late.answer.status == 401  # type: ignore[attr-defined]


async def test_a_new_password_ends_every_other_session(shared: House) -> None:
    here, elsewhere = await shared.client("narrow"), await shared.client("narrow")
    data = {"present": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    old = here.cookies[COOKIE]
    assert (await here.post("/password", data=data)).status == 303
    assert (await here.get("/account")).status == 200
    assert is_out(await elsewhere.get("/account"))
    here.cookies[COOKIE] = old
    assert is_out(await here.get("/account")), "the old token went on"


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test", "javascript:alert(1)",
        "/\t/evil.test", "/\n/evil.test", "/%0d%0aset-cookie:x=1", "/\r\nset-cookie: x=1", "http:evil.test",
        " //evil.test", "/.//evil.test", "/..//evil.test", "data:text/html,x", "/" + "a" * 5_000, "@evil.test",
        "/;//evil.test",
        "/\u2028/evil.test", "/\u00a0/evil.test", "//evil.test@desk.test", "/?next=//evil.test", "/#@evil.test",
    ],
)  # fmt: skip
async def test_no_page_leads_to_another_site(shared: House, wish: str) -> None:
    visitor, anna = await shared.client(), await shared.client("anna")
    came = await signed_in(shared, "anna", to=wish)
    answers = [came.answer]  # type: ignore[attr-defined]
    from urllib.parse import quote

    for path in ("/sign-in", "/language/en", "/theme/dark"):
        answers += [await one.get(f"{path}?next={quote(wish)}") for one in (visitor, anna)]
    for answer in answers:
        assert answer.status in (200, 303)
        assert "x=1" not in answer.headers.get("set-cookie", "")
        if answer.status == 303:
            to = answer.to
            assert to.startswith("/"), to
            assert not re.match(r"[/\\]{2}|/[\s\\]", re.sub(r"[\t\r\n]", "", to)), to
            assert len(to) < 1_000


async def test_the_host_header_steers_nothing(shared: House) -> None:
    anna = await shared.client("anna")
    for host in ("evil.test", "evil.test; script-src *", "a b", "'unsafe-inline'", "x\ty", ""):
        for path in ("/", "/contacts", "/sign-in", "/nowhere"):
            answer = await anna.get(path, headers={"host": host})
            assert answer.status < 500
            assert "evil.test" not in answer.text
            assert "evil.test" not in answer.to
            assert "'unsafe" not in answer.headers["content-security-policy"]
            directives = [part.split()[0] for part in answer.headers["content-security-policy"].split(";")]
            assert len(directives) == len(set(directives)) == 10


async def test_every_answer_is_sealed(shared: House) -> None:
    seen = set()
    for shot in SHOTS:
        who = strongest(shot)
        if shot.method == "WS" or who is None or "sign-out" in shot.path or who == "narrow":
            continue
        for name in ("", who):
            path, more = await filled(shared, shot)
            answer = await (await shared.client(name)).send(shot.method, path, **more)
            headers, where = answer.headers, f"{name or 'nobody'} {shot.method} {path}"
            policy = headers["content-security-policy"]
            assert "unsafe" not in policy, where
            assert "script-src 'self'" in policy, where
            assert "frame-ancestors 'none'" in policy, where
            assert "object-src 'none'" in policy, where
            assert "base-uri 'none'" in policy, where
            assert headers["x-frame-options"] == "DENY", where
            assert headers["x-content-type-options"] == "nosniff", where
            assert headers.get("content-type") or not answer.body, where
            assert "access-control-allow-origin" not in headers, where
            if name and not path.startswith(("/static", "/healthz", "/metrics", "/chat/widget.js")):
                assert "no-store" in headers["cache-control"], where
            if answer.is_html:
                seen.add(path)
                assert not re.search(r"<script(?![^>]* src=)", answer.text), where
                assert not re.search(r"<[^>]+\son\w+\s*=\s*[\"']", answer.text), where
                assert not re.search(r"<[^>]+\sstyle\s*=\s*[\"']", answer.text), where
                assert "<style" not in answer.text, where
                assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", answer.text), where
    assert len(seen) > 30


async def test_a_crash_is_a_sealed_page_without_a_trace(shared: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    anna = await shared.client("anna")
    monkeypatch.setattr(shared.product.web.contacts, "search", broken)
    for headers in ({}, {"accept": "application/json"}, {"hx-request": "true"}):
        answer = await anna.get("/contacts", headers=headers)
        assert answer.status == 500
        assert "secret detail" not in answer.text
        assert "Traceback" not in answer.text
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"


async def test_the_secure_flag_when_the_house_is_behind_tls(shared: House) -> None:
    import dataclasses

    from callcenter.web.app import create_app

    web = shared.product.web
    tls = create_app(dataclasses.replace(web, settings=dataclasses.replace(web.settings, secure_cookies=True)))
    form = await Client(tls).get("/sign-in", headers={"host": HOST})
    assert "secure" in form.headers["set-cookie"].lower()
    assert "max-age=" in form.headers["strict-transport-security"]
