"""Leads of campaigns, the lists they came on, and the rows that made none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "lead_lists",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        *_texts("campaign", "name", "file_name", "sha256", "uploaded_by"),
        *_numbers("at_ms"),
        *_texts("state", "mapping"),
        sa.Column("total_rows", sa.BigInteger()),
        *_numbers("rows_read", "accepted", "refused", "rejected"),
        *_texts("failure"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_lists")),
    )
    op.create_index(op.f("ix_lead_lists_campaign_id"), "lead_lists", ["campaign", "id"])
    _leads()
    op.create_table(
        "lead_numbers",
        *_texts("number"),
        sa.Column("lead", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["lead"], ["leads.id"], name=op.f("fk_lead_numbers_lead")),
        sa.PrimaryKeyConstraint("number", "lead", name=op.f("pk_lead_numbers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lead_rejects",
        sa.Column("list", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row", sa.BigInteger(), autoincrement=False, nullable=False),
        *_texts("column", "code", "more", "cells"),
        sa.ForeignKeyConstraint(["list"], ["lead_lists.id"], name=op.f("fk_lead_rejects_list")),
        sa.PrimaryKeyConstraint("list", "row", name=op.f("pk_lead_rejects")),
        sqlite_with_rowid=False,
    )


def _leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        *_texts("campaign"),
        *_numbers("list", "row"),
        *_texts("number", "extension"),
        sa.Column("number_tail", _ORDERED, nullable=False),
        *_texts("further", "name", "variables", "region", "zones", "number_type"),
        sa.Column("rank", sa.Integer(), nullable=False),
        *_texts("owner", "state"),
        *_numbers("due_ms"),
        *_texts("reason", "verdict", "attempt"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *_texts("last_outcome"),
        sa.Column("last_attempt_ms", sa.BigInteger()),
        sa.ForeignKeyConstraint(["list"], ["lead_lists.id"], name=op.f("fk_leads_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
    )
    op.create_index("uq_leads_number", "leads", ["number", "campaign", "extension"], unique=True)
    op.create_index("ix_leads_list", "leads", ["campaign", "list", "id"])
    op.create_index("ix_leads_state", "leads", ["campaign", "state", "reason", "list", "id"])
    op.create_index("ix_leads_tail", "leads", ["campaign", "number_tail", "id"])
    for state, columns in (("ready", ["rank", "id"]), ("waiting", ["due_ms", "rank", "id"])):
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_leads_{state}", "leads", ["campaign", "owner", *columns], sqlite_where=only, postgresql_where=only
        )


def downgrade() -> None:
    for table in ("lead_rejects", "lead_numbers", "leads", "lead_lists"):
        op.drop_table(table)
