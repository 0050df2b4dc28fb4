"""One conversation in memory: its newest messages, who listens, and what passes without being kept."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from callcenter.domain.chat import Author, ChatNews, Conversation, Message, Position, Typing

log = structlog.get_logger(__name__)

TAIL = 200
"""Messages at hand; older ones are read from the store."""

Hear = Callable[[ChatNews], None]


class LiveConversation:
    """``kept`` is the conversation as it is durable, ``head`` as it will be once all that was accepted is written."""

    __slots__ = (
        "_hearers",
        "head",
        "here",
        "kept",
        "keys",
        "lost",
        "pending",
        "position",
        "quiet",
        "stale",
        "tail",
        "typing",
    )

    def __init__(self, conversation: Conversation, messages: Sequence[Message] = ()) -> None:
        self._hearers: list[Hear] = []
        self.load(conversation, messages)
        self.position: Position | None = None
        self.typing: set[tuple[Author, str]] = set()
        self.here = self.quiet = False

    def load(self, conversation: Conversation, messages: Sequence[Message]) -> None:
        """Take over what the store has; who listens stays."""
        self.kept = self.head = conversation
        self.tail: deque[Message] = deque(messages, TAIL)
        self.keys = {message.key: message.number for message in messages if message.key}
        self.pending: dict[str, asyncio.Future[Message]] = {}
        self.stale = False
        self.lost: set[int] = set()

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._hearers)

    def hear(self, hearer: Hear) -> Callable[[], None]:
        """Tell ``hearer`` from now on; returns what ends that."""
        self._hearers.append(hearer)

        def leave() -> None:
            if hearer in self._hearers:
                self._hearers.remove(hearer)

        return leave

    def tell(self, news: ChatNews) -> None:
        """Tell everybody who listens; one who fails keeps nobody else from hearing."""
        for hearer in tuple(self._hearers):
            try:
                hearer(news)
            except Exception:
                log.exception("chat_hearer_failed", conversation=self.kept.id)

    def types(self, typing: Typing) -> bool:
        """Tell it; False when somebody stopped who did not type."""
        who = (typing.author, typing.author_id)
        if typing.on:
            self.typing.add(who)
        elif who in self.typing:
            self.typing.discard(who)
        else:
            return False
        self.tell(typing)
        return True

    def after(self, number: int) -> list[Message] | None:
        """Messages above ``number`` when they are at hand, else None."""
        if number >= self.kept.last:
            return []
        if not self.tail or self.tail[0].number > number + 1:
            return None
        return [message for message in self.tail if message.number > number]

    def by_number(self, number: int) -> Message | None:
        """A message at hand."""
        return next((message for message in self.tail if message.number == number), None)
