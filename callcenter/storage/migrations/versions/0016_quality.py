"""Versions of quality's rules and forms, evaluations with their findings, and the jobs that score."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_VERSIONED = ("quality_rule_sets", "quality_forms")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _one(table: str, column: str, where: str) -> None:
    """At most one row of a kind."""
    condition: Any = sa.text(where)
    op.create_index(
        op.f(f"uq_{table}_{where}"), table, [column], unique=True, sqlite_where=condition, postgresql_where=condition
    )


def upgrade() -> None:
    for table in _VERSIONED:
        op.create_table(
            table,
            sa.Column("version", _ROW_ID, autoincrement=True, nullable=False),
            *_texts("files", "author"),
            *_numbers("made_ms"),
            *_texts("note"),
            *_numbers("based_on"),
            sa.Column("revision", sa.Integer(), nullable=False),
            *_texts("published_by"),
            sa.Column("published_ms", sa.BigInteger()),
            sa.Column("in_force", sa.Boolean(), nullable=False),
            sa.PrimaryKeyConstraint("version", name=op.f(f"pk_{table}")),
            sqlite_autoincrement=True,
        )
        _one(table, "in_force", "in_force")
    op.create_table(
        "evaluations",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        *_texts("contact"),
        *_numbers("rule_set"),
        *_texts("form"),
        *_numbers("form_version"),
        *_texts("status"),
        sa.Column("score", sa.Float()),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        *_numbers("scored_at_ms"),
        *_texts("agent", "queue", "campaign", "channel"),
        *_numbers("started_ms"),
        *_texts("items", "notes"),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("signed_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sqlite_autoincrement=True,
    )
    for names in (["contact", "id"], ["started_ms"], ["agent", "started_ms"]):
        op.create_index(op.f(f"ix_evaluations_{'_'.join(names)}"), "evaluations", names)
    _one("evaluations", "contact", "current")
    op.create_table(
        "findings",
        sa.Column("evaluation", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_texts("rule", "kind", "side", "item"),
        sa.Column("turn", sa.Integer()),
        sa.Column("start_ms", sa.BigInteger()),
        *_texts("quote", "sealed_with"),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("evaluation", "number", name=op.f("pk_findings")),
    )
    for names in (["sealed_with"], ["rule", "evaluation"]):
        op.create_index(op.f(f"ix_findings_{'_'.join(names)}"), "findings", names)
    op.create_table(
        "scoring_jobs",
        *_texts("contact", "state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *_numbers("filed_ms", "position", "not_before_ms", "lease_until_ms"),
        *_texts("worker", "trouble"),
        *_numbers("done_ms"),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("contact", name=op.f("pk_scoring_jobs")),
    )
    op.create_index(op.f("ix_scoring_jobs_state_position"), "scoring_jobs", ["state", "position"])


def downgrade() -> None:
    for table in ("scoring_jobs", "findings", "evaluations", *_VERSIONED):
        op.drop_table(table)
