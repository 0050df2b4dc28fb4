"""Quality: versions of rules and forms, evaluations with their findings, and the jobs that score."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, Table, Text

from callcenter.storage.tables.base import RowId, metadata


def _versions() -> list[Column[Any]]:
    return [
        Column("version", RowId, primary_key=True, autoincrement=True),
        # YAML texts by file name, as JSON.
        Column("files", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("made_ms", BigInteger, nullable=False),
        Column("note", Text, nullable=False),
        Column("based_on", BigInteger, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("published_by", Text, nullable=False),
        # None: a draft.
        Column("published_ms", BigInteger),
        Column("in_force", Boolean, nullable=False),
    ]


quality_rule_sets = Table("quality_rule_sets", metadata, *_versions(), sqlite_autoincrement=True)
quality_forms = Table("quality_forms", metadata, *_versions(), sqlite_autoincrement=True)
for _table in (quality_rule_sets, quality_forms):
    Index(
        f"uq_{_table.name}_in_force",
        _table.c.in_force,
        unique=True,
        sqlite_where=_table.c.in_force,
        postgresql_where=_table.c.in_force,
    )

evaluations = Table(
    "evaluations",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("contact", Text, nullable=False),
    Column("rule_set", BigInteger, nullable=False),
    Column("form", Text, nullable=False),
    Column("form_version", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("score", Float),
    Column("total", Float, nullable=False),
    Column("fatal", Boolean, nullable=False),
    Column("scored_at_ms", BigInteger, nullable=False),
    # The contact's when it was scored; reports group by them.
    Column("agent", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("campaign", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("items", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("signed_ms", BigInteger),
    Index(None, "contact", "id"),
    Index(None, "started_ms"),
    Index(None, "agent", "started_ms"),
    sqlite_autoincrement=True,
)
Index(
    "uq_evaluations_current",
    evaluations.c.contact,
    unique=True,
    sqlite_where=evaluations.c.current,
    postgresql_where=evaluations.c.current,
)

findings = Table(
    "findings",
    metadata,
    Column("evaluation", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("rule", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("turn", Integer),
    Column("start_ms", BigInteger),
    # Sealed, and which key seals it.
    Column("quote", Text, nullable=False),
    Column("sealed_with", Text, nullable=False, index=True),
    Column("confidence", Float, nullable=False),
    Index(None, "rule", "evaluation"),
)

scoring_jobs = Table(
    "scoring_jobs",
    metadata,
    Column("contact", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("filed_ms", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("not_before_ms", BigInteger, nullable=False),
    Column("lease_until_ms", BigInteger, nullable=False),
    Column("worker", Text, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("done_ms", BigInteger, nullable=False),
    # Scored before, to be scored by other rules.
    Column("again", Boolean, nullable=False),
    Index(None, "state", "position"),
)
