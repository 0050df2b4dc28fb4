"""What the assistant understood, what trainers made of it, its models and which of them answers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, Table, Text

from callcenter.storage.tables.base import RowId, metadata

# Made of the journal, and may be made again. What was said stays with the conversation.
understood_sentences = Table(
    "understood_sentences",
    metadata,
    Column("ordinal", RowId, primary_key=True, autoincrement=False),
    Column("contact", Text, nullable=False),
    Column("message", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("intent", Text, nullable=False),
    Column("guess", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("model", Text, nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("language", Text, nullable=False),
    Index(None, "contact", "message"),
    Index(None, "intent", "ordinal"),
    Index(None, "refused", "ordinal"),
)

# Contacts that went from the assistant to people, or were booked a callback; made of the journal as well.
assistant_handovers = Table(
    "assistant_handovers",
    metadata,
    Column("contact", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

sentence_reviews = Table(
    "sentence_reviews",
    metadata,
    Column("contact", Text, primary_key=True),
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("verdict", Text, nullable=False),
    Column("intent", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

assistant_models = Table(
    "assistant_models",
    metadata,
    Column("id", Text, primary_key=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("sentences", Integer, nullable=False),
    # Its evaluation as JSON.
    Column("report", Text, nullable=False),
)

assistant_rollouts = Table(
    "assistant_rollouts",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("author", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("canary", Text, nullable=False),
    Column("share", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("second", Text, nullable=False),
    Column("decided_ms", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
)
