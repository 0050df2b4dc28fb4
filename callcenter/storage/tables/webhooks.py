"""What webhooks are to be told. A told beginning stays until the end was told."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from callcenter.storage.tables.base import metadata

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("webhook", Text, nullable=False),
    Column("alarm", Text, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("raised", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("done", Boolean, nullable=False),
    Index(None, "webhook", "alarm", "since_ms", "raised", unique=True),
)
