"""What the web chat's tests put into a site: a mailer, a scanner, the bank's key, other settings."""

from __future__ import annotations

from typing import Any

import msgspec
from joserfc.jwk import ECKey

from callcenter.domain.chat import Conversation
from tests.chat.server import ENTRY, Site

EC = ECKey.generate_key("P-256", {"kid": "k2"}, private=True)
"""The bank's key pair; the site knows the public half."""


class Mailer:
    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    async def send(self, address: str, conversation: Conversation, text: str, html: str) -> None:
        self.sent.append((address, text, html))


class Scanner:
    async def refuse(self, content: bytes, media_type: str, name: str) -> str:
        return "EICAR" if b"EICAR-STANDARD" in content else ""


def change(site: Site, **fields: Any) -> None:
    entry = msgspec.structs.replace(ENTRY, **fields)
    site.config = msgspec.structs.replace(site.config, chat_entries={"web": entry})
