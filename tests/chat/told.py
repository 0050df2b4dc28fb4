"""A listener that writes down what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from callcenter.domain.chat import Conversation, LeftMessage, Message


class Told:
    """Fills ``ChatListener``. ``all`` is everything in order: what it was, of which conversation, and the rest."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str, Any]] = []
        self._news = asyncio.Event()

    def kinds(self, conversation: str = "") -> list[str]:
        return [kind for kind, of, _ in self.all if not conversation or of == conversation]

    def of(self, *kinds: str) -> list[Any]:
        return [what for kind, _, what in self.all if kind in kinds]

    async def until(self, condition: Callable[[], Any], timeout_s: float = 10) -> Any:
        """The condition's value once it is true; looked at whenever something is told."""

        async def look() -> Any:
            while not (value := condition()):
                self._news.clear()
                await self._news.wait()
            return value

        try:
            return await asyncio.wait_for(look(), timeout_s)
        except TimeoutError:
            raise AssertionError(f"told only {self.all}") from None

    async def next(self, kind: str, count: int = 1) -> Any:
        """The ``count``-th of a kind."""
        await self.until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    def _tell(self, kind: str, conversation: Conversation, what: Any) -> None:
        self.all.append((kind, conversation.id, what))
        self._news.set()

    def opened(self, conversation: Conversation) -> None:
        self._tell("opened", conversation, conversation)

    def said(self, conversation: Conversation, message: Message) -> None:
        self._tell("said", conversation, message)

    def chose(self, conversation: Conversation, message: Message) -> None:
        self._tell("chose", conversation, message)

    def sent_file(self, conversation: Conversation, message: Message) -> None:
        self._tell("sent_file", conversation, message)

    def typing(self, conversation: Conversation, on: bool) -> None:
        self._tell("typing", conversation, on)

    def read(self, conversation: Conversation) -> None:
        self._tell("read", conversation, conversation.visitor_read)

    def left(self, conversation: Conversation) -> None:
        self._tell("left", conversation, conversation)

    def returned(self, conversation: Conversation) -> None:
        self._tell("returned", conversation, conversation)

    def identified(self, conversation: Conversation) -> None:
        self._tell("identified", conversation, conversation.visitor)

    def closed(self, conversation: Conversation) -> None:
        self._tell("closed", conversation, conversation)

    def rated(self, conversation: Conversation) -> None:
        self._tell("rated", conversation, (conversation.score, conversation.comment))

    def left_message(self, conversation: Conversation, left: LeftMessage) -> None:
        self._tell("left_message", conversation, left)

    def undelivered(self, conversation: Conversation, message: Message, code: str) -> None:
        self._tell("undelivered", conversation, (message, code))
