"""Figures of queues and agents by interval, and expected waits beside those that came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

QUEUE_SUMS = (
    *("offered", "answered", "within_level", "abandoned", "short_abandoned", "left_out", "handed_on", "cut_off"),
    *("answered_wait_ms", "longest_wait_ms", "asked", "reached", "handled", "talk_ms", "hold_ms", "wrap_up_ms"),
)
AGENT_SUMS = (
    *("offers", "accepted", "missed", "declined", "handled", "talk_ms", "hold_ms", "wrap_up_ms"),
    *("available_ms", "ringing_ms", "busy_ms", "wrapping_ms", "break_ms"),
)


def upgrade() -> None:
    _sums("queue_figures", ("queue", "channel"), QUEUE_SUMS)
    _sums("agent_figures", ("agent", "team", "channel"), AGENT_SUMS)
    op.create_table(
        "wait_predictions",
        sa.Column("joined_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("expected_ms", sa.BigInteger(), nullable=False),
        sa.Column("waited_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("joined_ms", "contact", name=op.f("pk_wait_predictions")),
        sqlite_with_rowid=False,
    )


def _sums(table: str, keys: tuple[str, ...], sums: tuple[str, ...]) -> None:
    op.create_table(
        table,
        sa.Column("start_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(key, sa.Text(), nullable=False) for key in keys),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in sums),
        sa.PrimaryKeyConstraint("start_ms", *keys, name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("wait_predictions", "agent_figures", "queue_figures"):
        op.drop_table(table)
