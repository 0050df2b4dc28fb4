"""What the web chat lets in and keeps out: sites, keys, tokens, hours, limits, files, several pages, bad frames."""

from __future__ import annotations

import asyncio
import base64
import hmac
import io
import json
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from PIL import Image
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from callcenter.app.clock import SystemClock
from callcenter.chat import Chats
from callcenter.domain.chat import Author, Conversation
from callcenter.domain.config import Calendar, CenterConfig, ChatLimits, ChatTokenKey
from callcenter.storage import Storage
from callcenter.telephony.ids import new_contact_id
from tests.chat.server import ENTRY, SECRET, Site, served
from tests.chat.test_contract import picture
from tests.chat.told import Told
from tests.chat.widget import ORIGIN, PollWidget, SocketWidget, Widget


class Mailer:
    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    async def send(self, address: str, conversation: Conversation, text: str, html: str) -> None:
        self.sent.append((address, text, html))


class Scanner:
    async def refuse(self, content: bytes, media_type: str, name: str) -> str:
        return "EICAR" if b"EICAR-STANDARD" in content else ""


@pytest.fixture
async def site(storage: Storage, told: Told, tmp_path: Path) -> AsyncIterator[Site]:
    chats = Chats(storage.chats, SystemClock(), new_contact_id)
    chats.listener = told
    made = Site(chats, tmp_path, mailer=Mailer(), scanner=Scanner(), secrets={"EC": EC.as_pem(private=False).decode()})
    await chats.start([made.channel])
    async with served(made):
        yield made
        await chats.stop()
    made.files.close()


@pytest.fixture
async def page(site: Site) -> AsyncIterator[Any]:
    pages: list[Widget] = []

    async def open(kind: type[Widget] = SocketWidget, **more: Any) -> Widget:
        pages.append(await kind(site.base, **more).open())
        return pages[-1]

    yield open
    for one in pages:
        await one.leave()


def change(site: Site, **fields: Any) -> None:
    entry = msgspec.structs.replace(ENTRY, **fields)
    site.config = msgspec.structs.replace(site.config, chat_entries={"web": entry})


# --- sites


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


# --- who it is


async def test_who_comes_back_finds_the_conversation_and_nobody_else_does(site: Site, page: Any) -> None:
    first = await page()
    await first.say("it is me")
    again = await page(PollWidget, key=first.key)
    assert again.texts() == ["it is me"]
    for key in ("", "x", first.key[:-1] + ("0" if first.key[-1] != "0" else "1"), first.key.split(".")[0] + ".", "a.b"):
        stranger = await page(key=key)
        assert stranger.texts() == []
        assert stranger.key not in ("", first.key)


EC = ECKey.generate_key("P-256", {"kid": "k2"}, private=True)
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


# --- several pages


async def test_two_pages_show_the_same(site: Site, page: Any) -> None:
    one = await page()
    two = await page(PollWidget, key=one.key)
    await one.say("from the first")
    await two.until(lambda: two.texts() == ["from the first"], "on the second")
    await two.say("from the second")
    await one.until(lambda: one.texts() == ["from the first", "from the second"], "on the first")
    talk = one.line.conversation
    await site.chats.close(talk, "agent")
    for widget in (one, two):
        await widget.until(lambda w=widget: w.state["open"] is False, "closed on both")
    await two.start()
    await one.until(lambda: one.line.conversation != talk and one.state["open"], "the new one on both")


async def test_both_pages_send_what_was_queued_and_it_is_said_once(site: Site, page: Any, told: Told) -> None:
    one = await page()
    two = await page(key=one.key)
    frame = {"t": "say", "text": "queued before", "conversation": "", "again": True}
    await asyncio.gather(one.tell(frame, "shared-outbox-1"), two.tell(frame, "shared-outbox-1"))
    assert [m.text for m in told.of("said")] == ["queued before"]


async def test_a_message_sent_to_one_conversation_is_not_said_again_in_the_next(
    site: Site, page: Any, told: Told
) -> None:
    widget = await page()
    await widget.say("only once", "only-once-1")
    await site.chats.close(widget.line.conversation, "agent")
    await widget.until(lambda: widget.state["open"] is False, "closed")
    await widget.tell({"t": "say", "text": "only once", "conversation": "", "again": True}, "only-once-1")
    assert [m.text for m in told.of("said")] == ["only once"]


async def test_what_is_written_into_a_closed_conversation_is_refused(site: Site, page: Any) -> None:
    widget = await page()
    await widget.say("first")
    await site.chats.close(widget.line.conversation, "agent")
    with pytest.raises(AssertionError, match="conversation_closed"):
        await widget.tell({"t": "say", "text": "late", "conversation": widget.line.conversation})
    await widget.tell({"t": "say", "text": "anew", "conversation": ""})
    assert widget.texts() == ["anew"]


# --- somebody else's


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


# --- hours

NEVER_OPEN = CenterConfig(calendars={"never": Calendar("never", "Asia/Shanghai", (), years=tuple(range(2020, 2060)))})


async def test_outside_hours_a_message_is_left(site: Site, page: Any, told: Told) -> None:
    site.config = CenterConfig(
        calendars={"never": Calendar("never", "Asia/Shanghai", (), years=tuple(range(2020, 2060)))}
    )
    change(site, calendar="never")
    widget = await page()
    assert widget.welcome["at_work"] is False
    for frame in ({"t": "say", "text": "anybody?"}, {"t": "start"}):
        with pytest.raises(AssertionError, match="closed_now"):
            await widget.tell(frame)
    left = {"t": "message", "name": "王芳", "reach": "13800000001", "text": "请回电"}
    await widget.tell(left, "left-message-1")
    await widget.tell(left, "left-message-1")
    assert [one.reach for one in told.of("left_message")] == ["13800000001"]
    with pytest.raises(AssertionError, match="reach_missing"):
        await widget.tell({**left, "reach": " "})


async def test_a_conversation_under_way_goes_on_after_hours(site: Site, page: Any) -> None:
    widget = await page()
    await widget.say("before closing")
    site.config = CenterConfig(
        calendars={"never": Calendar("never", "Asia/Shanghai", (), years=tuple(range(2020, 2060)))}
    )
    change(site, calendar="never")
    later = await page(key=widget.key)
    assert await later.say("after closing") == 2


# --- too much


async def test_a_flood_waits_and_loses_nothing(site: Site, page: Any, told: Told) -> None:
    change(site, limits=ChatLimits(messages_a_minute=240))
    widget = await page()
    ids = [widget.post({"t": "say", "text": f"m{n}"}) for n in range(120)]
    await widget.until(lambda: all(id in widget.sent for id in ids), "all sent", 60)
    assert "wait" in widget.kinds
    assert widget.texts() == [f"m{n}" for n in range(120)]
    assert [m.text for m in told.of("said")] == [f"m{n}" for n in range(120)]


async def test_who_does_not_wait_is_sent_away(site: Site) -> None:
    change(site, limits=ChatLimits(messages_a_minute=1))
    address = site.base.replace("http", "ws", 1) + "/chat/socket?entry=web"
    said: list[dict[str, Any]] = []
    async with connect(address, origin=ORIGIN) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps({"t": "hello"}))
        for number in range(200):
            await socket.send(json.dumps({"t": "say", "id": f"flood-{number:05}", "text": "x"}))
            with suppress(ConnectionClosed):
                while not said or said[-1]["t"] not in ("wait", "ack", "bye"):
                    said.append(json.loads(await socket.recv()))
            if said[-1]["t"] == "bye":
                break
            said.append({"t": ""})
    assert said[-1] == {"t": "bye", "code": "too_fast", "ms": 30_000}
    kept = [await site.chats.history(talk.id) for talk in site.chats.open_conversations()]
    assert sum(len(messages) for messages in kept) <= 5


async def test_an_address_opens_so_many_conversations_and_no_more(site: Site, page: Any) -> None:
    change(site, limits=ChatLimits(address_conversations=2))
    pages = [await page() for _ in range(3)]
    for widget in pages[:2]:
        await widget.start()
    with pytest.raises(AssertionError, match="too_many_conversations"):
        await pages[2].tell({"t": "start"})
    await pages[0].tell({"t": "leave"})
    await pages[2].tell({"t": "start"})


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00", b"null", b"[]", b"{}", b'{"t":"say"}', b'{"t":"none"}', b'{"t":"say","id":"x","text":"short id"}',
        b'{"t":"say","id":"long-enough","text":5}', b'{"t":"say","id":"long-enough","text":"\\ud800"}', b"\xff\xfe",
        b'{"t":"read","n":-1}', b'{"t":"read","n":1e99}', b'{"t":"hello","v":"1"}', b"[" * 100_000,
        b'{"t":' * 10_000, b'{"t":"typing","on":1}', b'{"t":"say","id":"' + b"x" * 70 + b'","text":"x"}',
    ],
)  # fmt: skip
async def test_what_is_no_frame_is_answered_and_the_line_stands(site: Site, data: bytes) -> None:
    address = site.base.replace("http", "ws", 1) + "/chat/socket?entry=web"
    async with connect(address, origin=ORIGIN) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps({"t": "hello"}))
        assert json.loads(await socket.recv())["t"] == "welcome"
        await socket.send(data)
        assert json.loads(await socket.recv()) == {"t": "refused", "id": "", "code": "bad_frame"}
        await socket.send(json.dumps({"t": "ping"}))
        assert json.loads(await socket.recv()) == {"t": "pong"}
    body = b'{"line":"","frames":[' + data + b"]}"
    answer = await SocketWidget(site.base).http("POST", "/poll", content=body)
    assert answer.status_code in (200, 409)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("size", [4_001, 70_000, 1_000_000])
async def test_a_message_that_is_too_long_is_refused_and_the_line_stands(site: Site, page: Any, size: int) -> None:
    widget = await page()
    with pytest.raises(AssertionError, match="text_too_long"):
        await widget.say("x" * size)
    assert widget.line.attempt == 1
    assert await widget.say("x" * 4_000) == 1


async def test_nothing_is_heard_before_hello(site: Site) -> None:
    address = site.base.replace("http", "ws", 1) + "/chat/socket?entry=web"
    async with connect(address, origin=ORIGIN) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps({"t": "say", "id": "long-enough", "text": "x"}))
        assert json.loads(await socket.recv())["t"] == "bye"
        with pytest.raises(ConnectionClosed):
            await socket.recv()
    assert site.chats.open_conversations() == []


# --- files


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def large_picture() -> bytes:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


GOOD = {
    "a.png": (picture(), "image/png"),
    "账单.pdf": (b"%PDF-1.7\n1 0 obj\n", "application/pdf"),
    "note.txt": ("你好".encode("gb18030"), "text/plain; charset=utf-8"),
    "t.csv": (b"a,b\n1,2\n", "text/csv; charset=utf-8"),
    "d.docx": (zipped("[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument"),
}
BAD: dict[str, tuple[str, bytes, str]] = {
    "a page as text": ("a.txt", b"<html><script>alert(1)</script></html>", "file_type"),
    "a picture with script": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "file_type"),
    "a page": ("a.html", b"<html>", "file_type"),
    "a program": ("a.exe", b"MZ" + b"\0" * 200, "file_type"),
    "a program as a picture": ("a.png", b"MZ" + b"\0" * 200, "picture_broken"),
    "a program as a document": ("a.pdf", b"MZ" + b"\0" * 200, "file_type"),
    "a program as text": ("a.txt", b"MZ\x00\x01", "file_type"),
    "a page as a picture": ("a.jpg", b"<html><script>", "picture_broken"),
    "a picture of another kind": ("a.jpg", picture(), "file_type"),
    "half a picture": ("a.png", picture()[:60], "picture_broken"),
    "an archive": ("a.zip", zipped("x"), "file_type"),
    "an archive as a picture": ("a.png", zipped("x"), "picture_broken"),
    "a picture that unpacks to 400 million dots": ("a.png", large_picture(), "picture_too_large"),
    "nothing": ("a.txt", b"", "file_empty"),
    "no ending": ("a", b"x", "file_type"),
    "what the scanner knows": ("a.txt", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "file_refused"),
}


@pytest.mark.parametrize("name", list(GOOD))
async def test_files_that_may_be_sent(site: Site, page: Any, told: Told, name: str) -> None:
    content, kind = GOOD[name]
    widget = await page()
    await widget.start()
    for _ in range(2):
        sent = await widget.http("POST", "/files", params={"id": "file-0001", "name": name}, content=content)
        assert (sent.status_code, sent.json()) == (200, {"n": 1})
    file = (await told.next("sent_file")).file
    assert (file.name, file.media_type.startswith(kind)) == (name, True)
    answer = await widget.http("GET", f"/files/{file.id}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("inline" if name == "a.png" else "attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert len(told.of("sent_file")) == 1


@pytest.mark.parametrize("kind", list(BAD))
async def test_files_that_may_not(site: Site, page: Any, told: Told, tmp_path: Path, kind: str) -> None:
    name, content, code = BAD[kind]
    widget = await page()
    await widget.start()
    sent = await widget.http("POST", "/files", params={"id": "file-0001", "name": name}, content=content)
    assert (sent.status_code, sent.json()["code"]) == (409, code)
    assert told.of("sent_file") == []
    assert not files_below(tmp_path / "files")


async def test_names_lead_nowhere(site: Site, page: Any, told: Told, tmp_path: Path) -> None:
    widget = await page()
    await widget.start()
    for number, name in enumerate(
        ("../../etc/passwd.txt", "C:\\x\\y.txt", 'a"\r\nX: 1.txt', "..", "/.txt", "\u202etxt.exe.txt")
    ):
        named = {"id": f"file-000{number}", "name": name}
        sent = await widget.http("POST", "/files", params=named, content=b"x")
        assert sent.status_code in (200, 409)
    names = [message.file.name for message in told.of("sent_file")]
    assert names[:3] == ["passwd.txt", "y.txt", "a' X: 1.txt"]
    kept = {path for path in files_below(tmp_path) if "center.db" not in path.name}
    assert all((tmp_path / "files") in path.parents for path in kept)
    for odd in ("..%2f..%2fcenter.db", "x" * 500, "%00"):
        assert (await widget.http("GET", f"/files/{odd}")).status_code in (404, 409)


async def test_a_picture_keeps_nothing_but_the_picture(site: Site, page: Any, told: Told) -> None:
    out = io.BytesIO()
    made = Image.new("RGB", (80, 40), "red")
    exif = made.getexif()
    exif[0x0112] = 6  # to be shown turned
    exif[0x010E] = "at home, 31.2 N 121.5 E"
    made.save(out, "JPEG", exif=exif)
    widget = await page()
    await widget.start()
    dirty = out.getvalue() + b"<script>alert(1)</script>"
    sent = await widget.http("POST", "/files", params={"id": "file-0001", "name": "a.jpeg"}, content=dirty)
    assert sent.status_code == 200
    file = (await told.next("sent_file")).file
    assert (file.width, file.height) == (40, 80)
    kept = (await widget.http("GET", f"/files/{file.id}")).content
    assert b"at home" not in kept
    assert b"script" not in kept


async def test_files_have_their_size_and_a_conversation_its_sum(site: Site, page: Any) -> None:
    change(site, limits=ChatLimits(file_mb=1, conversation_mb=2, messages_a_minute=600))
    widget = await page()
    await widget.start()
    assert widget.welcome["file"] == 1_000_000
    half = b"%PDF-1.7\n" + b"x" * 900_000

    async def send(number: int, content: bytes) -> tuple[int, str]:
        named = {"id": f"file-000{number}", "name": "a.pdf"}
        answer = await widget.http("POST", "/files", params=named, content=content)
        return answer.status_code, answer.json().get("code", "")

    assert await send(1, half + b"x" * 200_000) == (413, "file_too_big")
    assert await send(2, half) == (200, "")
    assert await send(3, half) == (200, "")
    assert await send(4, half) == (413, "files_too_many")


# --- keeping what was said


async def test_the_transcript_is_escaped_and_mailed_when_there_is_a_mailer(site: Site, page: Any) -> None:
    widget = await page()
    assert widget.welcome["mail"] is True
    await widget.say("<script>alert(1)</script> 你好")
    await site.chats.post(widget.line.conversation, Author.AGENT, "1001", text="好的")
    text = (await widget.http("GET", "/transcript")).text
    assert "<script>alert(1)</script> 你好" in text
    html = await widget.http("GET", "/transcript", params={"form": "html"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 你好" in html.text
    assert html.headers["content-disposition"].startswith("attachment")
    mail = {"t": "mail", "address": "anna@bank.example"}
    await widget.tell(mail, "mail-0000001")
    await widget.tell(mail, "mail-0000001")
    mailer: Any = site.channel._mailer
    assert [address for address, _, _ in mailer.sent] == ["anna@bank.example"]
    for bad in ("anna", "@x.y", "a b@c.d", "a@b\r\nBcc: x@y.z", "a@b"):
        with pytest.raises(AssertionError, match="bad_address"):
            await widget.tell({"t": "mail", "address": bad})
