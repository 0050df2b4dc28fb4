"""What is counted of queues and agents by quarter of an hour, and waits as they were expected and as they were."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text, text

from callcenter.domain.figures import AgentSums, QueueSums
from callcenter.storage.tables.base import metadata

_ADDED_LATER = frozenset({"called_back"})
"""Nought in the rows that were there before."""

queue_figures = Table(
    "queue_figures",
    metadata,
    Column("start_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("queue", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    *(
        Column(name, BigInteger, nullable=False, server_default=text("0") if name in _ADDED_LATER else None)
        for name in QueueSums.__struct_fields__
    ),
    sqlite_with_rowid=False,
)

agent_figures = Table(
    "agent_figures",
    metadata,
    Column("start_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("agent", Text, primary_key=True),
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in AgentSums.__struct_fields__),
    sqlite_with_rowid=False,
)


def _waits(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("joined_ms", BigInteger, primary_key=True, autoincrement=False),
        Column("contact", Text, primary_key=True),
        Column("queue", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("expected_ms", BigInteger, nullable=False),
        Column("waited_ms", BigInteger, nullable=False),
        Column("outcome", Text, nullable=False, server_default=text("'answered'")),
        sqlite_with_rowid=False,
    )


wait_predictions = _waits("wait_predictions")
"""Expected when a contact joined a queue."""
told_waits = _waits("told_waits")
"""Told to the customer; ``joined_ms`` is when."""
