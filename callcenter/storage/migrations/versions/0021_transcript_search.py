"""The index of what was said. It is filled while the product runs: reading transcripts takes their key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transcript_index",
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("source", sa.Text()),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_transcript_index")),
        sa.UniqueConstraint("source", name=op.f("uq_transcript_index_source")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Without contents: the index alone, by row id. No places within a text, no lengths: nobody asks for them.
        op.execute(
            "CREATE VIRTUAL TABLE transcript_terms"
            " USING fts5(terms, content='', detail=none, columnsize=0, tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE transcript_terms (position bigint PRIMARY KEY, terms integer[] NOT NULL)")
        # Little may wait to be put in order: every search reads all that waits.
        op.execute(
            "CREATE INDEX ix_transcript_terms_terms ON transcript_terms USING gin (terms)"
            " WITH (gin_pending_list_limit = 256)"
        )


def downgrade() -> None:
    op.execute("DROP TABLE transcript_terms")
    op.drop_table("transcript_index")
