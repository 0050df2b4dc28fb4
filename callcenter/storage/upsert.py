"""Insert or replace, the same on both databases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def upsert(dialect: str, table: sa.Table, key: str, *, without: tuple[str, ...] = ()) -> Any:
    """An insert that replaces the row with the same ``key``; columns in ``without`` are left to the database."""
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    names = [column.name for column in table.columns if column.name not in without]
    given = {name: insert.excluded[name] for name in names if name != key}
    return insert.values({name: sa.bindparam(name) for name in names}).on_conflict_do_update(
        index_elements=[key], set_=given
    )
