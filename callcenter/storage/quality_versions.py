"""Statements about versions of rules and forms, on a connection of the caller's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.quality_records import WrittenKind, WrittenVersion
from callcenter.storage.projection import clean
from callcenter.storage.tables import quality_forms, quality_rule_sets

TABLES = {WrittenKind.RULES: quality_rule_sets, WrittenKind.FORM: quality_forms}
_files: msgspec.json.Decoder[dict[str, str]] = msgspec.json.Decoder(dict[str, str])


def packed(files: Mapping[str, str]) -> str:
    """Files as they are kept."""
    return msgspec.json.encode({clean(name): clean(text) for name, text in files.items()}).decode()


def version_of(kind: WrittenKind, row: Any) -> WrittenVersion:
    """A row's version."""
    values = {**row._mapping, "files": _files.decode(row.files), "in_force": bool(row.in_force)}
    return WrittenVersion(kind=kind, **values)


def new_draft(kind: WrittenKind, files: Mapping[str, str], author: str, at_ms: int, note: str, based_on: int) -> Any:
    """The insert of a draft, which returns its number."""
    table = TABLES[kind]
    row = {"files": packed(files), "author": clean(author), "made_ms": at_ms, "note": clean(note)}
    fresh = {"based_on": based_on, "revision": 1, "published_by": "", "published_ms": None, "in_force": False}
    return table.insert().values({**row, **fresh}).returning(table.c.version)


def changed_draft(
    kind: WrittenKind, number: int, revision: int, files: Mapping[str, str], note: str, author: str, at_ms: int
) -> Any:
    """The update of a draft at ``revision``; returns its number when there is one."""
    table = TABLES[kind]
    row = {"files": packed(files), "author": clean(author), "made_ms": at_ms, "note": clean(note)}
    same = (table.c.version == number, table.c.revision == revision, table.c.published_ms.is_(None))
    return table.update().where(*same).values(**row, revision=revision + 1).returning(table.c.version)


async def put_in_force(
    connection: AsyncConnection, kind: WrittenKind, number: int, by: str, at_ms: int, revision: int
) -> bool:
    """Publish a draft or go back to a version that was published; False when there is none (at ``revision``)."""
    table = TABLES[kind]
    wanted = [table.c.version == number, *([table.c.revision == revision] if revision else [])]
    if (await connection.execute(sa.select(table.c.version).where(*wanted).with_for_update())).first() is None:
        return False
    await connection.execute(table.update().where(table.c.in_force).values(in_force=False))
    published = {"published_by": clean(by), "published_ms": at_ms}
    await connection.execute(
        table.update().where(table.c.version == number, table.c.published_ms.is_(None)).values(**published)
    )
    await connection.execute(table.update().where(table.c.version == number).values(in_force=True))
    return True
