"""Chats: conversations, messages, files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "chat_conversations",
        *(
            _text(name)
            for name in ("id", "channel", "entry", "visitor", "customer", "name", "phone", "language", "page")
        ),
        _number("opened_ms"),
        sa.Column("closed_ms", sa.BigInteger()),
        _text("close_reason"),
        *(_number(name) for name in ("visitor_read", "agent_read", "delivered")),
        sa.Column("survey", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        _text("comment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_conversations")),
    )
    for columns in (["channel", "visitor", "opened_ms"], ["customer", "opened_ms"]):
        op.create_index(op.f(f"ix_chat_conversations_{'_'.join(columns)}"), "chat_conversations", columns)
    still_open = sa.text("closed_ms IS NULL")
    op.create_index(
        "ix_chat_conversations_open",
        "chat_conversations",
        ["opened_ms"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "chat_messages",
        _text("conversation"),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        _number("at_ms"),
        *(_text(name) for name in ("author", "author_id", "kind", "text")),
        sa.Column("key", sa.Text()),
        _text("more"),
        sa.PrimaryKeyConstraint("conversation", "number", name=op.f("pk_chat_messages")),
        sa.ForeignKeyConstraint(
            ["conversation"], ["chat_conversations.id"], name=op.f("fk_chat_messages_conversation")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("uq_chat_messages_key", "chat_messages", ["conversation", "key"], unique=True)
    op.create_table(
        "chat_files",
        *(_text(name) for name in ("id", "conversation", "author", "name", "media_type")),
        _number("size"),
        _text("sha256"),
        _number("at_ms"),
        _text("path"),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_files")),
        sa.ForeignKeyConstraint(["conversation"], ["chat_conversations.id"], name=op.f("fk_chat_files_conversation")),
    )
    op.create_index(op.f("ix_chat_files_conversation"), "chat_files", ["conversation"])


def downgrade() -> None:
    for table in ("chat_files", "chat_messages", "chat_conversations"):
        op.drop_table(table)
