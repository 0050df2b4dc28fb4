"""What was asked and found no article."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from callcenter.storage.tables.base import RowId, metadata

knowledge_misses = Table(
    "knowledge_misses",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("asked", Text, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("by_assistant", Integer, nullable=False),
    Column("by_agents", Integer, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False, index=True),
)
