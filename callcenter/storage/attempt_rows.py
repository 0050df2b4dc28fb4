"""Keeps the attempts of campaigns, and where their leads stand, from a batch of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from callcenter.domain import effects as fx
from callcenter.domain import leads as ld
from callcenter.domain.campaigns import Outcome
from callcenter.domain.figures import INTERVAL_MS
from callcenter.domain.journal import JournalEntry
from callcenter.domain.leads import LeadChange, LeadState
from callcenter.storage import lead_changes
from callcenter.storage.lead_changes import LeadStatements, lead_statements_for
from callcenter.storage.tables import campaign_figures, lead_attempts, opt_outs
from callcenter.storage.upsert import add_up, insert_or_leave


@dataclass(frozen=True, slots=True)
class AttemptStatements:
    """SQL texts with named parameters."""

    begin: str
    end: str
    began: str
    opt_out: str
    count: str
    leads: LeadStatements


def attempt_statements_for(dialect: Dialect) -> AttemptStatements:
    """Compile every statement for ``dialect``."""
    built = {
        "begin": insert_or_leave(dialect.name, lead_attempts),
        "end": _end(),
        "began": sa.select(lead_attempts.c.began_ms).where(
            lead_attempts.c.contact == sa.bindparam("b_contact", type_=sa.Text)
        ),
        "opt_out": insert_or_leave(dialect.name, opt_outs),
        "count": add_up(dialect.name, campaign_figures, frozenset()),
    }
    texts = {field.name: str(built[field.name].compile(dialect=dialect)) for field in fields(AttemptStatements)[:-1]}
    return AttemptStatements(**texts, leads=lead_statements_for(dialect))


def _end() -> Any:
    columns = lead_attempts.c
    names = ("ended_ms", "outcome", "dialled", "agent", "disposition")
    values = {name: sa.bindparam(f"b_{name}", type_=columns[name].type) for name in names}
    return lead_attempts.update().where(columns.contact == sa.bindparam("b_contact", type_=sa.Text)).values(values)


def add(cursor: Any, sql: AttemptStatements, entries: Sequence[JournalEntry]) -> None:
    """Add what the batch tells, in its order."""
    for entry in entries:
        for effect in entry.effects:
            if isinstance(effect, fx.LeadTaken):
                _taken(cursor, sql, effect, entry.at_ms)
            elif isinstance(effect, fx.LeadSettled):
                _settled(cursor, sql, effect, entry.at_ms)


def _taken(cursor: Any, sql: AttemptStatements, fact: fx.LeadTaken, at_ms: int) -> None:
    row = {
        "contact": fact.contact,
        "campaign": fact.campaign,
        "lead": fact.lead,
        "number": fact.number,
        "attempt": fact.attempt,
        "began_ms": at_ms,
        "ended_ms": None,
        "outcome": "",
        "dialled": False,
        "agent": "",
        "disposition": "",
        "verdict": msgspec.json.encode(fact.verdict).decode(),
    }
    cursor.execute(sql.begin, row)
    lead_changes.apply(cursor, sql.leads, [ld.LeadClaimed(fact.lead, fact.contact, at_ms)])


def _settled(cursor: Any, sql: AttemptStatements, fact: fx.LeadSettled, at_ms: int) -> None:
    row = {
        "b_contact": fact.contact,
        "b_ended_ms": at_ms,
        "b_outcome": str(fact.outcome),
        "b_dialled": fact.dialled,
        "b_agent": fact.agent,
        "b_disposition": fact.disposition,
    }
    cursor.execute(sql.end, row)
    lead_changes.apply(cursor, sql.leads, _changes(fact))
    if fact.dialled:
        its = {"campaign": fact.campaign, "quarter_ms": at_ms - at_ms % INTERVAL_MS, "outcome": str(fact.outcome)}
        cursor.execute(sql.began, {"b_contact": fact.contact})
        began = cursor.fetchone()
        line_ms = max(0, at_ms - int(began[0])) if began is not None else 0
        cursor.execute(sql.count, {**its, "attempts": 1, "line_ms": line_ms})
    if fact.state is LeadState.OPTED_OUT:
        proof = {"number": fact.number, "at_ms": at_ms, "source": fact.contact, "reason": str(fact.outcome)}
        cursor.execute(sql.opt_out, proof)


def _changes(fact: fx.LeadSettled) -> list[LeadChange]:
    its = fact.lead, fact.contact
    if fact.state is LeadState.READY:
        return [ld.LeadReturned(*its, reason=str(fact.outcome))]
    if fact.state is LeadState.WAITING:
        promised = fact.outcome is Outcome.CALL_AGAIN and fact.agent
        owner = f"agent:{fact.agent}" if promised else None
        reason = "promised" if fact.outcome is Outcome.CALL_AGAIN else "retry"
        return [ld.LeadWaits(*its, str(fact.outcome), reason, fact.due_ms or 0, owner)]
    ended: list[LeadChange] = [ld.LeadEnded(*its, str(fact.outcome), state=fact.state)]
    if fact.state is LeadState.OPTED_OUT:
        ended.append(ld.NumberOptedOut(fact.number))
    return ended
