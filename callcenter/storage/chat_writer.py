"""The synchronous half of the chats' store: a whole batch in one transaction, on a thread of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from callcenter.domain.chat import ChatWrites
from callcenter.domain.errors import Corrupt
from callcenter.storage.chat_rows import conversation_row, file_row, message_row
from callcenter.storage.plain_connection import PlainConnection
from callcenter.storage.tables import chat_conversations, chat_files, chat_messages
from callcenter.storage.upsert import insert_or_leave, upsert


class ChatWriter:
    """Owns the connection."""

    def __init__(self, url: str) -> None:
        self._connection = PlainConnection(url)
        dialect = self._connection.dialect
        columns = chat_messages.c
        given = {name: sa.bindparam(f"b_{name}", type_=columns[name].type) for name in ("conversation", "number")}
        one = sa.select(chat_messages).where(*(columns[name] == value for name, value in given.items()))
        self._put_conversation = str(upsert(dialect.name, chat_conversations, "id").compile(dialect=dialect))
        self._add_message = str(insert_or_leave(dialect.name, chat_messages).compile(dialect=dialect))
        self._add_file = str(insert_or_leave(dialect.name, chat_files).compile(dialect=dialect))
        self._one_message = str(one.compile(dialect=dialect))

    def write(self, writes: ChatWrites) -> None:
        """All of it or nothing."""
        conversations = [conversation_row(conversation) for conversation in writes.conversations]
        messages = [message_row(message) for message in writes.messages]
        files = [file_row(file) for file in writes.files]
        with self._connection.transaction() as cursor:
            if conversations:
                cursor.executemany(self._put_conversation, conversations)
            if messages:
                cursor.executemany(self._add_message, messages)
                if cursor.rowcount != len(messages):
                    self._must_be_there(cursor, messages)
            if files:
                cursor.executemany(self._add_file, files)

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()

    def _must_be_there(self, cursor: Any, rows: list[dict[str, Any]]) -> None:
        """Some were there before: a retry after the answer to a commit was lost, else somebody else writes here."""
        for row in rows:
            cursor.execute(self._one_message, {"b_conversation": row["conversation"], "b_number": row["number"]})
            found = cursor.fetchone()
            if found is None or tuple(found) != tuple(row[column.name] for column in chat_messages.c):
                raise Corrupt(
                    f"message {row['number']} of conversation {row['conversation']} is there already, and another: "
                    "another process writes the same chats; run one product for each database"
                )
