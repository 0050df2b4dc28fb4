"""Leads of campaigns and their lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.lead_lists import RejectedRow
from callcenter.domain.leads import Lead, LeadChange, LeadList, LeadState, ListState, OwnerCount, StateCount
from callcenter.storage.database import Database
from callcenter.storage.lead_changes import apply, lead_statements_for
from callcenter.storage.lead_pages import page_statement, rejects_statement, search_statement
from callcenter.storage.lead_rows import lead_of, list_of
from callcenter.storage.lead_shares import LeadShares
from callcenter.storage.one_thread import OneThread
from callcenter.storage.plain_connection import PlainConnection
from callcenter.storage.tables import lead_lists, leads

# Written out: SQLite uses a partial index only where the statement says its condition in so many words.
_READY = leads.c.state == sa.literal_column(f"'{LeadState.READY}'")
_WAITING = leads.c.state == sa.literal_column(f"'{LeadState.WAITING}'")

_cells: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(tuple[str, ...])


def next_statements(campaign: str, owner: str, now_ms: int, limit: int) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """The due ones of ``owner`` and the ready ones, each in order, each from one index."""
    its = (leads.c.campaign == campaign, leads.c.owner == owner)
    due = sa.select(leads).where(*its, _WAITING, leads.c.due_ms <= now_ms)
    ready = sa.select(leads).where(*its, _READY)
    return (
        due.order_by(leads.c.due_ms, leads.c.rank, leads.c.id).limit(limit),
        ready.order_by(leads.c.rank, leads.c.id).limit(limit),
    )


class SqlLeads(LeadShares):
    """The ``LeadStore``."""

    def __init__(self, url: str, database: Database) -> None:
        super().__init__(database)
        self._connection = PlainConnection(url)
        self._sql = lead_statements_for(self._connection.dialect)
        self._thread = OneThread("leads")

    async def close(self) -> None:
        """Disconnect."""
        await self._thread.run(self._connection.close)
        self._thread.close()

    async def next_due(
        self, campaign: str, now_ms: int, limit: int, agent: str | None = None, teams: Sequence[str] = ()
    ) -> list[Lead]:
        """Up to ``limit``: the agent's own, the teams', nobody's; due ones before ready ones."""
        owners = [f"agent:{agent}"] if agent else []
        owners += [f"team:{team}" for team in teams]
        found: list[Lead] = []
        async with self._database.read() as connection:
            for owner in (*owners, ""):
                for statement in next_statements(campaign, owner, now_ms, limit):
                    if len(found) < limit:
                        rows = await connection.execute(statement.limit(limit - len(found)))
                        found += [lead_of(row) for row in rows]
        return found

    async def get(self, lead: int) -> Lead | None:
        """One lead."""
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(leads).where(leads.c.id == lead))).first()
        return None if row is None else lead_of(row)

    async def counts(self, campaign: str, list_id: int | None = None) -> list[StateCount]:
        """From one index, in the order of state and reason."""
        keys = (leads.c.state, leads.c.reason)
        statement = (
            sa.select(*keys, sa.func.count()).where(leads.c.campaign == campaign).group_by(*keys).order_by(*keys)
        )
        if list_id is not None:
            statement = statement.where(leads.c.list == list_id)
        async with self._database.read() as connection:
            return [
                StateCount(LeadState(state), reason, count)
                for state, reason, count in await connection.execute(statement)
            ]

    async def waiting_due(self, campaign: str, now_ms: int) -> int:
        """Those waiting whose time has come."""
        due = (leads.c.campaign == campaign, _WAITING, leads.c.due_ms <= now_ms)
        async with self._database.read() as connection:
            return int((await connection.execute(sa.select(sa.func.count()).where(*due))).scalar_one())

    async def page(
        self,
        campaign: str,
        *,
        list_id: int | None = None,
        standing: tuple[LeadState, str] | None = None,
        after: int = 0,
        limit: int = 50,
    ) -> list[Lead]:
        """Beyond the lead ``after``, by list and place in it."""
        place: tuple[int, int] | None = None
        async with self._database.read() as connection:
            if after:
                found = (await connection.execute(sa.select(leads.c.list).where(leads.c.id == after))).first()
                place = (found.list, after) if found is not None else None
            statement = page_statement(campaign, list_id=list_id, standing=standing, after=place, limit=limit)
            return [lead_of(row) for row in await connection.execute(statement)]

    async def search(self, campaign: str, number: str, limit: int = 50) -> list[Lead]:
        """With this number, or one that ends so."""
        async with self._database.read() as connection:
            return [lead_of(row) for row in await connection.execute(search_statement(campaign, number, limit))]

    async def owners(self, campaign: str) -> list[OwnerCount]:
        """From the two indices of what can be dialled."""
        found: dict[str, int] = {}
        async with self._database.read() as connection:
            for standing in (_READY, _WAITING):
                its = sa.select(leads.c.owner, sa.func.count()).where(leads.c.campaign == campaign, standing)
                for owner, count in await connection.execute(its.group_by(leads.c.owner)):
                    found[owner] = found.get(owner, 0) + count
        return [OwnerCount(owner, count) for owner, count in sorted(found.items())]

    async def rejects(self, list_id: int, after: int = 0, limit: int = 1_000) -> list[RejectedRow]:
        """Rows that made no lead, in the order of the file."""
        async with self._database.read() as connection:
            rows = (await connection.execute(rejects_statement(list_id, after, limit))).all()
        return [
            RejectedRow(row.row, row.column, row.code, msgspec.json.decode(row.more), _cells.decode(row.cells))
            for row in rows
        ]

    async def settle(self, changes: Sequence[LeadChange]) -> None:
        """Apply in order, all or none."""
        await self._thread.run(self._settle, changes)

    def _settle(self, changes: Sequence[LeadChange]) -> None:
        with self._connection.transaction() as cursor:
            apply(cursor, self._sql, changes)

    async def add_list(
        self, campaign: str, name: str, file_name: str, sha256: str, uploaded_by: str, at_ms: int
    ) -> LeadList:
        """A new list, without leads."""
        values = {"campaign": campaign, "name": name, "file_name": file_name, "sha256": sha256, "at_ms": at_ms}
        made = LeadList(id=0, uploaded_by=uploaded_by, **values)  # type: ignore[arg-type]  # names fit the struct
        row = {name: getattr(made, name) for name in LeadList.__struct_fields__ if name != "id"}
        async with self._database.write() as connection:
            insert = lead_lists.insert().values(**{**row, "state": str(made.state)}).returning(lead_lists.c.id)
            number = (await connection.execute(insert)).scalar_one()
        return LeadList(**{**row, "id": int(number)})

    async def lists(self, campaign: str) -> list[LeadList]:
        """Newest first."""
        return await self._lists(lead_lists.c.campaign == campaign)

    async def list_of(self, list_id: int) -> LeadList | None:
        """One list."""
        found = await self._lists(lead_lists.c.id == list_id)
        return found[0] if found else None

    async def same_file(self, campaign: str, sha256: str) -> LeadList | None:
        """The newest made of the very same file."""
        its = (lead_lists.c.campaign == campaign, lead_lists.c.sha256 == sha256)
        found = await self._lists(*its, lead_lists.c.state != str(ListState.FAILED))
        return found[0] if found else None

    async def unfinished(self) -> list[LeadList]:
        """Those being read, the oldest first."""
        return (await self._lists(lead_lists.c.state == str(ListState.IMPORTING)))[::-1]

    async def map_list(self, list_id: int, mapping: str) -> None:
        """Keep which column is what."""
        change = lead_lists.update().where(lead_lists.c.id == list_id).values(mapping=mapping)
        async with self._database.write() as connection:
            await connection.execute(change)

    async def set_list(self, list_id: int, state: ListState, failure: str = "") -> None:
        """Where its reading stands."""
        change = lead_lists.update().where(lead_lists.c.id == list_id).values(state=str(state), failure=failure)
        async with self._database.write() as connection:
            await connection.execute(change)

    async def _lists(self, *conditions: sa.ColumnElement[bool]) -> list[LeadList]:
        statement = sa.select(lead_lists).where(*conditions).order_by(lead_lists.c.id.desc())
        async with self._database.read() as connection:
            return [list_of(row) for row in await connection.execute(statement)]
