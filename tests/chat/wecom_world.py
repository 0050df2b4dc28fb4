"""The product's side beside the double, and a customer with a phone as the contract suite wants one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from callcenter.chat import Chats
from callcenter.chat.undelivered import undelivered_text
from callcenter.chat.webchat.files import FileRoom
from callcenter.chat.wecom.callback import Callbacks
from callcenter.chat.wecom.channel import WeComChat
from callcenter.chat.wecom.client import WeComClient
from callcenter.chat.wecom.crypto import CallbackCipher
from callcenter.chat.wecom.http import CallbackDoor
from callcenter.chat.wecom.words import RATINGS, WORDS
from callcenter.domain.chat import Author
from callcenter.domain.config import CenterConfig, ChatEntry
from callcenter.domain.ports import ChatStore, Clock
from callcenter.telephony.ids import new_contact_id
from tests.chat.told import Told
from tests.chat.wecom_double import CORP, KEY, KF, SECRET, TOKEN, Double, Phone
from tests.chat.world import picture

ENTRY = ChatEntry("web", {"zh": "微信客服"}, "queue:general")


class WeComParty:
    def __init__(self, world: WeComWorld, phone: Phone) -> None:
        self.world, self.phone = world, phone
        self.over = True

    async def begin(self) -> None:
        greeted = await self.phone.enter()
        if not greeted and self.over:
            await self.phone.write("你好")
        self.over = False
        await self.world.channel.pulled()

    async def say(self, text: str, times: int = 1) -> int:
        await self.world.channel.sent()  # they read what is there before they answer
        await self.phone.write(text, times)
        return await self._number()

    async def choose(self, text: str) -> int:
        await self.phone.click(text)
        return await self._number()

    async def send_picture(self, name: str) -> int:
        await self.phone.send_file(name, picture())
        return await self._number()

    async def _number(self) -> int:
        await self.world.channel.pulled()
        return int(self.world.told.of("said", "chose", "sent_file")[-1].number)

    async def type(self, on: bool) -> None:
        """WeChat does not tell."""

    async def read(self) -> None:
        """WeChat does not tell."""

    async def go(self) -> None:
        """What comes waits on the phone."""

    async def come_back(self) -> None:
        await self.phone.enter()
        await self.world.channel.pulled()

    async def end(self) -> None:
        await self.phone.over()
        self.over = True
        await self.world.channel.pulled()

    async def rate(self, score: int, comment: str) -> None:
        await self.phone.click(RATINGS["zh"][score - 1])
        await self.world.channel.pulled()

    def texts(self) -> list[str]:
        return self.phone.texts()

    async def sees(self, what: str, value: Any = True) -> None:
        def shown() -> bool:
            texts = self.phone.texts()
            ended = any(one in WORDS["zh"].values() for one in texts)
            surveyed = list(reversed(RATINGS["zh"])) in self.phone.menus()
            return {
                "text": value in texts,
                "choices": value in self.phone.menus(),
                "closed": ended,
                "survey": surveyed == value,
            }[what]

        await self.phone.until(shown, f"seen: {what} {value}")


class WeComWorld:
    def __init__(self, store: ChatStore, clock: Clock, told: Told, folder: Path) -> None:
        self.store, self.clock, self.told, self.folder = store, clock, told, folder
        self.double = Double(clock.now_ms)
        self.config = CenterConfig(chat_entries={"web": ENTRY})
        self.chats: Chats
        self.channel: WeComChat
        self.client: WeComClient
        self.files: FileRoom

    def party(self, name: str = "v") -> WeComParty:
        return WeComParty(self, self.double.phone(f"wm-{name}"))

    async def long_enough_to_have_left(self) -> None:
        """Nobody is told."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[WeComWorld]:
        """One life of the product; a second one is a restart."""
        self.chats = Chats(self.store, self.clock, new_contact_id)
        self.chats.listener = self.told
        self.client = WeComClient(CORP, SECRET, self.clock, transport=self.double.transport)
        self.files = FileRoom(self.folder / "files", self.store, self.clock)
        self.channel = WeComChat(
            self.chats, lambda: self.config, self.client, self.files, {KF: "web"}, self.folder / "wecom"
        )
        door = CallbackDoor(self.channel, Callbacks(CallbackCipher(CORP, TOKEN, KEY)))
        app = Starlette(routes=[Mount("/chat", routes=door.routes())])
        await self.chats.start([self.channel])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://cc") as client_of_wecom:
            self.double.callback = client_of_wecom
            try:
                yield self
            finally:
                self.double.callback = None
                await self.chats.stop()
                self.files.close()


async def writes(world: WeComWorld, text: str = "你好", user: str = "wm-a") -> tuple[Phone, str]:
    """A customer writes; the conversation it is in."""
    phone = world.double.phone(user)
    await phone.write(text)
    await world.channel.pulled()
    return phone, world.told.of("said")[-1].conversation


async def says(world: WeComWorld, talk: str, *texts: str) -> None:
    for text in texts:
        await world.chats.post(talk, Author.AGENT, "1001", text=text)
    await world.channel.sent()


async def notices(world: WeComWorld, talk: str) -> list[str]:
    """What the agent reads."""
    told = [what for kind, of, what in world.told.all if (kind, of) == ("undelivered", talk)]
    return [undelivered_text(message, code, "zh") for message, code in told]
