"""Campaigns, the attempts to reach their leads, and who may not be called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "campaigns",
        *_texts("id", "state"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_numbers("changed_ms"),
        *_texts("campaign"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_table(
        "lead_attempts",
        *_texts("contact", "campaign"),
        *_numbers("lead"),
        *_texts("number"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        *_numbers("began_ms"),
        sa.Column("ended_ms", sa.BigInteger()),
        *_texts("outcome"),
        sa.Column("dialled", sa.Boolean(), nullable=False),
        *_texts("agent", "disposition", "verdict"),
        sa.PrimaryKeyConstraint("contact", name=op.f("pk_lead_attempts")),
    )
    for names in (["lead", "began_ms"], ["number", "began_ms"], ["campaign", "began_ms"]):
        op.create_index(op.f(f"ix_lead_attempts_{'_'.join(names)}"), "lead_attempts", names)
    op.create_table(
        "campaign_figures",
        *_texts("campaign"),
        sa.Column("quarter_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        *_texts("outcome"),
        *_numbers("attempts"),
        sa.PrimaryKeyConstraint("campaign", "quarter_ms", "outcome", name=op.f("pk_campaign_figures")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opt_outs",
        *_texts("number"),
        *_numbers("at_ms"),
        *_texts("source", "reason"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_opt_outs")),
    )


def downgrade() -> None:
    for table in ("opt_outs", "campaign_figures", "lead_attempts", "campaigns"):
        op.drop_table(table)
