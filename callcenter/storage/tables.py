"""The tables, the same on SQLite and PostgreSQL. Times are ms since 1970 UTC in 64 bits."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite numbers rows by itself only in a column that is exactly INTEGER.
_Id = BigInteger().with_variant(Integer(), "sqlite")

journal = Table(
    "journal",
    metadata,
    Column("seq", _Id, primary_key=True, autoincrement=False),
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
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("done_seq", BigInteger, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("seq", _Id, primary_key=True, autoincrement=False),
    Column("state", LargeBinary, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("caller", Text, nullable=False),
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
    Index(None, "started_ms", "id"),
    Index(None, "agent", "started_ms", "id"),
    Index(None, "queue", "started_ms", "id"),
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

users = Table(
    "users",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("user_id", _Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("csrf", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

customers = Table(
    "customers",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False, unique=True),
    Column("birth_year", Integer),
    Column("level", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("note", Text, nullable=False),
)

center_config = Table(
    "center_config",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
