"""A visitor without a browser: writes, chooses, leaves, comes back, and sees what a widget would show."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from callcenter.chat.service import Chats
from callcenter.domain.chat import Author, Message, Position, StoredFile, Visitor
from callcenter.domain.errors import Rejected


@dataclass
class Screen:
    """What the visitor sees."""

    messages: list[Message] = field(default_factory=list)
    typing: bool = False
    position: Position | None = None
    read: int = 0
    closed: bool = False
    survey: bool = False


class SimulatedVisitor:
    """Made by :meth:`callcenter.chat.simulated.channel.SimulatedChannel.visitor`."""

    def __init__(self, chats: Chats, channel: str, who: Visitor, entry: str, language: str, page: str) -> None:
        self.who = who
        self.conversation = ""
        self.here = False
        self.screen = Screen()
        self._chats, self._visits = chats, chats.visits
        self._channel, self._entry, self._language, self._page = channel, entry, language, page
        self._keys = (f"{who.id}-{number}" for number in itertools.count(1))
        self._changed = asyncio.Event()

    # --- what they do

    async def begin(self) -> None:
        """Open the chat; a conversation that is open goes on."""
        begun = await self._visits.begin(self._channel, self._entry, self.who, self._language, self._page)
        if begun.id != self.conversation:
            self.conversation, self.screen = begun.id, Screen()
        await self.come_back()

    async def say(self, text: str, times: int = 1) -> Message:
        """Write. ``times``: the line is so bad that it arrives that often."""
        key = next(self._keys)
        message = await self._visits.say(self.conversation, text, key)
        for _ in range(times - 1):
            await self._visits.say(self.conversation, text, key)
        self.get(message)
        return message

    async def choose(self, text: str) -> Message:
        """Choose an answer of the newest question by what it says. Raises ``Rejected("unknown_choice")``."""
        for question in reversed(self.screen.messages):
            for choice in question.choices:
                if choice.text == text:
                    message = await self._visits.choose(self.conversation, question.number, choice.id, next(self._keys))
                    self.get(message)
                    return message
        raise Rejected("unknown_choice")

    async def send_file(self, file: StoredFile) -> Message:
        """Send a file that is in its place."""
        message = await self._visits.send_file(self.conversation, file, next(self._keys))
        self.get(message)
        return message

    def type(self, on: bool) -> None:
        """Begin to type, or stop."""
        self._visits.typing(self.conversation, on)

    async def read(self) -> None:
        """Look at everything there is."""
        if self.screen.messages:
            await self._visits.read(self.conversation, self.screen.messages[-1].number)

    def go(self) -> None:
        """Close the page."""
        self.here = False
        self._visits.present(self.conversation, False)

    async def come_back(self) -> None:
        """Open it again; what was said meanwhile is there."""
        self.here = True
        self._visits.present(self.conversation, True)
        last = self.screen.messages[-1].number if self.screen.messages else 0
        for message in await self._chats.history(self.conversation, last):
            self.get(message)
        kept = await self._chats.conversation(self.conversation)
        if kept is not None and kept.closed_ms is not None:
            self.see(closed=True, survey=kept.survey)

    async def end(self) -> None:
        """End the conversation."""
        closed = await self._visits.close(self.conversation)
        self.see(closed=True, survey=closed.survey)

    async def rate(self, score: int, comment: str = "") -> None:
        """Say how it was."""
        await self._visits.rate(self.conversation, score, comment)

    # --- what they see

    def get(self, message: Message) -> None:
        """A message arrives: shown in the order of numbers, and once."""
        if not self.here or any(shown.number == message.number for shown in self.screen.messages):
            return
        self.screen.messages.append(message)
        self.screen.messages.sort(key=lambda shown: shown.number)
        if message.author is not Author.VISITOR:
            self.screen.typing = False
        self._changed.set()

    def see(self, **changes: Any) -> None:
        """Something else changes on the screen."""
        for name, value in changes.items():
            setattr(self.screen, name, value)
        self._changed.set()

    async def until(self, condition: Callable[[Screen], Any]) -> Any:
        """Wait until the screen shows it; returns the condition's value."""
        while not (value := condition(self.screen)):
            self._changed.clear()
            await self._changed.wait()
        return value
