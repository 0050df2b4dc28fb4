"""Waits that customers were told, beside those that came; and how expected ones ended that nobody answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "wait_predictions", sa.Column("outcome", sa.Text(), nullable=False, server_default=sa.text("'answered'"))
    )
    op.create_table(
        "told_waits",
        sa.Column("joined_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("expected_ms", sa.BigInteger(), nullable=False),
        sa.Column("waited_ms", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, server_default=sa.text("'answered'")),
        sa.PrimaryKeyConstraint("joined_ms", "contact", name=op.f("pk_told_waits")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("told_waits")
    op.drop_column("wait_predictions", "outcome")
