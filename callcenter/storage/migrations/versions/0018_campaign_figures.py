"""Agents' time of campaigns, what is due of them, and their reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    op.add_column("campaign_figures", sa.Column("line_ms", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "campaign_pacing",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("quarter_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        *_numbers("present_ms", "busy_ms", "ahead_ms"),
        sa.PrimaryKeyConstraint("campaign", "quarter_ms", name=op.f("pk_campaign_pacing")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaign_due",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("errand", sa.Text(), nullable=False),
        *_numbers("due_ms"),
        sa.PrimaryKeyConstraint("campaign", "errand", name=op.f("pk_campaign_due")),
    )
    op.create_index(op.f("ix_campaign_due_due_ms"), "campaign_due", ["due_ms"])
    op.create_table(
        "campaign_reports",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        *_numbers("to_ms", "made_ms"),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "kind", "from_ms", name=op.f("pk_campaign_reports")),
    )


def downgrade() -> None:
    for table in ("campaign_reports", "campaign_due", "campaign_pacing"):
        op.drop_table(table)
    op.drop_column("campaign_figures", "line_ms")
