"""Agents' time, due reports and kept ones, on both databases."""

from __future__ import annotations

from callcenter.domain.campaign_records import CampaignQuarter, PacedTime
from callcenter.domain.campaign_reports import CampaignReport, ReportDue, ReportKind, ReportRow
from callcenter.storage import Storage

QUARTER = 900_000


def report(kind: ReportKind, from_ms: int, dialled: int = 1) -> CampaignReport:
    span = {"from_ms": from_ms, "to_ms": from_ms + 10, "made_ms": from_ms + 11}
    return CampaignReport(campaign="loan", kind=kind, **span, total=ReportRow("", dialled))


async def test_agents_time_adds_up_by_quarter(storage: Storage) -> None:
    for _ in range(2):
        await storage.campaign_figures.add_time(
            [PacedTime("loan", QUARTER, 100, 60, 10), PacedTime("card", QUARTER, 1, 1, 1)]
        )
    await storage.campaign_figures.add_time([])
    assert await storage.campaign_figures.quarters("loan", 0, 2 * QUARTER) == [
        CampaignQuarter(QUARTER, present_ms=200, busy_ms=120, ahead_ms=20)
    ]
    assert await storage.campaign_figures.quarters("loan", 0, QUARTER) == []


async def test_a_report_and_its_next_due_time_are_one(storage: Storage) -> None:
    reports = storage.campaign_reports
    day = ReportDue("loan", ReportKind.DAY, 100)
    await reports.expect([day, ReportDue("loan", ReportKind.WEEK, 300)])
    await reports.expect([ReportDue("loan", ReportKind.DAY, 999)])
    assert await reports.due(99) == []
    assert await reports.due(100) == [day]
    assert await reports.keep(report(ReportKind.DAY, 0, 1), day, 200)
    assert not await reports.keep(report(ReportKind.DAY, 0, 2), day, 200), "somebody else has made it"
    assert await reports.due(250) == [ReportDue("loan", ReportKind.DAY, 200)]
    assert await reports.keep(report(ReportKind.DAY, 100), ReportDue("loan", ReportKind.DAY, 200), None)
    assert await reports.due(299) == []
    assert await reports.kept("loan") == [report(ReportKind.DAY, 100), report(ReportKind.DAY, 0, 1)]
    assert await reports.kept("card") == []


async def test_a_review_is_made_once(storage: Storage) -> None:
    reports = storage.campaign_reports
    due = ReportDue("loan", ReportKind.REVIEW, 5)
    assert await reports.reviewed() == frozenset()
    await reports.expect([due])
    assert await reports.keep(report(ReportKind.REVIEW, 0), due, None)
    assert await reports.reviewed() == {"loan"}
