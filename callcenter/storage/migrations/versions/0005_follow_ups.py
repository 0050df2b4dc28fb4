"""Follow-ups are found by agent and time, and marked done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    there = sa.text("follow_up_ms IS NOT NULL")
    op.create_index(
        "ix_contacts_follow_up",
        "contacts",
        ["agent", "follow_up_ms"],
        sqlite_where=there,
        postgresql_where=there,
    )
    op.create_table(
        "follow_ups_done",
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "due_ms", name=op.f("pk_follow_ups_done")),
    )


def downgrade() -> None:
    op.drop_table("follow_ups_done")
    op.drop_index("ix_contacts_follow_up", table_name="contacts")
