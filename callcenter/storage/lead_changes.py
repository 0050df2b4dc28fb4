"""What the journal tells of leads, as statements on a plain cursor, to be run in the journal's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from callcenter.domain import leads as ld
from callcenter.domain.leads import LeadChange, LeadState, ListState
from callcenter.storage.tables import lead_lists, lead_numbers, leads

_OPEN = leads.c.state.in_([sa.literal_column(f"'{state}'") for state in ld.OPEN])


@dataclass(frozen=True, slots=True)
class LeadStatements:
    """SQL texts with named parameters ``b_…``."""

    claim: str
    wait: str
    end: str
    give_back: str
    put_off: str
    bar: str
    opt_out: str
    opt_out_further: str


def lead_statements_for(dialect: Dialect) -> LeadStatements:
    """Compile every statement for ``dialect``."""
    built = _build()
    return LeadStatements(
        **{field.name: str(built[field.name].compile(dialect=dialect)) for field in fields(LeadStatements)}
    )


def apply(cursor: Any, sql: LeadStatements, changes: Iterable[LeadChange]) -> None:
    """Apply in order. A change of a lead that is not there, or stands elsewhere by now, changes nothing."""
    for change in changes:
        _APPLY[type(change)](cursor, sql, change)


def _text(name: str) -> Any:
    return sa.bindparam(f"b_{name}", type_=sa.Text)


def _number(name: str) -> Any:
    return sa.bindparam(f"b_{name}", type_=sa.BigInteger)


def _build() -> dict[str, Any]:
    columns = leads.c
    its, its_attempt = columns.id == _number("id"), columns.attempt == _text("attempt")
    running = columns.state == sa.literal_column(f"'{LeadState.IN_ATTEMPT}'")
    opted_out: Any = sa.literal_column(f"'{LeadState.OPTED_OUT}'")
    change = leads.update()

    def if_running(name: str, value: Any) -> Any:
        return sa.case((running, value), else_=columns[name])

    def unless_recalled(state: LeadState) -> Any:
        its = sa.select(lead_lists.c.state).where(lead_lists.c.id == columns.list).scalar_subquery()
        recalled: Any = (
            its == sa.literal_column(f"'{ListState.RECALLED}'"),
            sa.literal_column(f"'{LeadState.RECALLED}'"),
        )
        return sa.case(recalled, else_=sa.literal_column(f"'{state}'"))

    opt_out = change.values(state=opted_out, reason=_text("reason"))
    return {
        "claim": change.where(its, _OPEN).values(
            state=sa.literal_column(f"'{LeadState.IN_ATTEMPT}'"),
            reason=sa.literal_column("''"),
            attempt=_text("attempt"),
            attempts=columns.attempts + sa.literal_column("1"),
            last_attempt_ms=_number("at_ms"),
        ),
        "wait": change.where(its, its_attempt).values(
            state=if_running("state", unless_recalled(LeadState.WAITING)),
            reason=if_running("reason", _text("reason")),
            due_ms=if_running("due_ms", _number("due_ms")),
            owner=if_running("owner", sa.func.coalesce(_text("owner"), columns.owner)),
            last_outcome=_text("outcome"),
        ),
        "end": change.where(its, its_attempt).values(
            state=if_running("state", _text("state")),
            reason=if_running("reason", _text("reason")),
            last_outcome=_text("outcome"),
        ),
        "give_back": change.where(its, its_attempt).values(
            state=if_running("state", unless_recalled(LeadState.READY)),
            reason=if_running("reason", _text("reason")),
            attempts=columns.attempts - sa.literal_column("1"),
            attempt=sa.literal_column("''"),
        ),
        "put_off": change.where(its, _OPEN).values(
            state=sa.literal_column(f"'{LeadState.WAITING}'"), reason=_text("reason"), due_ms=_number("due_ms")
        ),
        "bar": change.where(its, _OPEN).values(state=_text("state"), reason=_text("reason"), verdict=_text("verdict")),
        "opt_out": opt_out.where(columns.number == _text("number")),
        "opt_out_further": opt_out.where(
            columns.id.in_(sa.select(lead_numbers.c.lead).where(lead_numbers.c.number == _text("number")))
        ),
    }


def _claimed(cursor: Any, sql: LeadStatements, change: ld.LeadClaimed) -> None:
    cursor.execute(sql.claim, {"b_id": change.lead, "b_attempt": change.attempt, "b_at_ms": change.at_ms})


def _waits(cursor: Any, sql: LeadStatements, change: ld.LeadWaits) -> None:
    given = {"b_id": change.lead, "b_attempt": change.attempt, "b_outcome": change.outcome, "b_reason": change.reason}
    cursor.execute(sql.wait, {**given, "b_due_ms": change.due_ms, "b_owner": change.owner})


def _ended(cursor: Any, sql: LeadStatements, change: ld.LeadEnded) -> None:
    given = {"b_id": change.lead, "b_attempt": change.attempt, "b_outcome": change.outcome, "b_reason": change.reason}
    cursor.execute(sql.end, {**given, "b_state": str(change.state)})


def _returned(cursor: Any, sql: LeadStatements, change: ld.LeadReturned) -> None:
    given = {"b_id": change.lead, "b_attempt": change.attempt, "b_reason": change.reason}
    cursor.execute(sql.give_back, given)


def _put_off(cursor: Any, sql: LeadStatements, change: ld.LeadPutOff) -> None:
    cursor.execute(sql.put_off, {"b_id": change.lead, "b_reason": change.reason, "b_due_ms": change.due_ms})


def _barred(cursor: Any, sql: LeadStatements, change: ld.LeadBarred) -> None:
    given = {"b_id": change.lead, "b_state": str(change.state), "b_reason": change.reason}
    cursor.execute(sql.bar, {**given, "b_verdict": change.verdict})


def _opted_out(cursor: Any, sql: LeadStatements, change: ld.NumberOptedOut) -> None:
    for statement in (sql.opt_out, sql.opt_out_further):
        cursor.execute(statement, {"b_number": change.number, "b_reason": change.reason})


_APPLY: dict[type, Callable[[Any, LeadStatements, Any], None]] = {
    ld.LeadClaimed: _claimed,
    ld.LeadWaits: _waits,
    ld.LeadEnded: _ended,
    ld.LeadReturned: _returned,
    ld.LeadPutOff: _put_off,
    ld.LeadBarred: _barred,
    ld.NumberOptedOut: _opted_out,
}
