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
from callcenter.storage.tables import lead_lists, lead_numbers, lead_rejects, leads


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
        self._sql = {name: str(s.compile(dialect=self._connection.dialect)) for name, s in _statements().items()}

    def known(self, numbers: Iterable[str]) -> list[Known]:
        """The leads of any campaign that have one of the numbers, in the order of their ids."""
        sought = list(dict.fromkeys(numbers))
        columns = [leads.c[name] for name in Known.__struct_fields__]
        statement = sa.select(*columns).where(leads.c.number.in_(sought)).order_by(leads.c.id)
        with self._connection.transaction(writes=False) as cursor:
            return [msgspec.convert(tuple(row), Known, strict=False) for row in self._run(cursor, statement)]

    def opted_out(self, numbers: Iterable[str]) -> set[str]:
        """Those of the numbers whose person is not to be called, be it a further number of theirs."""
        sought = list(dict.fromkeys(numbers))
        gone = leads.c.state == str(LeadState.OPTED_OUT)
        first = sa.select(leads.c.number).where(leads.c.number.in_(sought), gone)
        joined = lead_numbers.join(leads, leads.c.id == lead_numbers.c.lead)
        further = sa.select(lead_numbers.c.number).select_from(joined).where(lead_numbers.c.number.in_(sought), gone)
        with self._connection.transaction(writes=False) as cursor:
            return {row[0] for statement in (first, further) for row in self._run(cursor, statement)}

    def add(self, found: Sequence[NewLead], rejects: Sequence[RejectedRow] = (), rows_read: int = 0) -> None:
        """Keep a batch; ``rows_read`` is how many rows of the file are dealt with now."""
        with self._connection.transaction() as cursor:
            if found:
                cursor.executemany(self._sql["add"], [row_of(lead, self._campaign, self._list) for lead in found])
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
                cursor.executemany(self._sql["reject"], [self._rejected(one) for one in rejects])
            if further:
                cursor.executemany(self._sql["further"], further)
            refused = sum(lead.state is LeadState.REFUSED for lead in found)
            progress = {"b_accepted": len(found) - refused, "b_refused": refused, "b_rejected": len(rejects)}
            cursor.execute(self._sql["progress"], {**progress, "b_rows": rows_read, "b_list": self._list})

    def _run(self, cursor: Any, statement: sa.Select[Any]) -> list[Any]:
        compiled = statement.compile(dialect=self._connection.dialect, compile_kwargs={"render_postcompile": True})
        cursor.execute(str(compiled), compiled.params)
        return list(cursor.fetchall())

    def _rejected(self, reject: RejectedRow) -> dict[str, Any]:
        more, cells = (msgspec.json.encode(part).decode() for part in (reject.more, reject.cells))
        row = {"list": self._list, "row": reject.row, "column": clean(reject.column), "code": reject.code}
        return {**row, "more": more, "cells": cells}

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()


def _statements() -> dict[str, Any]:
    def number(name: str) -> Any:
        return sa.bindparam(f"b_{name}", type_=sa.BigInteger)

    def text(name: str) -> Any:
        return sa.bindparam(f"b_{name}", type_=sa.Text)

    named = {
        column.name: sa.bindparam(column.name, type_=column.type) for column in leads.columns if column.name != "id"
    }
    its = (leads.c.number == text("number"), leads.c.campaign == text("campaign"), leads.c.extension == text("ext"))
    lists = lead_lists.c
    return {
        "add": leads.insert().values(named).inline(),
        "reject": lead_rejects.insert().values(
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
