"""Conversations in the database: read by pages' connections, written by one thread, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from callcenter.domain.chat import ChatWrites, Conversation, Message, StoredFile
from callcenter.storage.chat_rows import conversation_of, file_of, message_of
from callcenter.storage.chat_writer import ChatWriter
from callcenter.storage.database import Database
from callcenter.storage.one_thread import OneThread
from callcenter.storage.tables import chat_conversations, chat_files, chat_messages

_conversations, _messages, _files = chat_conversations.c, chat_messages.c, chat_files.c
_last = (
    sa.select(sa.func.max(_messages.number))
    .where(_messages.conversation == _conversations.id)
    .correlate(chat_conversations)
    .scalar_subquery()
    .label("last")
)
_whole = sa.select(chat_conversations, _last)
_newest = (_conversations.opened_ms.desc(), _conversations.id.desc())


class SqlChats:
    """The ``ChatStore`` on SQLite and PostgreSQL."""

    def __init__(self, url: str, database: Database) -> None:
        self._database = database
        self._writer = ChatWriter(url)
        self._thread = OneThread("chats")

    async def write(self, writes: ChatWrites) -> None:
        """See ``ChatStore.write``."""
        await self._thread.run(self._writer.write, writes)

    async def conversation(self, conversation: str) -> Conversation | None:
        """One conversation."""
        found = await self._conversations(_whole.where(_conversations.id == conversation))
        return found[0] if found else None

    async def open_conversations(self, channel: str = "") -> Sequence[Conversation]:
        """All that are not closed, oldest first; of one channel, or of all."""
        statement = _whole.where(_conversations.closed_ms.is_(None))
        if channel:
            statement = statement.where(_conversations.channel == channel)
        return await self._conversations(statement.order_by(_conversations.opened_ms, _conversations.id))

    async def latest_of(self, channel: str, visitor: str) -> Conversation | None:
        """The visitor's newest conversation, open or closed."""
        mine = (_conversations.channel == channel, _conversations.visitor == visitor)
        found = await self._conversations(_whole.where(*mine).order_by(*_newest).limit(1))
        return found[0] if found else None

    async def of_customer(self, customer: str, limit: int = 50) -> Sequence[Conversation]:
        """A signed-in customer's conversations over all channels, newest first."""
        if not customer:
            return []
        statement = _whole.where(_conversations.customer == customer).order_by(*_newest).limit(limit)
        return await self._conversations(statement)

    async def messages(self, conversation: str, after: int = 0, limit: int = 1_000) -> Sequence[Message]:
        """Messages with a number above ``after``, in order."""
        wanted = (_messages.conversation == conversation, _messages.number > after)
        statement = sa.select(chat_messages).where(*wanted).order_by(_messages.number).limit(limit)
        async with self._database.read() as connection:
            return [message_of(row) for row in await connection.execute(statement)]

    async def message_of(self, channel: str, visitor: str, key: str) -> Message | None:
        """What the visitor sent under this key, in whichever conversation."""
        mine = (_conversations.channel == channel, _conversations.visitor == visitor, _messages.key == key)
        statement = sa.select(chat_messages).join(chat_conversations).where(*mine).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        return message_of(row) if row is not None else None

    async def files(self, conversation: str) -> Sequence[StoredFile]:
        """The files of a conversation, oldest first."""
        statement = sa.select(chat_files).where(_files.conversation == conversation).order_by(_files.at_ms, _files.id)
        async with self._database.read() as connection:
            return [file_of(row) for row in await connection.execute(statement)]

    async def file(self, file: str) -> StoredFile | None:
        """One file."""
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(chat_files).where(_files.id == file))).first()
        return file_of(row) if row is not None else None

    async def close(self) -> None:
        """Finish what is being written and disconnect."""
        await self._thread.run(self._writer.close)
        self._thread.close()

    async def _conversations(self, statement: sa.Select[Any]) -> list[Conversation]:
        async with self._database.read() as connection:
            return [conversation_of(row) for row in await connection.execute(statement)]
