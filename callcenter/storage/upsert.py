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


def add_up(dialect: str, table: sa.Table, highest: frozenset[str]) -> Any:
    """An insert that adds to the row of the same key; of the columns in ``highest`` the higher value stays."""
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    keys = [column.name for column in table.primary_key]
    given: dict[str, Any] = {}
    for column in table.columns:
        new = insert.excluded[column.name]
        if column.name in highest:
            given[column.name] = sa.case((new > column, new), else_=column)
        elif column.name not in keys:
            given[column.name] = column + new
    return insert.values({column.name: sa.bindparam(column.name) for column in table.columns}).on_conflict_do_update(
        index_elements=keys, set_=given
    )


def insert_missing(dialect: str, table: sa.Table, rows: sa.Select[Any]) -> Any:
    """An insert of ``rows`` (all columns, in order) that leaves those that are there as they are."""
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    # SQLite can only tell the conflict clause from a join when the rows have a condition; all of ours have.
    return insert.from_select([column.name for column in table.columns], rows).on_conflict_do_nothing()


def insert_or_leave(dialect: str, table: sa.Table) -> Any:
    """An insert of one row that leaves a row with the same primary key as it is; another conflict is an error."""
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    key = [column.name for column in table.primary_key]
    return insert.values({column.name: sa.bindparam(column.name) for column in table.columns}).on_conflict_do_nothing(
        index_elements=key
    )
