"""Chats as desks use them: look back, listen, write, say what was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from callcenter.domain.chat import Author, ChatNews, Conversation, Message, StoredFile
from callcenter.domain.config import ChatLimits


class AgentChats(Protocol):
    """The part of :class:`callcenter.chat.service.Chats` that pages are given."""

    async def post(
        self,
        conversation: str,
        author: Author,
        author_id: str = "",
        *,
        text: str = "",
        file: StoredFile | None = None,
        key: str = "",
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


class ChatFiles(Protocol):
    """The files of chats: checked and made harmless when they come, read again by whoever may."""

    async def keep(
        self, content: bytes, name: str, conversation: str, author: Author, limits: ChatLimits
    ) -> StoredFile:
        """Put a file in its place; its row is written with the message. Raises ``Rejected`` when it may not be sent."""
        ...

    async def discard(self, file: StoredFile) -> None:
        """Its message was not kept: neither is the file."""
        ...

    async def find(self, file: str) -> StoredFile | None:
        """A file that was sent."""
        ...

    async def read(self, file: StoredFile) -> bytes:
        """The content. Raises ``Rejected("file_missing")``."""
        ...

    def path_of(self, file: StoredFile) -> Path:
        """Where it lies. Raises ``Rejected("file_missing")``."""
        ...
