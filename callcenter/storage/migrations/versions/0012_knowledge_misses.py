"""What was asked and found no knowledge article."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "knowledge_misses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_assistant", sa.Integer(), nullable=False),
        sa.Column("by_agents", sa.Integer(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_misses")),
        sa.UniqueConstraint("asked", name=op.f("uq_knowledge_misses_asked")),
    )
    op.create_index(op.f("ix_knowledge_misses_last_ms"), "knowledge_misses", ["last_ms"])


def downgrade() -> None:
    op.drop_table("knowledge_misses")
