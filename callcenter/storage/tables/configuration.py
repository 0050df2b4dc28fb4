"""Versions of the configuration, and drafts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, Table, Text

from callcenter.storage.tables.base import RowId, metadata

config_versions = Table(
    "config_versions",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=False),
    Column("author", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("base", BigInteger, nullable=False),
    Column("origin", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("restores", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

config_drafts = Table(
    "config_drafts",
    metadata,
    Column("author", Text, primary_key=True),
    Column("base", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("submitted", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("returned", Text, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("restores", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
