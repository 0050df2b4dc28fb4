"""Versions of the configuration, and drafts."""

from __future__ import annotations

import zlib

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    versions = op.create_table(
        "config_versions",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("restores", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_config_versions")),
    )
    op.create_table(
        "config_drafts",
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("submitted", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("returned", sa.Text(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("restores", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("author", name=op.f("pk_config_drafts")),
    )
    body = op.get_bind().execute(sa.text("SELECT body FROM center_config")).scalar()
    if body is not None:
        first = {"number": 1, "author": "", "at_ms": 0, "note": "", "base": 0, "origin": "seed", "approved_by": ""}
        op.bulk_insert(versions, [{**first, "restores": 0, "body": zlib.compress(body.encode())}])
    op.drop_table("center_config")


def downgrade() -> None:
    op.create_table(
        "center_config",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_center_config")),
    )
    newest = "SELECT body FROM config_versions ORDER BY number DESC LIMIT 1"
    body = op.get_bind().execute(sa.text(newest)).scalar()
    if body is not None:
        insert = sa.text("INSERT INTO center_config (id, body) VALUES (1, :body)")
        op.get_bind().execute(insert, {"body": zlib.decompress(body).decode()})
    op.drop_table("config_drafts")
    op.drop_table("config_versions")
