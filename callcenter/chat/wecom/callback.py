"""Callbacks: believed when signed, of now, and not heard before. They say only that there is something to fetch."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from callcenter.chat.wecom.crypto import BadCallback, CallbackCipher

STALE_MS = 300_000
"""How far from now a callback's timestamp may be; WeCom gives up repeating one after seconds."""
_SEALED = re.compile(r"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?\s*</Encrypt>")


class Told(Struct, frozen=True):
    """There are messages of a customer service account (``kfid``); ``token`` lets them be fetched without limit."""

    kfid: str
    token: str


class Callbacks:
    """Judges what comes in. No XML parser is let near a stranger's text: four flat fields need none."""

    def __init__(self, cipher: CallbackCipher) -> None:
        self._cipher = cipher
        self._heard: dict[str, int] = {}

    def echo(self, query: Mapping[str, str], now_ms: int) -> str:
        """The answer to the console's question whether the address is ours. Raises :class:`BadCallback`."""
        return self._open(query, query.get("echostr", ""), now_ms)

    def told(self, query: Mapping[str, str], body: bytes, now_ms: int) -> Told | None:
        """What a callback tells; None: something else than messages. Raises :class:`BadCallback`."""
        found = _SEALED.search(body.decode("utf-8", "replace"))
        if found is None:
            raise BadCallback("malformed", "no <Encrypt> inside")
        plain = self._open(query, found[1], now_ms)
        self._once(query["msg_signature"], now_ms)
        if _field(plain, "Event") != "kf_msg_or_event":
            return None
        return Told(_field(plain, "OpenKfId"), _field(plain, "Token"))

    def _open(self, query: Mapping[str, str], sealed: str, now_ms: int) -> str:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        plain = self._cipher.open(query.get("msg_signature", ""), timestamp, nonce, sealed)
        if not timestamp.isascii() or not timestamp.isdigit() or abs(now_ms - int(timestamp) * 1_000) > STALE_MS:
            raise BadCallback(
                "stale", "the timestamp is more than five minutes from now: is this machine's clock right?"
            )
        return plain

    def _once(self, signature: str, now_ms: int) -> None:
        self._heard = {one: until for one, until in self._heard.items() if until > now_ms}
        if signature in self._heard:
            raise BadCallback("replayed", "the same callback came before")
        self._heard[signature] = now_ms + 2 * STALE_MS


def _field(xml: str, name: str) -> str:
    found = re.search(rf"<{name}>\s*(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))\s*</{name}>", xml, re.DOTALL)
    return (found[1] or found[2] or "").strip() if found is not None else ""
