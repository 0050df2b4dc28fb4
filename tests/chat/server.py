"""The web chat on a real HTTP server on loopback, without the rest of the product."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from callcenter.chat import Chats
from callcenter.chat.webchat.channel import WebChat
from callcenter.chat.webchat.files import FileRoom
from callcenter.chat.webchat.http import Doors
from callcenter.chat.webchat.keys import VisitorKeys
from callcenter.chat.webchat.tokens import SignedTokens
from callcenter.domain.config import CenterConfig, ChatEntry, ChatLimits, ChatTokenKey
from tests.chat.widget import ORIGIN

SECRET = "a-shared-secret-of-the-banks-own-site-1"
ENTRY = ChatEntry(
    "web",
    {"zh": "在线客服", "en": "Chat"},
    "queue:general",
    origins=(ORIGIN,),
    token_keys=(ChatTokenKey("k1", "SITE"),),
    limits=ChatLimits(messages_a_minute=600, address_messages_a_minute=100_000),
)


class Site:
    """A server with a web chat. ``config`` may be changed while it runs."""

    def __init__(self, chats: Chats, folder: Path, *, config: CenterConfig | None = None, **more: Any) -> None:
        self.chats = chats
        self.config = config or CenterConfig(chat_entries={"web": ENTRY})
        self.keys = VisitorKeys(b"k" * 32)
        secrets = {"SITE": SECRET, **more.pop("secrets", {})}
        tokens = SignedTokens(lambda: self.config.chat_entries, secrets, self.keys)
        self.channel = WebChat(chats, lambda: self.config, self.keys, tokens, more.pop("mailer", None))
        self.files = FileRoom(folder / "files", chats.store, chats.clock, more.pop("scanner", None))
        self.doors = Doors(self.channel, self.files)
        self.base = ""


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[Site]:
    """The site, reachable at ``site.base``."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(1_000)
        port = bound.getsockname()[1]
        config = uvicorn.Config(
            Starlette(routes=[Mount("/chat", routes=site.doors.routes())]),
            ws="websockets-sansio",
            ws_max_size=2_000_000,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[method-assign,attr-defined]
        task = asyncio.create_task(server.serve(sockets=[bound]))
        site.base = f"http://127.0.0.1:{port}"
        try:
            yield site
        finally:
            server.should_exit = True
            await task
