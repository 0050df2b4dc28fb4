"""WeCom customer service as its public API pages describe it, in memory and in the test's time: server and phones.

An answer that is lost after the work was done is sent again under the same ``msgid``; that WeCom shows it once then is
what its pages suggest, and the one thing here that they do not say.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx

from callcenter.chat.wecom.crypto import CallbackCipher

CORP, SECRET, TOKEN, KEY = (
    "ww1234567890abcdef",
    "kf-secret",
    "callback-token",
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
KF = "wkAccount1"
HOURS_MS = 3_600_000
TOKEN_MS = 7_200_000
MESSAGE_ID = re.compile(r"[0-9a-zA-Z_-]{1,32}")
MOVES = {0: {1, 2, 3, 4}, 1: {2, 3, 4}, 2: {3, 4}, 3: {3, 4}, 4: set()}


class Refused(Exception):
    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Phone:
    """One customer's WeChat: what they did, and what is on the screen."""

    def __init__(self, double: Double, user: str) -> None:
        self.double, self.user = double, user
        self.screen: list[tuple[str, Any]] = []
        self.changed = asyncio.Event()
        self.state = 4
        self.wrote_ms: int | None = None
        self.greeted_ms: int | None = None
        self.got = 0

    def show(self, kind: str, body: Any) -> None:
        self.screen.append((kind, body))
        self.changed.set()

    async def enter(self) -> bool:
        """Open the chat; whether a welcome code was issued."""
        now = self.double.now_ms()
        free = all(at is None or now - at >= 48 * HOURS_MS for at in (self.wrote_ms, self.greeted_ms))
        event: dict[str, Any] = {"event_type": "enter_session", "scene": "123"}
        if free:
            event["welcome_code"] = self.double.new_code(self, "welcome", 20_000)
        await self.double.event(self, event)
        return free

    async def write(self, text: str, times: int = 1, menu: str = "") -> None:
        body = {"content": text, **({"menu_id": menu} if menu else {})}
        self.show("mine", text)
        await self._send("text", body, times)

    async def send_file(self, name: str, content: bytes, kind: str = "file") -> None:
        media = self.double.keep_media(name, content)
        await self._send(kind, {"media_id": media})

    async def send_other(self, kind: str, body: dict[str, Any]) -> None:
        await self._send(kind, body)

    async def click(self, text: str) -> None:
        for kind, body in reversed(self.screen):
            for item in body["list"] if kind == "msgmenu" else ():
                if item["click"]["content"] == text:
                    await self.write(text, menu=item["click"]["id"])
                    return
        raise AssertionError(f"no {text} on the screen")

    async def over(self) -> None:
        """Somebody in WeCom itself ends the session."""
        self.state = 4
        code = self.double.new_code(self, "end", 20_000)
        await self.double.event(self, {"event_type": "session_status_change", "change_type": 3, "msg_code": code})

    async def _send(self, kind: str, body: dict[str, Any], times: int = 1) -> None:
        self.wrote_ms, self.got = self.double.now_ms(), 0
        if self.state == 4:
            self.state = 0
        raw = {"external_userid": self.user, "open_kfid": KF, "origin": 3, "msgtype": kind, kind: body}
        await self.double.add(raw, times)

    def texts(self) -> list[str]:
        found = []
        for kind, body in self.screen:
            if kind == "mine":
                found.append(body)
            elif kind in ("text", "msgmenu"):
                found.append(body["content"] if kind == "text" else body["head_content"])
        return found

    def menus(self) -> list[list[str]]:
        return [[one["click"]["content"] for one in body["list"]] for kind, body in self.screen if kind == "msgmenu"]

    async def until(self, shown: Callable[[], Any], what: str) -> None:
        async def look() -> None:
            while not shown():
                self.changed.clear()
                await self.changed.wait()

        try:
            await asyncio.wait_for(look(), 10)
        except TimeoutError:
            raise AssertionError(f"not {what}: {self.screen}") from None


class Double:
    """``faults``: (path, fault) for the next call of that path; a fault is an error code, an HTTP status, or ``lost``.

    ``calls`` are the paths in order. ``callback`` is where callbacks go: the app under test.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self.now_ms = now_ms
        self.cipher = CallbackCipher(CORP, TOKEN, KEY)
        self.phones: dict[str, Phone] = {}
        self.log: list[dict[str, Any]] = []
        self.page = 1_000
        self.empty_pages = 0
        self.calls: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.faults: list[tuple[str, int | str]] = []
        self.tokens: dict[str, int] = {}
        self.sync_tokens: dict[str, int] = {}
        self.codes: dict[str, tuple[Phone, str, int]] = {}
        self.media: dict[str, tuple[str, bytes]] = {}
        self.shown: set[str] = set()
        self.callback: httpx.AsyncClient | None = None
        self._ids = itertools.count(1)
        self.transport = httpx.MockTransport(self._answer)

    # --- what tests do

    def phone(self, user: str) -> Phone:
        return self.phones.setdefault(user, Phone(self, user))

    def revoke(self) -> None:
        self.tokens.clear()

    def new_code(self, phone: Phone, kind: str, life_ms: int) -> str:
        code = f"code{next(self._ids)}"
        self.codes[code] = (phone, kind, self.now_ms() + life_ms)
        return code

    def keep_media(self, name: str, content: bytes) -> str:
        id = f"media{next(self._ids)}"
        self.media[id] = (name, content)
        return id

    async def event(self, phone: Phone, event: dict[str, Any]) -> None:
        who = {"open_kfid": KF, "external_userid": phone.user}
        await self.add({"origin": 4, "msgtype": "event", "event": {**event, **who}})

    async def add(self, raw: dict[str, Any], times: int = 1) -> None:
        raw = {"msgid": f"in{next(self._ids)}", "send_time": self.now_ms() // 1_000, **raw}
        self.log += [raw] * times
        await self.tell()

    def sealed(self, xml: str, **changed: str) -> tuple[dict[str, str], str]:
        """Query and body of a callback."""
        sealed = changed.pop("sealed", "") or self.cipher.seal(xml)
        query = {"timestamp": str(self.now_ms() // 1_000), "nonce": f"n{next(self._ids)}", **changed}
        query.setdefault("msg_signature", self.cipher.signature(query["timestamp"], query["nonce"], sealed))
        return query, f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"

    def notice(self) -> str:
        token = f"sync{next(self._ids)}"
        self.sync_tokens[token] = self.now_ms() + 600_000
        fields = {"ToUserName": CORP, "MsgType": "event", "Event": "kf_msg_or_event", "Token": token, "OpenKfId": KF}
        inside = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
        return f"<xml>{inside}<CreateTime>{self.now_ms() // 1_000}</CreateTime></xml>"

    async def tell(self) -> None:
        if self.callback is None:
            return
        query, body = self.sealed(self.notice())
        answer = await self.callback.post("/chat/wecom", params=query, content=body)
        assert answer.status_code == 200, answer.text

    # --- the server

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/cgi-bin/")
        self.calls.append(path)
        fault = self._fault(path)
        if isinstance(fault, int) and 400 <= fault < 600:
            return httpx.Response(fault)
        try:
            if isinstance(fault, int):
                raise Refused(fault, "as the test wants it")
            answer = self._called(path, request)
        except Refused as refused:
            answer = httpx.Response(200, json={"errcode": refused.code, "errmsg": str(refused)})
        if fault == "lost":
            raise httpx.ReadTimeout("the answer is lost", request=request)
        return answer

    def _fault(self, path: str) -> int | str | None:
        for index, (of, fault) in enumerate(self.faults):
            if of == path:
                del self.faults[index]
                return fault
        return None

    def _called(self, path: str, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        if path == "gettoken":
            if (query.get("corpid"), query.get("corpsecret")) != (CORP, SECRET):
                raise Refused(40001, "invalid credential")
            token = f"access{next(self._ids)}"
            self.tokens[token] = self.now_ms() + TOKEN_MS
            return _ok(access_token=token, expires_in=TOKEN_MS // 1_000)
        until = self.tokens.get(query.get("access_token", ""))
        if until is None:
            raise Refused(40014, "invalid access_token")
        if self.now_ms() >= until:
            raise Refused(42001, "access_token expired")
        if path == "media/upload":
            return _ok(media_id=self.keep_media(*_uploaded(request)), type=query["type"])
        if path == "media/get":
            return self._media(query["media_id"])
        body = json.loads(request.content)
        self.bodies.append(body)
        return {
            "kf/sync_msg": self._sync,
            "kf/send_msg": self._send,
            "kf/send_msg_on_event": self._on_event,
            "kf/service_state/trans": self._move,
        }[path](body)

    def _media(self, id: str) -> httpx.Response:
        if id not in self.media:
            raise Refused(40007, "invalid media_id")
        name, content = self.media[id]
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"} if name else {}
        return httpx.Response(200, content=content, headers={"Content-Type": "application/octet-stream", **named})

    def _sync(self, body: dict[str, Any]) -> httpx.Response:
        token = body.get("token")
        if token is not None and self.sync_tokens.get(token, 0) <= self.now_ms():
            raise Refused(95007, "invalid msg token")
        assert body["open_kfid"] == KF
        start = int(body.get("cursor", "c0").removeprefix("c").split("e")[0])
        if self.empty_pages:
            self.empty_pages -= 1
            return _ok(next_cursor=f"c{start}e{self.empty_pages}", has_more=1, msg_list=[])
        found = self.log[start : start + min(self.page, body["limit"])]
        end = start + len(found)
        return _ok(next_cursor=f"c{end}", has_more=int(end < len(self.log)), msg_list=found)

    def _send(self, body: dict[str, Any]) -> httpx.Response:
        phone = self.phones[body["touser"]]
        assert body["open_kfid"] == KF
        _fit(body)
        if body["msgid"] in self.shown:
            return _ok(msgid=body["msgid"])
        if phone.state not in (0, 1):
            raise Refused(95018, "send msg session status invalid")
        if phone.wrote_ms is None or self.now_ms() - phone.wrote_ms >= 48 * HOURS_MS:
            raise Refused(95002, "send msg time limit")
        if phone.got >= 5:
            raise Refused(95001, "send msg count limit")
        phone.got += 1
        return self._show(phone, body)

    def _on_event(self, body: dict[str, Any]) -> httpx.Response:
        phone, kind, until = self.codes.pop(body["code"], (None, "", 0))
        if phone is None or self.now_ms() >= until:
            raise Refused(40058, "invalid code")
        assert body["msgtype"] in ("text", "msgmenu")
        _fit(body)
        if kind == "welcome":
            phone.greeted_ms = self.now_ms()
        return self._show(phone, body)

    def _show(self, phone: Phone, body: dict[str, Any]) -> httpx.Response:
        self.shown.add(body["msgid"])
        phone.show(body["msgtype"], body[body["msgtype"]])
        return _ok(msgid=body["msgid"])

    def _move(self, body: dict[str, Any]) -> httpx.Response:
        phone = self.phones[body["external_userid"]]
        if body["service_state"] not in MOVES[phone.state]:
            raise Refused(95016, "not allowed state transition")
        phone.state = body["service_state"]
        return _ok(**({"msg_code": self.new_code(phone, "end", 20_000)} if phone.state == 4 else {}))


def _ok(**more: Any) -> httpx.Response:
    return httpx.Response(200, json={"errcode": 0, "errmsg": "ok", **more})


def _fit(body: dict[str, Any]) -> None:
    """The limits of the API pages."""
    assert MESSAGE_ID.fullmatch(body["msgid"])
    said = body[body["msgtype"]]
    if body["msgtype"] == "text":
        assert 0 < len(said["content"].encode()) <= 2_048
    elif body["msgtype"] == "msgmenu":
        if len(said["list"]) > 10:
            raise Refused(95008, "too many menu items")
        assert len(said["head_content"].encode()) <= 1_024
        for item in said["list"]:
            assert item["type"] == "click"
            assert 1 <= len(item["click"]["id"].encode()) <= 64
            assert 1 <= len(item["click"]["content"].encode()) <= 128


def _uploaded(request: httpx.Request) -> tuple[str, bytes]:
    head, _, rest = request.content.partition(b"\r\n\r\n")
    boundary = head.split(b"\r\n")[0]
    name = re.search(rb'filename="([^"]*)"', head)
    return (name[1].decode() if name else ""), rest.rpartition(b"\r\n" + boundary)[0]
