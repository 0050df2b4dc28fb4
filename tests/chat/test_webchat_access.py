"""What the web chat lets in and keeps out: sites, keys, tokens, conversations of others."""

from __future__ import annotations

import base64
import hmac
import time
from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from callcenter.domain.config import ChatTokenKey
from tests.chat.server import SECRET, Site
from tests.chat.test_contract import picture
from tests.chat.told import Told
from tests.chat.webchat_site import EC, change
from tests.chat.widget import ORIGIN, PollWidget, SocketWidget


@pytest.mark.parametrize("origin", ["https://evil.example", "https://bank.example.evil.example", "null", None])
async def test_pages_of_other_sites_stay_out(site: Site, origin: str | None) -> None:
    address = site.base.replace("http", "ws", 1) + "/chat/socket?entry=web"
    with pytest.raises(InvalidStatus):
        await connect(address, origin=origin).__aenter__()  # type: ignore[arg-type]
    widget = SocketWidget(site.base)
    headers = {"Origin": origin or ""}
    for method, path in (("POST", "/poll"), ("OPTIONS", "/poll"), ("POST", "/files"), ("GET", "/transcript")):
        answer = await widget.http(method, path, headers=headers)
        assert answer.status_code == 403, (method, path)
        assert "access-control-allow-origin" not in answer.headers


async def test_an_allowed_site_is_told_that_it_is(site: Site) -> None:
    widget = SocketWidget(site.base)
    asked = await widget.http("OPTIONS", "/poll", headers={"Access-Control-Request-Method": "POST"})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in asked.headers
    elsewhere = await widget.http("POST", "/poll", params={"entry": "none"})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "unknown_entry")


async def test_who_comes_back_finds_the_conversation_and_nobody_else_does(site: Site, page: Any) -> None:
    first = await page()
    await first.say("it is me")
    again = await page(PollWidget, key=first.key)
    assert again.texts() == ["it is me"]
    for key in ("", "x", first.key[:-1] + ("0" if first.key[-1] != "0" else "1"), first.key.split(".")[0] + ".", "a.b"):
        stranger = await page(key=key)
        assert stranger.texts() == []
        assert stranger.key not in ("", first.key)


OTHER = ECKey.generate_key("P-256", private=True)


def token(claims: dict[str, Any] | None = None, *, key: Any = None, **header: Any) -> str:
    known = {"sub": "C-1001", "aud": "web", "exp": int(time.time()) + 300, "name": "王芳"} | (claims or {})
    known = {name: value for name, value in known.items() if value is not None}
    head = {"alg": "HS256", "kid": "k1"} | header
    return jwt.encode(head, known, key or OctKey.import_key(SECRET), algorithms=["HS256", "ES256", "HS512"])


async def test_a_signed_token_says_who_it_is_on_every_device(site: Site, page: Any, told: Told) -> None:
    change(site, token_keys=(ChatTokenKey("k1", "SITE"), ChatTokenKey("k2", "EC", "ES256")))
    desk = await page(token=token())
    assert desk.welcome["signed_in"] == "王芳"
    await desk.say("from the desk")
    phone = await page(PollWidget, token=token(key=EC, alg="ES256", kid="k2"))
    assert phone.texts() == ["from the desk"]
    visitor = (await told.next("opened")).visitor
    assert (visitor.customer, visitor.name) == ("C-1001", "王芳")


def by_public_key(body: str) -> str:
    """Signed with the public key as if it were a shared secret: what a careless verifier believes (RFC 8725, 2.1)."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"k2"}').decode().rstrip("=")
    signed = hmac.digest(EC.as_pem(private=False), f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{base64.urlsafe_b64encode(signed).decode().rstrip('=')}"


def forgeries() -> dict[str, str]:
    now = int(time.time())
    good = token()
    head, body, signature = good.split(".")
    none = msgspec.json.encode({"alg": "none", "kid": "k1"})
    unsigned = base64.urlsafe_b64encode(none).decode().rstrip("=")
    return {
        "of another key": token(key=OctKey.import_key("another-secret-that-is-long-enough-00")),
        "unsigned": f"{unsigned}.{body}.",
        "unsigned with a signature": f"{unsigned}.{body}.{signature}",
        "signature cut": good[:-2],
        "claims changed": f"{head}.{token({'sub': 'C-9999'}).split('.')[1]}.{signature}",
        "unknown kid": token(kid="k9"),
        "another algorithm": token(alg="HS512"),
        "public key as secret": by_public_key(body),
        "other EC key": token(key=OTHER, alg="ES256", kid="k2"),
        "expired": token({"exp": now - 3_600}),
        "never expires": token({"exp": None}),
        "good for years": token({"exp": now + 10**8}),
        "for another entry": token({"aud": "app"}),
        "for nobody": token({"sub": ""}),
        "without anybody": token({"sub": None}),
        "not yet": token({"nbf": now + 3_600}),
        "nonsense": "x.y.z",
        "dots": "...",
        "not ascii": "é.é.é",
    }


@pytest.mark.parametrize("kind", list(forgeries()))
async def test_a_forged_token_is_believed_by_nobody(site: Site, page: Any, told: Told, kind: str) -> None:
    change(site, token_keys=(ChatTokenKey("k1", "SITE"), ChatTokenKey("k2", "EC", "ES256")))
    widget = await page(token=forgeries()[kind])
    assert widget.welcome.get("signed_in", "") == ""
    assert widget.welcome["refused"].startswith("token_")
    await widget.say("still let in, as anybody")
    assert not (await told.next("opened")).visitor.signed_in


async def test_what_was_said_before_signing_in_goes_along_and_is_closed_to_the_next_at_the_machine(
    site: Site, page: Any, told: Told
) -> None:
    before = await page()
    await before.say("anonymous yet")
    after = await page(key=before.key, token=token())
    assert after.texts() == ["anonymous yet"]
    assert (await told.next("identified")).customer == "C-1001"
    next_one = await page(key=before.key)
    assert next_one.texts() == []


async def test_nobody_reaches_into_anothers_conversation(site: Site, page: Any, told: Told) -> None:
    mine, other = await page(), await page()
    await mine.say("mine")
    await other.say("hers")
    talk, id = other.line.conversation, "picture-0001"
    sent = await other.http("POST", "/files", params={"id": id, "name": "a.png"}, content=picture())
    assert sent.status_code == 200
    file = (await site.chats.store.files(talk))[0].id
    for frame in (
        {"t": "say", "text": "in her name", "conversation": talk},
        {"t": "leave", "conversation": talk},
        {"t": "rate", "conversation": talk, "score": 1},
        {"t": "mail", "conversation": talk, "address": "me@evil.example"},
        {"t": "choose", "number": 1, "choice": "x", "conversation": talk},
    ):
        with pytest.raises(AssertionError, match="unknown_conversation"):
            await mine.tell(frame)
    reached = [
        await mine.http("GET", f"/files/{file}", params={"conversation": talk}),
        await mine.http("GET", f"/files/{file}"),
        await mine.http("GET", "/transcript", params={"conversation": talk}),
        await mine.http("POST", "/files", params={"conversation": talk, "id": id, "name": "a.png"}, content=picture()),
    ]
    assert [answer.status_code for answer in reached] == [409] * 4
    for bad in (
        "none",
        "x",
        mine.welcome["pass"][:-1],
        "a.1.b",
        f"{mine.welcome['pass'].split('.')[0]}.99999999999999.x",
    ):
        answer = await mine.http("GET", "/transcript", headers={"Authorization": f"Bearer {bad}"})
        assert answer.status_code == 401
    assert site.chats.open_conversations()[1].score == 0
