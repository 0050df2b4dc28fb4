"""Chats: conversations, their numbered messages, their files."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text

from callcenter.storage.tables.base import metadata

chat_conversations = Table(
    "chat_conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("entry", Text, nullable=False),
    Column("visitor", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    Column("closed_ms", BigInteger),
    Column("close_reason", Text, nullable=False),
    Column("visitor_read", BigInteger, nullable=False),
    Column("agent_read", BigInteger, nullable=False),
    Column("delivered", BigInteger, nullable=False),
    Column("survey", Boolean, nullable=False),
    Column("score", Integer, nullable=False),
    Column("comment", Text, nullable=False),
    Index(None, "channel", "visitor", "opened_ms"),
    Index(None, "customer", "opened_ms"),
)
# Few of all are open.
Index(
    "ix_chat_conversations_open",
    chat_conversations.c.opened_ms,
    sqlite_where=chat_conversations.c.closed_ms.is_(None),
    postgresql_where=chat_conversations.c.closed_ms.is_(None),
)

chat_messages = Table(
    "chat_messages",
    metadata,
    Column("conversation", Text, ForeignKey("chat_conversations.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    # The sender's own name of it, null when there is none: the same one twice is impossible.
    Column("key", Text),
    # Choices, the choice, the file: JSON, empty when there is none of them.
    Column("more", Text, nullable=False),
    Index("uq_chat_messages_key", "conversation", "key", unique=True),
    sqlite_with_rowid=False,
)

chat_files = Table(
    "chat_files",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation", Text, ForeignKey("chat_conversations.id"), nullable=False, index=True),
    Column("author", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("path", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
)
