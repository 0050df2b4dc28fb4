"""Pages of a campaign's leads, each from one index."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from callcenter.domain.leads import LeadState
from callcenter.storage.ordinals import tail_of
from callcenter.storage.tables import lead_rejects, leads

_AFTER_LAST = chr(0x10FFFF)


def page_statement(
    campaign: str,
    *,
    list_id: int | None,
    standing: tuple[LeadState, str] | None,
    after: tuple[int, int] | None,
    limit: int,
) -> sa.Select[Any]:
    """By list and place in it, beyond the list and id ``after``."""
    columns = leads.c
    statement = sa.select(leads).where(columns.campaign == campaign)
    if standing is not None:
        statement = statement.where(columns.state == str(standing[0]), columns.reason == standing[1])
    if list_id is not None:
        statement = statement.where(columns.list == list_id)
    if after is not None:
        statement = statement.where(sa.tuple_(columns.list, columns.id) > sa.tuple_(*map(sa.literal, after)))
    return statement.order_by(columns.list, columns.id).limit(limit)


def search_statement(campaign: str, number: str, limit: int) -> sa.Select[Any]:
    """By number, or by what it ends in."""
    columns, tail = leads.c, tail_of(number)
    its = (columns.campaign == campaign, columns.number_tail >= tail, columns.number_tail < tail + _AFTER_LAST)
    return sa.select(leads).where(*its).order_by(columns.number_tail, columns.id).limit(limit)


def rejects_statement(list_id: int, after: int, limit: int) -> sa.Select[Any]:
    """In the order of the file."""
    columns = lead_rejects.c
    shown = sa.select(columns.row, columns.column, columns.code, columns.more, columns.cells)
    return shown.where(columns.list == list_id, columns.row > after).order_by(columns.row).limit(limit)
