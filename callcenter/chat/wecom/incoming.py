"""What ``kf/sync_msg`` brings, as values of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

CUSTOMER = 3
"""``origin`` of what the customer sent; 4 is WeCom itself, 5 a servicer in WeCom's own client."""
_MEDIA = {"image": "图片", "file": "文件", "voice": "语音", "video": "视频"}
_OTHERS = {"location": "位置", "link": "链接", "business_card": "名片", "miniprogram": "小程序"}
SESSION_ENDED = 3


class Incoming(Struct, frozen=True):
    """What every message has: WeCom's id of it, the account, the customer, when it was sent (ms)."""

    id: str
    kfid: str
    user: str
    at_ms: int


class Said(Incoming, frozen=True):
    """A text; ``menu`` is the id of the menu's answer it is, empty when it was typed."""

    text: str
    menu: str = ""


class SentMedia(Incoming, frozen=True):
    """A picture, file, voice or video to be fetched; ``kind`` is WeCom's word, ``said`` what it is called."""

    kind: str
    media: str

    @property
    def said(self) -> str:
        """How it is named in words."""
        return f"[{_MEDIA[self.kind]}]"


class Entered(Incoming, frozen=True):
    """The customer opened the chat; ``code`` is there when a welcome may be sent."""

    code: str = ""


class Undelivered(Incoming, frozen=True):
    """Our message ``message`` did not arrive; ``why`` is WeCom's ``fail_type``."""

    message: str
    why: int


class Ended(Incoming, frozen=True):
    """WeCom's session was ended over there; ``code`` lets a last word be said."""

    code: str = ""


def incoming_of(raw: Mapping[str, Any]) -> Incoming | None:
    """One entry of ``msg_list``; None: nothing that concerns us, such as what a servicer wrote."""
    if raw.get("msgtype") == "event":
        return _event(raw)
    if raw.get("origin") != CUSTOMER:
        return None
    kind = str(raw.get("msgtype", ""))
    more = _map(raw.get(kind))
    base = _base(raw, raw)
    if kind == "text":
        return Said(*base, text=str(more.get("content", "")), menu=str(more.get("menu_id", "")))
    if kind in _MEDIA:
        return SentMedia(*base, kind=kind, media=str(more.get("media_id", "")))
    parts = (more.get(name) for name in ("name", "title", "address", "desc", "url"))
    words = " ".join(str(part) for part in parts if part)
    return Said(*base, text=f"[{_OTHERS.get(kind, kind)}] {words}".strip())


def _event(raw: Mapping[str, Any]) -> Incoming | None:
    event = _map(raw.get("event"))
    base = _base(raw, event)
    match event.get("event_type"):
        case "enter_session":
            return Entered(*base, code=str(event.get("welcome_code", "")))
        case "msg_send_fail":
            return Undelivered(*base, message=str(event.get("fail_msgid", "")), why=int(event.get("fail_type", 0)))
        case "session_status_change" if event.get("change_type") == SESSION_ENDED:
            return Ended(*base, code=str(event.get("msg_code", "")))
        case _:
            return None


def _base(raw: Mapping[str, Any], who: Mapping[str, Any]) -> tuple[str, str, str, int]:
    at_ms = int(raw.get("send_time", 0)) * 1_000
    return str(raw.get("msgid", "")), str(who.get("open_kfid", "")), str(who.get("external_userid", "")), at_ms


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
