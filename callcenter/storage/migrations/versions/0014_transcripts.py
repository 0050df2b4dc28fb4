"""Transcripts of recordings, and the jobs that make them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TEXTS = ("recording", "contact", "state", "worker", "trouble")
_NUMBERS = ("filed_ms", "duration_ms", "position", "not_before_ms", "lease_until_ms", "done_ms", "took_ms")


def upgrade() -> None:
    op.create_table(
        "transcripts",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source", "contact", "language", "model")),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("turns", "sealed_with")),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_transcripts")),
    )
    for column in ("contact", "sealed_with"):
        op.create_index(op.f(f"ix_transcripts_{column}"), "transcripts", [column])
    op.create_table(
        "transcription_jobs",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _NUMBERS),
        sa.PrimaryKeyConstraint("recording", name=op.f("pk_transcription_jobs")),
    )
    for column in ("position", "done_ms"):
        op.create_index(op.f(f"ix_transcription_jobs_state_{column}"), "transcription_jobs", ["state", column])


def downgrade() -> None:
    op.drop_table("transcription_jobs")
    op.drop_table("transcripts")
