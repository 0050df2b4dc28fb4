"""Reports are made when they are due, once each, also by a centre that was away; and read as a page and a workbook."""

from __future__ import annotations

import io
from pathlib import Path

from python_calamine import CalamineWorkbook

from callcenter.app.campaigns import CampaignReports
from callcenter.domain.access import Role
from callcenter.domain.campaign_records import CampaignAct
from callcenter.domain.campaign_reports import ReportKind
from tests.app.outbound import MAKER, a_lead, a_spec, outbound, person
from tests.app.test_campaign_pages import client_of

DAY_MS = 86_400_000


class Later:
    """A clock that is ahead of the product's."""

    def __init__(self, now_ms: int) -> None:
        self.at = now_ms

    def now_ms(self) -> int:
        return self.at


async def test_reports_of_each_day_are_made_once_also_after_a_pause_and_a_review_at_the_end(
    data: Path, flows: Path
) -> None:
    async with outbound(data, flows) as (house, clock):
        house.network.phone(f"number:{person(0)}", busy=True)
        await house.ready("1001")
        campaign = await house.start(await house.campaign(a_spec(), [a_lead(0)]))
        await clock.advance(5_000)
        storage, state = house.product.storage, house.product.engine.center.state

        def keeper(at_ms: int) -> CampaignReports:
            """As after a restart: nothing is in memory."""
            later = Later(at_ms)
            figures, kept = storage.campaign_figures, storage.campaign_reports
            return CampaignReports(storage.campaigns, figures, kept, later, lambda: state)  # type: ignore[arg-type]

        midnight = state.midnight(clock.now_ms())
        assert await keeper(midnight + DAY_MS - 1).round() == 0
        after = midnight + 3 * DAY_MS + 120_000
        while await keeper(after).round():
            pass
        days = [one for one in await keeper(after).kept(campaign.id) if one.kind is ReportKind.DAY]
        assert [(one.from_ms - midnight) // DAY_MS for one in days] == [2, 1, 0]
        assert [one.total.dialled for one in days] == [0, 0, 1]
        assert await keeper(after).round() == 0
        now = await house.product.campaigns.get(campaign.id)
        await house.product.campaigns.act(now.id, now.version, CampaignAct.FINISH, MAKER)
        assert await keeper(after).round() == 1
        assert await keeper(after + 1).round() == 0
        (review,) = [one for one in await keeper(after).kept(campaign.id) if one.kind is ReportKind.REVIEW]
        assert review.outcomes == {"busy": 1}


async def test_a_report_is_read_as_a_page_and_as_a_workbook(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        house.network.phone(f"number:{person(0)}", busy=True)
        await house.ready("1001")
        campaign = await house.start(await house.campaign(a_spec(), [a_lead(0)]))
        await clock.advance(5_000)
        maker = await client_of(house, "maker", Role.SUPERVISOR)
        page = await maker.get(f"/campaigns/{campaign.id}/reports")
        assert page.status == 200
        assert "By hour" in page.text
        assert (await maker.get(f"/campaigns/{campaign.id}/reports/day/5")).status == 404
        assert (await maker.get("/campaigns/none/reports/now/0/excel")).status == 404
        file = await maker.get(f"/campaigns/{campaign.id}/reports/now/0/excel")
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.body))
        assert book.sheet_names == ["In all", "By day", "By hour", "By outcome"]
        assert book.get_sheet_by_name("By outcome").to_python()[1] == ["busy", 1.0]
        heading, row = book.get_sheet_by_name("By day").to_python()
        assert (heading[1], row[1], row[2]) == ("Dialled", 1.0, 0.0)
