"""Chats as desks use them: look back, listen, write, say what was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from callcenter.domain.chat import Author, ChatNews, Conversation, Message


class AgentChats(Protocol):
    """The part of :class:`callcenter.chat.service.Chats` that pages are given."""

    async def post(
        self, conversation: str, author: Author, author_id: str = "", *, text: str = "", key: str = ""
    ) -> Message:
        """Say something to the visitor; the same ``key`` again is the same message. Raises ``Rejected``."""
        ...

    async def conversation(self, conversation: str) -> Conversation | None:
        """One conversation as it is kept."""
        ...

    async def history(self, conversation: str, after: int = 0, limit: int = 1_000) -> Sequence[Message]:
        """Messages with a number above ``after``, in order."""
        ...

    async def subscribe(self, conversation: str, hear: Callable[[ChatNews], None]) -> Callable[[], None]:
        """Tell ``hear`` what is new; returns what ends it. Raises ``Rejected("unknown_conversation")``."""
        ...

    async def read(self, conversation: str, number: int) -> None:
        """Our side has seen everything up to ``number``. Raises ``Rejected("unknown_conversation")``."""
        ...

    def typing(self, conversation: str, author: Author, author_id: str, on: bool) -> None:
        """Our side types, or stopped."""
        ...
