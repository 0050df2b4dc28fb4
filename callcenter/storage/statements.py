"""The journal writer's statements, compiled once for the dialect, to be run on the plain driver connection."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from callcenter.domain.figures import HIGHEST
from callcenter.storage.tables import (
    agent_figures,
    assistant_handovers,
    contact_agents,
    contact_words,
    contacts,
    journal,
    journal_contacts,
    journal_mark,
    queue_figures,
    snapshots,
    told_waits,
    understood_sentences,
    wait_predictions,
)
from callcenter.storage.upsert import add_up, insert_missing, insert_or_leave, upsert

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
    add_agent: str
    add_word: str
    clear_contacts: str
    clear_agents: str
    clear_words: str
    add_queue_figures: str
    add_agent_figures: str
    add_prediction: str
    add_told_wait: str
    clear_queue_figures: str
    clear_agent_figures: str
    clear_predictions: str
    clear_told_waits: str
    add_sentence: str
    add_handover: str
    clear_sentences: str
    clear_handovers: str
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
        "add_agent": _add_to_contact(dialect, contact_agents, "agent"),
        "add_word": _add_to_contact(dialect, contact_words, "word"),
        "clear_contacts": contacts.delete(),
        "clear_agents": contact_agents.delete(),
        "clear_words": contact_words.delete(),
        "add_queue_figures": add_up(dialect, queue_figures, HIGHEST),
        "add_agent_figures": add_up(dialect, agent_figures, HIGHEST),
        "add_prediction": insert_or_leave(dialect, wait_predictions),
        "add_told_wait": insert_or_leave(dialect, told_waits),
        "clear_queue_figures": queue_figures.delete(),
        "clear_agent_figures": agent_figures.delete(),
        "clear_predictions": wait_predictions.delete(),
        "clear_told_waits": told_waits.delete(),
        "add_sentence": insert_or_leave(dialect, understood_sentences),
        "add_handover": insert_or_leave(dialect, assistant_handovers),
        "clear_sentences": understood_sentences.delete(),
        "clear_handovers": assistant_handovers.delete(),
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


def _add_to_contact(dialect: str, table: sa.Table, name: str) -> Any:
    """A row of ``table`` for the contact ``b_id``, unless it is there."""
    of_contact = sa.select(sa.bindparam(f"b_{name}", type_=sa.Text), contacts.c.ordinal).where(
        contacts.c.id == sa.bindparam("b_id", type_=sa.Text)
    )
    return insert_missing(dialect, table, of_contact)


def _change_contact() -> Any:
    columns = contacts.c

    def given(name: str) -> Any:
        return sa.bindparam(f"b_{name}", type_=columns[name].type)

    kept = ("queue", "agent", "ended_ms", "reason", "disposition", "note", "fields", "follow_up_ms")
    values: dict[str, Any] = {name: sa.func.coalesce(given(name), columns[name]) for name in kept}
    values["answered_ms"] = sa.func.coalesce(columns.answered_ms, given("answered_ms"))
    values["talked_ms"] = columns.talked_ms + given("talked_ms")
    values["waited_ms"] = sa.case(
        (columns.answered_ms.is_not(None), columns.waited_ms),
        (given("answered_ms").is_not(None), sa.bindparam("b_answer_wait_ms", type_=sa.BigInteger)),
        else_=columns.waited_ms + given("waited_ms"),
    )
    return contacts.update().where(columns.id == given("id")).values(values)
