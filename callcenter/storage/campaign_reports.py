"""Reports of campaigns, and when the next ones are due: a report and the next due time are one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec
import sqlalchemy as sa

from callcenter.domain.campaign_reports import CampaignReport, ReportDue, ReportKind
from callcenter.storage.database import Database
from callcenter.storage.tables import campaign_due, campaign_reports, lead_attempts
from callcenter.storage.upsert import insert_or_leave


class SqlCampaignReports:
    """The ``CampaignReportStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_agent(self, campaign: str, from_ms: int, to_ms: int) -> Mapping[str, Mapping[str, int]]:
        """Dialled attempts that ended in the time, by agent and outcome."""
        columns = lead_attempts.c
        statement = (
            sa.select(columns.agent, columns.outcome, sa.func.count())
            .where(columns.campaign == campaign, columns.dialled)
            .where(columns.ended_ms >= from_ms, columns.ended_ms < to_ms)
            .group_by(columns.agent, columns.outcome)
        )
        found: dict[str, dict[str, int]] = {}
        async with self._database.read() as connection:
            for agent, outcome, count in await connection.execute(statement):
                found.setdefault(str(agent), {})[str(outcome)] = int(count)
        return found

    async def expect(self, due: Sequence[ReportDue]) -> None:
        """Note when reports are due; what is noted already stays as it is."""
        if not due:
            return
        async with self._database.write() as connection:
            statement = insert_or_leave(connection.dialect.name, campaign_due)
            rows = [{"campaign": one.campaign, "errand": str(one.kind), "due_ms": one.due_ms} for one in due]
            await connection.execute(statement, rows)

    async def due(self, now_ms: int) -> Sequence[ReportDue]:
        """Those whose time has come, the longest due first."""
        columns = campaign_due.c
        statement = (
            sa.select(columns.campaign, columns.errand, columns.due_ms)
            .where(columns.due_ms <= now_ms)
            .order_by(columns.due_ms, columns.campaign, columns.errand)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return [ReportDue(str(row[0]), ReportKind(row[1]), int(row[2])) for row in rows]

    async def keep(self, report: CampaignReport, due: ReportDue, then: int | None) -> bool:
        """Keep a report and move its due time to ``then`` (None: no more); False when somebody has done so before."""
        its = (
            campaign_due.c.campaign == due.campaign,
            campaign_due.c.errand == str(due.kind),
            campaign_due.c.due_ms == due.due_ms,
        )
        moved: sa.Update | sa.Delete = sa.delete(campaign_due).where(*its)
        if then is not None:
            moved = campaign_due.update().where(*its).values(due_ms=then)
        row = {
            "campaign": report.campaign,
            "kind": str(report.kind),
            "from_ms": report.from_ms,
            "to_ms": report.to_ms,
            "made_ms": report.made_ms,
            "report": msgspec.json.encode(report).decode(),
        }
        async with self._database.write() as connection:
            if (await connection.execute(moved.returning(campaign_due.c.campaign))).first() is None:
                return False
            await connection.execute(insert_or_leave(connection.dialect.name, campaign_reports), row)
        return True

    async def reviewed(self) -> Collection[str]:
        """Campaigns whose review was made."""
        statement = sa.select(campaign_reports.c.campaign).where(campaign_reports.c.kind == str(ReportKind.REVIEW))
        async with self._database.read() as connection:
            return frozenset(str(name) for name in (await connection.execute(statement)).scalars())

    async def kept(self, campaign: str) -> Sequence[CampaignReport]:
        """The reports of a campaign, the newest first."""
        columns = campaign_reports.c
        statement = (
            sa.select(columns.report)
            .where(columns.campaign == campaign)
            .order_by(columns.to_ms.desc(), columns.from_ms, columns.kind)
        )
        async with self._database.read() as connection:
            texts = (await connection.execute(statement)).scalars().all()
        return [msgspec.json.decode(text, type=CampaignReport) for text in texts]
