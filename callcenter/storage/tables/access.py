"""Users, how they sign in, sessions, tokens and the audit log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, Text, false, text

from callcenter.storage.tables.base import RowId, metadata

users = Table(
    "users",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    Index(None, "role"),
)

external_identities = Table(
    "external_identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", RowId, ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("secret", Text, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("last_step", BigInteger, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", RowId, ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("code_hash", Text, primary_key=True),
)

password_history = Table(
    "password_history",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
    Column("password_hash", Text, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("user_id", RowId, ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("code_hash", Text, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("teams", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
    Column("revoked", Boolean, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
    Column("csrf", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("address", Text, nullable=False, server_default=text("''")),
    Column("browser", Text, nullable=False, server_default=text("''")),
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(None, "at_ms"),
    Index(None, "act", "id"),
    Index(None, "actor", "id"),
    Index(None, "subject", "id"),
)
