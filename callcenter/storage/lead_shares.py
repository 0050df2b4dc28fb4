"""Leads handed out, taken back and recalled, in short transactions: others who write wait for one of them at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from callcenter.domain.leads import LeadState, ListState
from callcenter.storage.database import Database
from callcenter.storage.tables import lead_lists, leads
from dialer.lists.shares import turns

_CHUNK = 1_000
_READY = leads.c.state == sa.literal_column(f"'{LeadState.READY}'")
_WAITING = leads.c.state == sa.literal_column(f"'{LeadState.WAITING}'")
PROMISED = "promised"
"""The reason of a lead that waits for a call somebody promised; it stays theirs."""


def _next_ready(campaign: str, owner: str) -> sa.Select[Any]:
    its = (leads.c.campaign == campaign, leads.c.owner == owner)
    return sa.select(leads.c.id).where(*its, _READY).order_by(leads.c.rank, leads.c.id).limit(_CHUNK)


def _next_waiting(campaign: str, owner: str) -> sa.Select[Any]:
    its = (leads.c.campaign == campaign, leads.c.owner == owner, leads.c.reason != PROMISED)
    return sa.select(leads.c.id).where(*its, _WAITING).order_by(leads.c.due_ms, leads.c.rank, leads.c.id).limit(_CHUNK)


class LeadShares:
    """Whose leads are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hand_out(self, campaign: str, shares: Sequence[tuple[str, int]]) -> int:
        """Nobody's open leads to owners, the next ones first; returns how many there were."""
        given, order = 0, turns(shares)
        for statement in (_next_ready(campaign, ""), _next_waiting(campaign, "")):
            while True:
                async with self._database.write() as connection:
                    ids = [row.id for row in await connection.execute(statement)]
                    pairs = list(zip(ids, islice(order, len(ids)), strict=False))
                    by_owner: dict[str, list[int]] = {}
                    for lead, owner in pairs:
                        by_owner.setdefault(owner, []).append(lead)
                    for owner, some in by_owner.items():
                        await connection.execute(leads.update().where(leads.c.id.in_(some)).values(owner=owner))
                given += len(pairs)
                if len(pairs) < _CHUNK:
                    break
        return given

    async def take_back(self, campaign: str, owner: str) -> int:
        """The owner's open leads are nobody's again, but for those they promised to call."""
        taken = 0
        for statement in (_next_ready(campaign, owner), _next_waiting(campaign, owner)):
            change = leads.update().where(leads.c.id.in_(statement)).values(owner="")
            while changed := await self._changed(change):
                taken += changed
        return taken

    async def recall(self, listed: int) -> int:
        """The list's open leads are out of dialling, and those in an attempt will be when it ends."""
        await self._mark(listed, ListState.RECALLED)
        return await self._each(listed, lambda ids: self._moved(ids, (_READY, _WAITING), LeadState.RECALLED))

    async def put_back(self, listed: int) -> int:
        """The list's recalled leads can be dialled again, those that waited when their time comes."""
        await self._mark(listed, ListState.IMPORTED)
        state = sa.case((leads.c.due_ms > 0, str(LeadState.WAITING)), else_=str(LeadState.READY))
        recalled = leads.c.state == str(LeadState.RECALLED)
        return await self._each(listed, lambda ids: self._moved(ids, (recalled,), state))

    def _moved(self, ids: Sequence[int], states: Sequence[sa.ColumnElement[bool]], to: Any) -> sa.Update:
        return leads.update().where(leads.c.id.in_(ids), sa.or_(*states)).values(state=to)

    async def _each(self, listed: int, change: Callable[[Sequence[int]], sa.Update]) -> int:
        """Apply a change to the list's leads in chunks of their order."""
        async with self._database.read() as connection:
            found = await connection.execute(sa.select(lead_lists.c.campaign).where(lead_lists.c.id == listed))
            campaign = found.scalar_one()
        columns, after, changed = leads.c, 0, 0
        while True:
            its = (columns.campaign == campaign, columns.list == listed, columns.id > after)
            chunk = sa.select(columns.id).where(*its).order_by(columns.id).limit(_CHUNK)
            async with self._database.write() as connection:
                ids = [row.id for row in await connection.execute(chunk)]
                if not ids:
                    return changed
                changed += (await connection.execute(change(ids))).rowcount
            after = ids[-1]

    async def _changed(self, change: sa.Update) -> int:
        async with self._database.write() as connection:
            return (await connection.execute(change)).rowcount

    async def _mark(self, listed: int, state: ListState) -> None:
        async with self._database.write() as connection:
            await connection.execute(lead_lists.update().where(lead_lists.c.id == listed).values(state=str(state)))
