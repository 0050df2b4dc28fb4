"""The contract suite on every channel: a widget over WebSockets, one over long polls, the simulated channel, WeCom."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from callcenter.app.clock import SystemClock
from callcenter.chat import Chats
from callcenter.chat.simulated import SimulatedChannel, SimulatedVisitor
from callcenter.chat.webchat import channel as web_channel
from callcenter.chat.webchat.files import FileRoom
from callcenter.domain.chat import Author, Visitor
from callcenter.domain.config import ChatLimits
from callcenter.storage import Storage
from callcenter.telephony.ids import new_contact_id
from callcenter.telephony.simulated.clock import VirtualClock
from tests.chat.conftest import StandingClock
from tests.chat.contract import ChannelContract
from tests.chat.server import Site, served
from tests.chat.told import Told
from tests.chat.wecom_world import WeComWorld
from tests.chat.widget import PollWidget, SocketWidget, Widget
from tests.chat.world import World, picture

AWAY_MS = 300


class WidgetParty:
    def __init__(self, kind: type[Widget], base: str) -> None:
        self.kind, self.base = kind, base
        self.page: Widget | None = None
        self.key = ""

    @property
    def widget(self) -> Widget:
        assert self.page
        return self.page

    async def begin(self) -> None:
        await self.come_back()
        await self.widget.start()

    async def say(self, text: str, times: int = 1) -> int:
        if times == 1:
            return await self.widget.say(text)
        id = self.widget.post({"t": "say", "text": text})
        for _ in range(times - 1):
            # the line falls with the message or its answer under way, and it is sent again
            self.widget.do(self.widget.line.lost(self.widget.line.attempt, self.widget.now()))
            await self.widget.until(lambda: self.widget.line.phase == "up", "up again")
        await self.widget.until(lambda: id in self.widget.sent, "answered")
        frame = {"t": "say", "text": text, "conversation": self.widget.line.conversation, "again": True}
        return await self.widget.tell(frame, id)

    async def choose(self, text: str) -> int:
        for shown in reversed(self.widget.messages):
            for choice in shown.get("choices", ()):
                if choice["text"] == text:
                    return await self.widget.tell({"t": "choose", "number": shown["n"], "choice": choice["id"]})
        raise AssertionError(f"no {text} on offer")

    async def send_picture(self, name: str) -> int:
        answer = await self.widget.http(
            "POST", "/files", params={"id": "picture-0001", "name": name}, content=picture()
        )
        assert answer.status_code == 200, answer.text
        return int(answer.json()["n"])

    async def type(self, on: bool) -> None:
        self.widget.whisper({"t": "typing", "on": on})

    async def read(self) -> None:
        self.widget.do(self.widget.line.read(self.widget.line.last))

    async def go(self) -> None:
        self.key = self.widget.key
        await self.widget.leave()
        self.page = None

    async def come_back(self) -> None:
        if self.page is None:
            self.page = await self.kind(self.base, key=self.key).open()

    async def end(self) -> None:
        await self.widget.tell({"t": "leave"})

    async def rate(self, score: int, comment: str) -> None:
        await self.widget.tell({"t": "rate", "score": score, "comment": comment})

    def texts(self) -> list[str]:
        return self.widget.texts()

    async def sees(self, what: str, value: Any = True) -> None:
        def shown() -> Any:
            state = self.widget.state
            return {
                "text": value in self.texts(),
                "choices": any([c["text"] for c in m.get("choices", ())] == value for m in self.widget.messages),
                "typing": self.widget.typing == value,
                "ahead": state.get("ahead", -1) == (-1 if value is None else value),
                "read": state.get("read", 0) == value,
                "closed": state.get("open") is False,
                "survey": state.get("survey", False) == value,
            }[what]

        await self.widget.until(shown, f"seen: {what} {value}")


class WebWorld:
    def __init__(self, site: Site, told: Told, kind: type[Widget]) -> None:
        self.chats, self.told, self.site, self.kind = site.chats, told, site, kind
        self.parties: list[WidgetParty] = []

    def party(self, name: str = "v") -> WidgetParty:
        self.parties.append(WidgetParty(self.kind, self.site.base))
        return self.parties[-1]

    async def long_enough_to_have_left(self) -> None:
        """Real time: the told event is waited for by who asks."""


class SimulatedParty:
    def __init__(self, visitor: SimulatedVisitor, clock: VirtualClock, files: FileRoom) -> None:
        self.visitor, self.clock, self.files = visitor, clock, files

    async def begin(self) -> None:
        await self.visitor.begin()

    async def say(self, text: str, times: int = 1) -> int:
        return (await self.visitor.say(text, times)).number

    async def choose(self, text: str) -> int:
        return (await self.visitor.choose(text)).number

    async def send_picture(self, name: str) -> int:
        talk = self.visitor.conversation
        file = await self.files.keep(picture(), name, talk, Author.VISITOR, ChatLimits())
        return (await self.visitor.send_file(file)).number

    async def type(self, on: bool) -> None:
        self.visitor.type(on)

    async def read(self) -> None:
        await self.visitor.read()

    async def go(self) -> None:
        self.visitor.go()

    async def come_back(self) -> None:
        await self.visitor.come_back()

    async def end(self) -> None:
        await self.visitor.end()

    async def rate(self, score: int, comment: str) -> None:
        await self.visitor.rate(score, comment)

    def texts(self) -> list[str]:
        return [message.text for message in self.visitor.screen.messages]

    async def sees(self, what: str, value: Any = True) -> None:
        def shown(screen: Any) -> Any:
            return {
                "text": value in self.texts(),
                "choices": any([c.text for c in m.choices] == value for m in screen.messages),
                "typing": screen.typing == value,
                "ahead": (None if screen.position is None else screen.position.ahead) == value,
                "read": screen.read == value,
                "closed": screen.closed,
                "survey": screen.survey == value,
            }[what]

        await asyncio.wait_for(self.visitor.until(shown), 10)


class SimulatedWorld:
    def __init__(
        self, chats: Chats, told: Told, channel: SimulatedChannel, clock: VirtualClock, files: FileRoom
    ) -> None:
        self.chats, self.told, self.channel, self.clock, self.files = chats, told, channel, clock, files
        self._ids = itertools.count(1)

    def party(self, name: str = "v") -> SimulatedParty:
        return SimulatedParty(self.channel.visitor(Visitor(f"{name}-{next(self._ids)}")), self.clock, self.files)

    async def long_enough_to_have_left(self) -> None:
        """Who goes has left at once."""


@pytest.fixture(params=["websocket", "long poll", "simulated", "wecom"])
async def world(
    request: pytest.FixtureRequest,
    storage: Storage,
    told: Told,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: StandingClock,
) -> AsyncIterator[World]:
    if request.param == "wecom":
        async with WeComWorld(storage.chats, clock, told, tmp_path).running() as running:
            yield running
        return
    if request.param == "simulated":
        virtual = VirtualClock()
        chats = Chats(storage.chats, virtual, new_contact_id)
        channel = SimulatedChannel(chats)
        files = FileRoom(tmp_path / "files", storage.chats, virtual)
        chats.listener = told
        await chats.start([channel])
        yield SimulatedWorld(chats, told, channel, virtual, files)
        await chats.stop()
        files.close()
        return
    monkeypatch.setattr(web_channel, "AWAY_MS", AWAY_MS)
    monkeypatch.setattr(web_channel, "TICK_MS", 50)
    chats = Chats(storage.chats, SystemClock(), new_contact_id)
    chats.listener = told
    site = Site(chats, tmp_path)
    await chats.start([site.channel])
    async with served(site):
        made = WebWorld(site, told, SocketWidget if request.param == "websocket" else PollWidget)
        yield made
        for party in made.parties:
            if party.page is not None:
                await party.page.leave()
        await chats.stop()
    site.files.close()


class TestContract(ChannelContract):
    """Each test on each channel."""
