"""The journal, its mark and its snapshots."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from callcenter.storage.tables.base import RowId, metadata

journal = Table(
    "journal",
    metadata,
    Column("seq", RowId, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("effects", Text, nullable=False),
    Column("contacts", Text, nullable=False),
)

journal_contacts = Table(
    "journal_contacts",
    metadata,
    Column("contact", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

journal_mark = Table(
    "journal_mark",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("done_seq", BigInteger, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("seq", RowId, primary_key=True, autoincrement=False),
    Column("state", LargeBinary, nullable=False),
)
