"""Campaigns in every state, in a real database: for their pages and for the gallery."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from callcenter.app.campaigns import CampaignDesk
from callcenter.core.state import CoreState
from callcenter.domain.campaign_records import Campaign, CampaignSpec, CampaignState
from callcenter.domain.campaigns import CampaignMode
from callcenter.domain.figures import INTERVAL_MS
from callcenter.storage import Storage
from callcenter.storage.tables import campaign_figures, campaign_pacing, lead_attempts
from callcenter.web.services import WebServices
from dialer.campaign.templates import templates

LOAN, OURS = "loan", "95588"
_CALLED: dict[str, Any] = {
    "on_behalf_of": {"zh": "未来银行", "en": "Future Bank"},
    "daily_limit": 2_000,
    "budget": 500.0,
    "price_minute": 0.12,
}
_DAY = ((640, 3), (700, 0), (815, 4), (902, 6), (898, 5), (921, 8), (910, 4), (884, 7))
"""Quarters of an hour: ‰ of agents' time that was busy, and people who found no agent."""
_OUTCOMES = {"promised": 61, "no_answer": 212, "busy": 48, "rejected": 23, "answered": 34, "opted_out": 4, "failed": 19}


def spec(sample: WebServices, template: str, **more: Any) -> CampaignSpec:
    """A whole request begun from a template."""
    config = sample.desk.config()
    (begun,) = (one.spec for one in templates() if one.id == template)
    given = {"queue": next(iter(config.queues)), "caller_number": OURS, "department": "零售金融部"}
    return replace(begun, **{**given, **more})


async def furnish(storage: Storage, sample: WebServices) -> CampaignDesk:
    """Five campaigns; ``loan`` runs and has been called."""

    async def no_engine(event: object) -> None:
        """Nothing dials in the gallery."""

    config = replace(sample.desk.config(), caller_number=OURS)
    desk = CampaignDesk(
        *(storage.campaigns, storage.leads, storage.audit, sample.clock),
        *(no_engine, lambda: CoreState(config=config), storage.campaign_figures),
    )
    names = {"zh": "六月消费贷邀约", "en": "June loans"}
    made = [
        Campaign(id="donors", spec=spec(sample, "donors"), state=CampaignState.FINISHED, approved_by="wangfang"),
        Campaign(
            id="early",
            spec=spec(sample, "collections_early"),
            state=CampaignState.PAUSED,
            approved_by="wangfang",
            note="carrier_fails 18/20",
        ),
        Campaign(id="repair", spec=spec(sample, "after_repair"), note="请补充话术的开场白"),
        Campaign(id="t7", spec=spec(sample, "repayment_t7"), state=CampaignState.SUBMITTED),
        Campaign(
            id=LOAN,
            spec=spec(sample, "satisfaction", names=names, mode=CampaignMode.PREDICTIVE, purpose="service", **_CALLED),
            state=CampaignState.RUNNING,
            approved_by="wangfang",
        ),
    ]
    now = sample.clock.now_ms()
    for n, campaign in enumerate(made):
        await storage.campaigns.save(replace(campaign, requested_by="liqiang"), now - (len(made) - n) * 5_400_000)
    await _attempts(storage, now)
    await _day(storage, now)
    return desk


async def _day(storage: Storage, now: int) -> None:
    quarter = now - now % INTERVAL_MS
    begun = quarter - len(_DAY) * INTERVAL_MS
    present = 20 * INTERVAL_MS
    counts, times = [], []
    for n, (busy, abandoned) in enumerate(_DAY):
        its = {"campaign": LOAN, "quarter_ms": begun + n * INTERVAL_MS}
        times.append(
            {**its, "present_ms": present, "busy_ms": present * busy // 1_000, "ahead_ms": present * min(n, 1)}
        )
        for outcome, attempts in (("answered", 150), ("abandoned", abandoned)):
            counts.append({**its, "outcome": outcome, "attempts": attempts, "line_ms": attempts * 60_000})
    async with storage.campaigns._database.write() as connection:
        await connection.execute(campaign_pacing.insert(), times)
        await connection.execute(campaign_figures.insert(), [one for one in counts if one["attempts"]])


async def _attempts(storage: Storage, now: int) -> None:
    rows = []
    for outcome, count in _OUTCOMES.items():
        for n in range(count):
            rows.append(
                {
                    **{"contact": f"{outcome}-{n}", "campaign": LOAN, "lead": 1_000 + n, "number": f"+86139{n:08d}"},
                    **{"attempt": 1, "began_ms": now - 60_000 * (n + 1), "ended_ms": now, "outcome": outcome},
                    **{
                        "dialled": True,
                        "agent": "1001",
                        "disposition": "",
                        "verdict": msgspec.json.encode({}).decode(),
                    },
                }
            )
    quarter = now - now % INTERVAL_MS
    figures = [
        {"campaign": LOAN, "quarter_ms": quarter, "outcome": outcome, "attempts": count, "line_ms": count * 40_000}
        for outcome, count in _OUTCOMES.items()
    ]
    async with storage.campaigns._database.write() as connection:
        await connection.execute(lead_attempts.insert(), rows)
        await connection.execute(campaign_figures.insert(), figures)
