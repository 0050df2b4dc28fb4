"""Writes what a list's reading finds: batches of leads and rejects, each with its progress in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.lead_lists import RejectedRow
from callcenter.domain.leads import LeadState, NewLead
from callcenter.storage.lead_rows import row_of
from callcenter.storage.plain_connection import PlainConnection
from callcenter.storage.projection import clean
from callcenter.storage.tables import lead_lists, lead_numbers, lead_rejects, leads, opt_outs


class Known(msgspec.Struct, frozen=True, array_like=True):
    """A lead with a number that is sought; ``row`` is its row in the file of ``list``."""

    campaign: str
    list: int
    row: int
    number: str
    extension: str
    state: LeadState


class LeadWriter:
    """Of one list; synchronous, on a connection of its own."""

    def __init__(self, url: str, campaign: str, list_id: int) -> None:
        self._connection = PlainConnection(url)
        self._campaign = campaign
        self._list = list_id
        dialect = self._connection.dialect
        self._copies = dialect.name == "postgresql"
        self._analysed = False
        self._sql = {name: str(s.compile(dialect=dialect)) for name, s in _statements(dialect.name).items()}

    def known(self, numbers: Iterable[str]) -> list[Known]:
        """The leads of any campaign that have one of the numbers, in the order of their ids."""
        with self._connection.transaction(writes=False) as cursor:
            cursor.execute(self._sql["known"], _sought(numbers))
            return [msgspec.convert(tuple(row), Known, strict=False) for row in cursor.fetchall()]

    def opted_out(self, numbers: Iterable[str]) -> set[str]:
        """Those of the numbers whose person is not to be called, be it a further number of theirs."""
        sought, found = _sought(numbers), set()
        with self._connection.transaction(writes=False) as cursor:
            for name in ("opted_out", "opted_out_further", "opted_out_without_lead"):
                cursor.execute(self._sql[name], sought)
                found |= {str(row[0]) for row in cursor.fetchall()}
        return found

    def add(self, found: Sequence[NewLead], rejects: Sequence[RejectedRow] = (), rows_read: int = 0) -> None:
        """Keep a batch; ``rows_read`` is how many rows of the file are dealt with now."""
        with self._connection.transaction() as cursor:
            if self._copies:
                # Rows and progress are one transaction: one that a crash takes away is read again.
                cursor.execute("SET LOCAL synchronous_commit TO off")
            if found:
                self._insert(cursor, "leads", [row_of(lead, self._campaign, self._list) for lead in found])
            further = [
                {
                    "b_further": other.number,
                    "b_campaign": self._campaign,
                    "b_number": lead.number,
                    "b_ext": lead.extension,
                }
                for lead in found
                for other in {one.number: one for one in lead.further}.values()
            ]
            if rejects:
                self._insert(cursor, "lead_rejects", [self._rejected(one) for one in rejects])
            if further:
                cursor.executemany(self._sql["further"], further)
            refused = sum(lead.state is LeadState.REFUSED for lead in found)
            progress = {"b_accepted": len(found) - refused, "b_refused": refused, "b_rejected": len(rejects)}
            if self._copies and found and not self._analysed:
                # Without figures PostgreSQL takes numbers for alike and reads the whole table for each batch.
                cursor.execute("ANALYZE leads")
                cursor.execute("ANALYZE lead_numbers")
                self._analysed = True
            cursor.execute(self._sql["progress"], {**progress, "b_rows": rows_read, "b_list": self._list})

    def finish(self) -> None:
        """Let PostgreSQL know what it has got: without it, counts by index would look at every row."""
        if self._copies:
            self._connection.outside_transaction("VACUUM (ANALYZE) leads")

    def _insert(self, cursor: Any, table: str, rows: list[dict[str, Any]]) -> None:
        """COPY takes PostgreSQL half as long as statements do; SQLite has nothing faster than statements."""
        if not self._copies:
            cursor.executemany(self._sql[table], rows)
            return
        names = ", ".join(f'"{name}"' for name in rows[0])
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))

    def _rejected(self, reject: RejectedRow) -> dict[str, Any]:
        more, cells = (msgspec.json.encode(part).decode() for part in (reject.more, reject.cells))
        row = {"list": self._list, "row": reject.row, "column": clean(reject.column), "code": reject.code}
        return {**row, "more": more, "cells": cells}

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()


def _sought(numbers: Iterable[str]) -> dict[str, str]:
    return {"b_numbers": msgspec.json.encode(list(dict.fromkeys(numbers))).decode()}


def _statements(dialect: str) -> dict[str, Any]:
    def number(name: str) -> Any:
        return sa.bindparam(f"b_{name}", type_=sa.BigInteger)

    def text(name: str) -> Any:
        return sa.bindparam(f"b_{name}", type_=sa.Text)

    named = {
        column.name: sa.bindparam(column.name, type_=column.type) for column in leads.columns if column.name != "id"
    }
    its = (leads.c.number == text("number"), leads.c.campaign == text("campaign"), leads.c.extension == text("ext"))
    lists = lead_lists.c
    # One parameter for all numbers: the statements are compiled once.
    if dialect == "postgresql":
        given: Any = sa.select(sa.func.json_array_elements_text(sa.cast(text("numbers"), sa.JSON)))
    else:
        given = sa.select(sa.func.json_each(text("numbers")).table_valued("value").c.value)
    gone = leads.c.state == sa.literal_column(f"'{LeadState.OPTED_OUT}'")
    joined = lead_numbers.join(leads, leads.c.id == lead_numbers.c.lead)
    return {
        "known": sa.select(*(leads.c[name] for name in Known.__struct_fields__))
        .where(leads.c.number.in_(given))
        .order_by(leads.c.id),
        "opted_out": sa.select(leads.c.number).where(leads.c.number.in_(given), gone),
        "opted_out_without_lead": sa.select(opt_outs.c.number).where(opt_outs.c.number.in_(given)),
        "opted_out_further": sa.select(lead_numbers.c.number)
        .select_from(joined)
        .where(lead_numbers.c.number.in_(given), gone),
        "leads": leads.insert().values(named).inline(),
        "lead_rejects": lead_rejects.insert().values(
            {column.name: sa.bindparam(column.name, type_=column.type) for column in lead_rejects.columns}
        ),
        "further": lead_numbers.insert().from_select(
            ["number", "lead"], sa.select(text("further"), leads.c.id).where(*its)
        ),
        "progress": lead_lists.update()
        .where(lists.id == number("list"))
        .values(
            rows_read=number("rows"),
            **{name: lists[name] + number(name) for name in ("accepted", "refused", "rejected")},
        ),
    }
