"""A visitor of a running product's chat, without a browser: writes, chooses, and reads what is said to them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr

from callcenter.app.settings import Settings
from callcenter.app.wiring import Product, running
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.chat import Author, Conversation, Message, Visitor
from callcenter.domain.journal import JournalEntry
from callcenter.web.app import create_app
from tests.bot.small_model import REPOSITORY, small_model

TIMEOUT_S = 15.0


class Chatter:
    """One visitor in one conversation."""

    def __init__(self, product: Product, head: Conversation) -> None:
        self.product, self.head = product, head
        self._news = asyncio.Event()
        self._sent = 0

    @property
    def id(self) -> str:
        return self.head.id

    async def say(self, text: str) -> Message:
        self._sent += 1
        return await self.product.chats.visits.say(self.id, text, f"k{self._sent}")

    async def choose(self, title: str) -> None:
        asked = [m for m in await self.product.chats.history(self.id) if m.choices][-1]
        choice = next(one for one in asked.choices if one.text == title)
        self._sent += 1
        await self.product.chats.visits.choose(self.id, asked.number, choice.id, f"k{self._sent}")

    async def reads(self, part: str) -> Message:
        """Until the bot or an agent has said it since the visitor's last words."""
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                self._news.clear()
                history = await self.product.chats.history(self.id)
                mine = max((m.number for m in history if m.author is Author.VISITOR), default=0)
                for message in history:
                    if message.number > mine and message.author is not Author.VISITOR and part in message.text:
                        return message
                await self._news.wait()

    async def texts(self, author: Author = Author.BOT) -> list[str]:
        return [m.text for m in await self.product.chats.history(self.id) if m.author is author]


class House:
    """The product with its pages on a port, so that its demo bank can be asked."""

    def __init__(self, product: Product) -> None:
        self.product = product

    async def visitor(self, name: str = "v1", language: str = "zh", phone: str = "") -> Chatter:
        who = Visitor(id=name, phone=phone)
        chatter = Chatter(self.product, await self.product.chats.visits.begin("web", "web", who, language))
        await self.product.chats.subscribe(chatter.id, lambda _: chatter._news.set())
        return chatter

    async def ready(self, agent: str = "1001") -> None:
        await self.product.desk.submit(ev.AgentSignedIn(agent=agent, desk=""))
        await self.product.desk.submit(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))

    async def until(self, look: Any, what: str) -> Any:
        async with asyncio.timeout(TIMEOUT_S):
            async for _ in self.product.desk.changes():
                if found := look():
                    return found
        raise AssertionError(what)

    async def understands(self) -> None:
        """Until the assistant has its model."""
        await asyncio.wait_for(self.product.assistant.ready.wait(), TIMEOUT_S)

    def contact(self, chatter: Chatter) -> Any:
        return self.product.engine.center.state.contacts.get(chatter.id)

    async def journal(self) -> list[JournalEntry]:
        return [entry async for entry in self.product.storage.journal.read()]

    async def facts(self, kind: type[Any]) -> list[Any]:
        return [effect for entry in await self.journal() for effect in entry.effects if isinstance(effect, kind)]

    async def replays(self) -> None:
        assert list(replay(Center(), await self.journal())) == []

    async def taken(self, chatter: Chatter, agent: str = "1001") -> None:
        """The chat is offered, and the agent takes it."""
        await self.until(lambda: getattr(self.contact(chatter), "offered_agent", "") == agent, "offered")
        await self.product.desk.submit(ev.OfferAccepted(agent=agent, contact=chatter.id))


@asynccontextmanager
async def house(data: Path, port: int, **more: Any) -> AsyncIterator[House]:
    """A product on simulated telephony whose assistant has the small model."""
    settings = Settings(
        data=data,
        port=port,
        telephony="simulated",
        demo_password=SecretStr("demo-password-1"),
        **{"flows": REPOSITORY / "ivr_flows", "assistant": "embedded", "assistant_model": small_model(), **more},
    )
    async with running(settings, report=lambda line: None) as product:
        listener = socket.create_server(("127.0.0.1", port))  # whoever comes before the server is up waits a little
        config = uvicorn.Config(create_app(product.web), ws="websockets-sansio", log_level="warning")
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield House(product)
        finally:
            server.should_exit = True
            await serving
