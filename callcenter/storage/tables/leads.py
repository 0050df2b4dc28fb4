"""Leads of campaigns and the lists they came on."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from callcenter.storage.tables.base import RowId, metadata
from callcenter.storage.tables.contacts import Ordered

lead_lists = Table(
    "lead_lists",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("campaign", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    # Which column is what, as JSON.
    Column("mapping", Text, nullable=False),
    Column("total_rows", BigInteger),
    Column("rows_read", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("failure", Text, nullable=False),
    Index(None, "campaign", "id"),
)

leads = Table(
    "leads",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("campaign", Text, nullable=False),
    Column("list", BigInteger, ForeignKey("lead_lists.id"), nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("number", Text, nullable=False),
    Column("extension", Text, nullable=False),
    # Its digits backwards: what it is looked for by.
    Column("number_tail", Ordered, nullable=False),
    Column("further", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("variables", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("zones", Text, nullable=False),
    Column("number_type", Text, nullable=False),
    # 10 less the priority, so that the lowest goes first.
    Column("rank", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("attempt", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_outcome", Text, nullable=False),
    Column("last_attempt_ms", BigInteger),
    Index("uq_leads_number", "number", "campaign", "extension", unique=True),
    Index("ix_leads_list", "campaign", "list", "id"),
    Index("ix_leads_state", "campaign", "state", "reason", "list", "id"),
    Index("ix_leads_tail", "campaign", "number_tail", "id"),
)
# The next one to call is the first of one of these.
_READY, _WAITING = leads.c.state == "ready", leads.c.state == "waiting"
Index(
    "ix_leads_ready",
    *(leads.c[name] for name in ("campaign", "owner", "rank", "id")),
    sqlite_where=_READY,
    postgresql_where=_READY,
)
Index(
    "ix_leads_waiting",
    *(leads.c[name] for name in ("campaign", "owner", "due_ms", "rank", "id")),
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)

# The further numbers of leads, so that an opt-out finds the person behind any of them.
lead_numbers = Table(
    "lead_numbers",
    metadata,
    Column("number", Text, primary_key=True),
    Column("lead", BigInteger, ForeignKey("leads.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Rows that made no lead. ``cells`` is the row as it was in the file, as JSON.
lead_rejects = Table(
    "lead_rejects",
    metadata,
    Column("list", BigInteger, ForeignKey("lead_lists.id"), primary_key=True, autoincrement=False),
    Column("row", BigInteger, primary_key=True, autoincrement=False),
    Column("column", Text, nullable=False),
    Column("code", Text, nullable=False),
    # What the sentence of the code needs, as JSON.
    Column("more", Text, nullable=False),
    Column("cells", Text, nullable=False),
    sqlite_with_rowid=False,
)
