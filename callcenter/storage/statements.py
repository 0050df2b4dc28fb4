"""The journal writer's statements, compiled once for the dialect, to be run on the plain driver connection."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from callcenter.storage.tables import contacts, journal, journal_contacts, journal_mark, snapshots
from callcenter.storage.upsert import upsert

# Written out, since the plain connection gets no values besides those given.
_ZERO, _NONE, _ONE = (
    sa.literal_column(text, kind) for text, kind in (("0", sa.BigInteger), ("0", sa.Integer), ("1", sa.Integer))
)


@dataclass(frozen=True, slots=True)
class Statements:
    """SQL texts with named parameters. Parameter names are column names, or ``b_…`` in updates."""

    add_entry: str
    add_contact_index: str
    set_mark: str
    open_contact: str
    change_contact: str
    clear_contacts: str
    last_seq: str
    mark: str
    page: str
    add_snapshot: str
    prune_snapshots: str
    latest_snapshot: str


def statements_for(dialect: Dialect) -> Statements:
    """Compile every statement for ``dialect``."""
    built = _build(dialect.name)
    texts = {field.name: str(built[field.name].compile(dialect=dialect)) for field in fields(Statements)}
    return Statements(**texts)


def _build(dialect: str) -> dict[str, Any]:
    older = sa.select(snapshots.c.seq).order_by(snapshots.c.seq.desc()).offset(_ONE).limit(_ONE).scalar_subquery()
    return {
        "add_entry": journal.insert(),
        "add_contact_index": journal_contacts.insert(),
        "set_mark": journal_mark.update().values(done_seq=sa.bindparam("b_done_seq")),
        "open_contact": upsert(dialect, contacts, "id"),
        "change_contact": _change_contact(),
        "clear_contacts": contacts.delete(),
        "last_seq": sa.select(sa.func.coalesce(sa.func.max(journal.c.seq), _ZERO)),
        "mark": sa.select(journal_mark.c.done_seq),
        "page": sa.select(journal)
        .where(journal.c.seq >= sa.bindparam("b_from"))
        .order_by(journal.c.seq)
        .limit(sa.bindparam("b_limit", type_=sa.Integer))
        .offset(_NONE),
        "add_snapshot": upsert(dialect, snapshots, "seq"),
        "prune_snapshots": snapshots.delete().where(snapshots.c.seq < sa.func.coalesce(older, _ZERO)),
        "latest_snapshot": sa.select(snapshots).order_by(snapshots.c.seq.desc()).limit(_ONE).offset(_NONE),
    }


def _change_contact() -> Any:
    columns = contacts.c

    def given(name: str) -> Any:
        return sa.bindparam(f"b_{name}", type_=columns[name].type)

    kept = ("queue", "agent", "ended_ms", "reason", "disposition", "note")
    values: dict[str, Any] = {name: sa.func.coalesce(given(name), columns[name]) for name in kept}
    values["answered_ms"] = sa.func.coalesce(columns.answered_ms, given("answered_ms"))
    values["talked_ms"] = columns.talked_ms + given("talked_ms")
    values["waited_ms"] = sa.case(
        (columns.answered_ms.is_not(None), columns.waited_ms),
        (given("answered_ms").is_not(None), sa.bindparam("b_answer_wait_ms", type_=sa.BigInteger)),
        else_=columns.waited_ms + given("waited_ms"),
    )
    return contacts.update().where(columns.id == given("id")).values(values)
