"""Makes the reports of campaigns when they are due. When that is are rows, so a restart forgets and repeats none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from callcenter.core.state import CoreState
from callcenter.domain.campaign_records import Campaign, CampaignState
from callcenter.domain.campaign_reports import CampaignReport, ReportDue, ReportKind
from callcenter.domain.errors import ProviderError
from callcenter.domain.ports import CampaignFigureStore, CampaignReportStore, CampaignStore, Clock
from callcenter.reports.campaign_report import period_of, report_of

log = structlog.get_logger(__name__)

EVERY_MS = 60_000
SETTLES_MS = 60_000
"""So long after its end a stretch of time is reported: what ended in its last second is written by then."""
_REGULAR = (ReportKind.DAY, ReportKind.WEEK, ReportKind.MONTH)


class CampaignReports:
    """Fills the ``CampaignReports`` port of the web, and is run beside it."""

    def __init__(
        self,
        campaigns: CampaignStore,
        figures: CampaignFigureStore,
        store: CampaignReportStore,
        clock: Clock,
        state: Callable[[], CoreState],
    ) -> None:
        self._campaigns, self._figures, self._store, self._clock = campaigns, figures, store, clock
        self._state = state

    async def run(self) -> None:
        """Once a minute, until cancelled."""
        while True:
            try:
                await self.round()
            except ProviderError as trouble:
                log.warning("reports of campaigns wait", trouble=str(trouble))
            await self._clock.sleep_until(self._clock.now_ms() + EVERY_MS)

    async def round(self) -> int:
        """Note what is to come of campaigns that run or have ended, and make what is due; how many were made."""
        now, made = self._clock.now_ms(), 0
        alive = await self._campaigns.in_state(CampaignState.RUNNING, CampaignState.PAUSED)
        await self._store.expect([self._next(one, kind, now) for one in alive for kind in _REGULAR])
        ended = await self._campaigns.in_state(CampaignState.FINISHED)
        known = {one.id for one in alive}
        reviewed = await self._store.reviewed() if ended else ()
        wanted = [one.id for one in ended if one.id not in reviewed]
        await self._store.expect([ReportDue(name, ReportKind.REVIEW, now) for name in wanted])
        for due in await self._store.due(now):
            made += await self._make(due, now, goes_on=due.campaign in known)
        return made

    async def kept(self, campaign: str) -> Sequence[CampaignReport]:
        """The reports that were made, the newest first."""
        return await self._store.kept(campaign)

    async def now(self, campaign: str) -> CampaignReport:
        """The whole campaign up to this moment."""
        now = self._clock.now_ms()
        return await self._report(campaign, ReportKind.NOW, (0, now + 1), now)

    async def _make(self, due: ReportDue, now: int, *, goes_on: bool) -> bool:
        if due.kind is ReportKind.REVIEW:
            report = await self._report(due.campaign, due.kind, (0, now + 1), now)
            return await self._store.keep(report, due, None)
        span = period_of(due.kind, due.due_ms - SETTLES_MS - 1, self._offset_ms)
        report = await self._report(due.campaign, due.kind, span, now)
        # A centre that was away for days makes each of them, one after the other.
        end = period_of(due.kind, span[1], self._offset_ms)[1]
        return await self._store.keep(report, due, end + SETTLES_MS if goes_on else None)

    async def _report(self, campaign: str, kind: ReportKind, span: tuple[int, int], now: int) -> CampaignReport:
        quarters = await self._figures.quarters(campaign, *span)
        agents = await self._store.by_agent(campaign, *span)
        return report_of(campaign, kind, span, quarters, agents, self._offset_ms, now)

    def _next(self, campaign: Campaign, kind: ReportKind, now: int) -> ReportDue:
        return ReportDue(campaign.id, kind, period_of(kind, now, self._offset_ms)[1] + SETTLES_MS)

    @property
    def _offset_ms(self) -> int:
        return self._state().offset_ms
