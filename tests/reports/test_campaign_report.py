"""Where days, weeks and months of reports begin, and what a report says of its quarters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from callcenter.domain.campaign_records import CampaignQuarter
from callcenter.domain.campaign_reports import ReportKind, ReportRow
from callcenter.reports.campaign_report import period_of, report_of

CHINA = 8 * 3_600_000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000) - CHINA


@pytest.mark.parametrize(
    ("kind", "at", "begins", "ends"),
    [
        (ReportKind.DAY, "2026-02-28T00:00", "2026-02-28", "2026-03-01"),
        (ReportKind.DAY, "2026-02-28T23:59", "2026-02-28", "2026-03-01"),
        (ReportKind.WEEK, "2026-03-01T12:00", "2026-02-23", "2026-03-02"),
        (ReportKind.WEEK, "2026-03-02T00:00", "2026-03-02", "2026-03-09"),
        (ReportKind.MONTH, "2028-02-29T12:00", "2028-02-01", "2028-03-01"),
        (ReportKind.MONTH, "2026-12-31T23:59", "2026-12-01", "2027-01-01"),
    ],
)
def test_days_weeks_and_months_are_local(kind: ReportKind, at: str, begins: str, ends: str) -> None:
    assert period_of(kind, ms(at), CHINA) == (ms(begins), ms(ends))


def test_a_report_adds_up_by_day_hour_and_agent() -> None:
    quarters = [
        CampaignQuarter(ms("2026-03-01T09:45"), {"promised": 2, "busy": 3}, line_ms=100, present_ms=10, busy_ms=5),
        CampaignQuarter(ms("2026-03-02T09:00"), {"abandoned": 1, "promised": 1}, line_ms=50, present_ms=10, busy_ms=10),
        CampaignQuarter(ms("2026-03-02T10:00"), present_ms=20, busy_ms=0),
    ]
    span = (ms("2026-03-01"), ms("2026-03-03"))
    agents = {"1001": {"promised": 3}, "": {"busy": 3}}
    report = report_of("loan", ReportKind.WEEK, span, quarters, agents, CHINA, 7)
    assert report.total == ReportRow("", 7, 4, 3, 3, 1, 150)
    assert report.busy == 15 / 40
    assert [row.key for row in report.days] == ["2026-03-01", "2026-03-02"]
    assert report.hours == (ReportRow("09", 7, 4, 3, 3, 1, 150),)
    assert report.agents == (ReportRow("1001", 3, 3, 3, 3),)
    assert report.outcomes == {"promised": 3, "busy": 3, "abandoned": 1}
