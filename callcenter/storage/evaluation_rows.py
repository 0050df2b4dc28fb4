"""Evaluations and findings as rows, and the statements that keep them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.quality_records import Evaluation, EvaluationStatus, Found, ItemResult
from callcenter.storage.projection import clean
from callcenter.storage.sealing import Seal
from callcenter.storage.tables import evaluations, findings

_items: msgspec.json.Decoder[tuple[ItemResult, ...]] = msgspec.json.Decoder(tuple[ItemResult, ...])
_notes: msgspec.json.Decoder[tuple[dict[str, Any], ...]] = msgspec.json.Decoder(tuple[dict[str, Any], ...])
_PLACE = tuple(name for name in Found.__struct_fields__ if name != "quote")


async def keep(connection: AsyncConnection, seal: Seal, evaluation: Evaluation, found: Sequence[Found]) -> int:
    """Insert an evaluation and its findings; it counts from now on, unless a signed one does. Returns its id."""
    columns = evaluations.c
    mine = columns.contact == clean(evaluation.contact)
    await connection.execute(
        evaluations.update().where(mine, columns.current, columns.signed_ms.is_(None)).values(current=False)
    )
    signed = (await connection.execute(sa.select(columns.id).where(mine, columns.current))).first() is not None
    insert = evaluations.insert().values(_row(evaluation, current=not signed)).returning(columns.id)
    number = int((await connection.execute(insert)).scalar_one())
    if found:
        rows = [_finding_row(number, place, one, seal) for place, one in enumerate(found)]
        await connection.execute(findings.insert(), rows)
    return number


def evaluation_of(row: Any) -> Evaluation:
    """A row's evaluation."""
    values = {
        **row._mapping,
        "status": EvaluationStatus(row.status),
        "fatal": bool(row.fatal),
        "current": bool(row.current),
        "items": _items.decode(row.items),
        "notes": _notes.decode(row.notes),
    }
    return Evaluation(**values)


def found_of(row: Any, seal: Seal) -> Found:
    """A row's finding. Raises ``Corrupt``."""
    return Found(**{name: getattr(row, name) for name in _PLACE}, quote=seal.opened(row.quote) if row.quote else "")


def _row(evaluation: Evaluation, *, current: bool) -> dict[str, Any]:
    values = msgspec.structs.asdict(evaluation)
    del values["id"]
    return {
        **values,
        "contact": clean(evaluation.contact),
        "status": evaluation.status.value,
        "items": msgspec.json.encode(evaluation.items).decode(),
        "notes": msgspec.json.encode(evaluation.notes).decode(),
        "current": current,
        "signed_ms": None,
    }


def _finding_row(evaluation: int, number: int, one: Found, seal: Seal) -> dict[str, Any]:
    kept = {name: getattr(one, name) for name in _PLACE}
    quote = seal.sealed(one.quote) if one.quote else ""
    return {**kept, "evaluation": evaluation, "number": number, "quote": quote, "sealed_with": seal.key_name}
