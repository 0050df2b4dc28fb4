"""Contacts, what they are found by, recordings, customers and saved searches."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint

from callcenter.storage.tables.base import RowId, metadata

# Ranges of prefixes need the order of code points, which SQLite has by itself.
Ordered = Text().with_variant(Text(collation="C"), "postgresql")

contacts = Table(
    "contacts",
    metadata,
    # The order of beginning (see :func:`callcenter.storage.ordinals.ordinal_of`): rows lie and pages go by it.
    Column("ordinal", RowId, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("caller", Text, nullable=False),
    # The customer's number backwards, digits only, and the four it ends in.
    Column("caller_tail", Ordered, nullable=False),
    Column("caller_end", Text, nullable=False),
    Column("dialled", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("answered_ms", BigInteger),
    Column("ended_ms", BigInteger),
    Column("waited_ms", BigInteger, nullable=False),
    Column("talked_ms", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("disposition", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("follow_up_ms", BigInteger),
    Index(None, "caller_tail", "ordinal"),
    Index(None, "caller_end", "ordinal"),
    Index(None, "queue", "ordinal"),
    Index(None, "disposition", "ordinal"),
    Index(None, "reason", "ordinal"),
    Index(None, "channel", "ordinal"),
)
# For those who may see what nobody answered: such contacts are few.
Index(
    "ix_contacts_unanswered",
    contacts.c.queue,
    contacts.c.ordinal,
    sqlite_where=contacts.c.answered_ms.is_(None),
    postgresql_where=contacts.c.answered_ms.is_(None),
)

Index(
    "ix_contacts_follow_up",
    contacts.c.agent,
    contacts.c.follow_up_ms,
    sqlite_where=contacts.c.follow_up_ms.is_not(None),
    postgresql_where=contacts.c.follow_up_ms.is_not(None),
)

# Not in the row of the contact, which is made of the journal and may be made again. A new date is a new follow-up.
follow_ups_done = Table(
    "follow_ups_done",
    metadata,
    Column("contact", Text, primary_key=True),
    Column("due_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("agent", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

contact_agents = Table(
    "contact_agents",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("ordinal", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "ordinal"),
    sqlite_with_rowid=False,
)

contact_words = Table(
    "contact_words",
    metadata,
    Column("word", Ordered, primary_key=True),
    Column("ordinal", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("team", Text, nullable=False, index=True),
    Column("filters", Text, nullable=False),
    UniqueConstraint("owner", "name"),
)

recordings = Table(
    "recordings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Index(None, "contact", "started_ms"),
)

customers = Table(
    "customers",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("name_folded", Ordered, nullable=False, index=True),
    Column("phone", Text, nullable=False, unique=True),
    Column("birth_year", Integer),
    Column("level", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("note", Text, nullable=False),
)
