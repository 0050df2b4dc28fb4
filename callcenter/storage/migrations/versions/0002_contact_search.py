"""What contacts are searched by: their order in one number, tails of numbers, agents, words of notes, saved filters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from callcenter.domain.written_words import folded
from callcenter.storage.contact_words import words_of
from callcenter.storage.ordinals import END, ordinal_of, tail_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PAGE = 5_000
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SEARCHED = ("queue", "disposition", "reason", "channel")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    op.rename_table("contacts", "contacts_before")
    if postgres:
        op.drop_constraint("pk_contacts", "contacts_before")
    for index in ("agent_started_ms_id", "queue_started_ms_id"):
        op.drop_index(f"ix_contacts_{index}", table_name="contacts_before")
    _create_contacts()
    _create_rest()
    op.add_column("customers", sa.Column("name_folded", _ORDERED, nullable=False, server_default=""))
    _fill_contacts()
    _fill_agents()
    _fill_names()
    op.drop_index("ix_contacts_started_ms_id", table_name="contacts_before")
    op.drop_table("contacts_before")
    with op.batch_alter_table("customers") as batch:
        batch.alter_column("name_folded", server_default=None)
    op.create_index("ix_customers_name_folded", "customers", ["name_folded"])
    _index_contacts()


def _create_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("ordinal", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("caller_tail", _ORDERED, nullable=False),
        sa.Column("caller_end", sa.Text(), nullable=False),
        sa.Column("dialled", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("waited_ms", sa.BigInteger(), nullable=False),
        sa.Column("talked_ms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("follow_up_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("ordinal", name=op.f("pk_contacts")),
        sa.UniqueConstraint("id", name=op.f("uq_contacts_id")),
    )


def _index_contacts() -> None:
    op.create_index("ix_contacts_caller_tail_ordinal", "contacts", ["caller_tail", "ordinal"])
    op.create_index("ix_contacts_caller_end_ordinal", "contacts", ["caller_end", "ordinal"])
    for name in _SEARCHED:
        op.create_index(f"ix_contacts_{name}_ordinal", "contacts", [name, "ordinal"])
    unanswered = sa.text("answered_ms IS NULL")
    op.create_index(
        "ix_contacts_unanswered",
        "contacts",
        ["queue", "ordinal"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )
    op.create_index("ix_contact_agents_ordinal", "contact_agents", ["ordinal"])


def _create_rest() -> None:
    op.create_table(
        "contact_agents",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("agent", "ordinal", name=op.f("pk_contact_agents")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_words",
        sa.Column("word", _ORDERED, nullable=False),
        sa.Column("ordinal", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "ordinal", name=op.f("pk_contact_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_saved_filters_owner_name")),
    )
    op.create_index("ix_saved_filters_team", "saved_filters", ["team"])


def _table(name: str, *columns: str) -> Any:
    return sa.table(name, *(sa.column(column) for column in columns))


_KEPT = (
    *("id", "channel", "direction", "caller", "dialled", "flow", "queue", "agent", "started_ms", "answered_ms"),
    *("ended_ms", "waited_ms", "talked_ms", "reason", "disposition", "note"),
)


def _fill_contacts() -> None:
    connection = op.get_bind()
    new = _table("contacts", "ordinal", *_KEPT, "caller_tail", "caller_end", "fields")
    words = _table("contact_words", "word", "ordinal")
    agents = _table("contact_agents", "agent", "ordinal")
    for page in _pages(connection):
        connection.execute(new.insert(), page)
        said = [{"word": word, "ordinal": row["ordinal"]} for row in page for word in words_of([row["note"]])]
        if said:
            connection.execute(words.insert(), said)
        handled = [{"agent": row["agent"], "ordinal": row["ordinal"]} for row in page if row["agent"]]
        if handled:
            connection.execute(agents.insert(), handled)


def _pages(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """The rows as they were, by beginning, each with what is new."""
    old = _table("contacts_before", *_KEPT)
    by = (old.c.started_ms, old.c.id)
    after, same = (-1, ""), 0
    while True:
        statement = sa.select(old).where(sa.tuple_(*by) > sa.tuple_(*after)).order_by(*by).limit(_PAGE)
        page = []
        for row in connection.execute(statement).mappings():
            same = same + 1 if row["started_ms"] == after[0] else 0
            after = (row["started_ms"], row["id"])
            tail = tail_of(row["caller"])
            # Numbers of journal entries are not known here; the order within a millisecond takes their place.
            ordinal = ordinal_of(row["started_ms"], 0) + same
            page.append({**row, "ordinal": ordinal, "caller_tail": tail, "caller_end": tail[:END], "fields": "{}"})
        if not page:
            return
        yield page


def _fill_agents() -> None:
    """Whoever was on a contact before the last agent: only the journal knows."""
    connection = op.get_bind()
    journal = _table("journal", "seq", "effects")
    handled = sa.text(
        "INSERT INTO contact_agents (agent, ordinal) SELECT :agent, ordinal FROM contacts WHERE id = :contact "
        "ON CONFLICT DO NOTHING"
    ).bindparams(sa.bindparam("agent", type_=sa.Text), sa.bindparam("contact", type_=sa.Text))
    seq = 0
    while True:
        statement = (
            sa.select(journal.c.seq, journal.c.effects)
            .where(journal.c.seq > seq, journal.c.effects.contains("AgentConnected"))
            .order_by(journal.c.seq)
            .limit(_PAGE)
        )
        rows = connection.execute(statement).all()
        if not rows:
            return
        seq = rows[-1].seq
        facts = [fact for row in rows for fact in json.loads(row.effects) if fact.get("type") == "AgentConnected"]
        if facts:
            connection.execute(handled, [{"agent": fact["agent"], "contact": fact["contact"]} for fact in facts])


def _fill_names() -> None:
    connection = op.get_bind()
    customers = _table("customers", "id", "name", "name_folded")
    rows = [{"b_id": row.id, "folded": folded(row.name)} for row in connection.execute(sa.select(customers))]
    if rows:
        change = (
            customers.update().where(customers.c.id == sa.bindparam("b_id")).values(name_folded=sa.bindparam("folded"))
        )
        connection.execute(change, rows)
