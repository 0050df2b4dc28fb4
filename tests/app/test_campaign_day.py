"""A campaign's day: agents' time is kept, its page shows it live, and a restart forgets nothing the cap counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callcenter.domain.access import Role
from callcenter.domain.campaigns import CampaignMode
from callcenter.domain.figures import INTERVAL_MS
from callcenter.storage.tables import campaign_figures
from callcenter.web.campaigns import scene
from callcenter.web.campaigns.scene import CampaignScene
from dialer.pacing.pacer import Pacer
from tests.app.outbound import a_lead, a_spec, outbound, person
from tests.app.test_campaign_pages import client_of


async def test_what_a_pool_has_not_seen_of_the_day_counts_in_its_cap(
    data: Path, flows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr(Pacer, "period", lambda _pacer, *given: told.append(given))
    async with outbound(data, flows) as (house, clock):
        campaign = await house.campaign(a_spec(CampaignMode.PREDICTIVE), [a_lead(0)])
        now = clock.now_ms()
        quarter = now - now % INTERVAL_MS
        rows = [
            {"campaign": campaign.id, "quarter_ms": at, "outcome": outcome, "attempts": count, "line_ms": 0}
            for at, outcome, count in (
                (quarter - 86_400_000, "abandoned", 50),
                (quarter, "abandoned", 3),
                (quarter, "promised", 90),
                (quarter, "busy", 40),
            )
        ]
        async with house.product.storage.campaigns._database.write() as connection:
            await connection.execute(campaign_figures.insert(), rows)
        await house.start(campaign)
        await clock.advance(2_000)
        state = house.product.engine.center.state
        last_minute = state.midnight(now) + 86_400_000 - 60_000
        assert told == [(campaign.id, quarter, last_minute - quarter, 93, 3)]


async def test_agents_time_is_kept_and_the_page_shows_it(
    data: Path, flows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene, "PAUSE_S", 0.0)
    async with outbound(data, flows) as (house, clock):
        house.network.phone(f"number:{person(0)}", answer_after_ms=None)
        await house.ready("1001", "1002")
        campaign = await house.start(await house.campaign(a_spec(), [a_lead(0)]))
        await clock.advance(25_000)
        (one, *_) = await house.product.campaigns.today(campaign.id)
        assert 20_000 <= one.present_ms // 2 <= 25_000
        assert 0 < one.busy_ms <= one.present_ms // 2, "one agent of two waits for the lead to answer"
        assert one.ahead_ms == 0
        maker = await client_of(house, "maker", Role.SUPERVISOR)
        page = (await maker.get(f"/campaigns/{campaign.id}")).text
        assert "Pacing by quarter of an hour" in page
        live = CampaignScene(house.product.web, "en", campaign.id)
        await live.prepare()
        before = live()
        assert before.regions["state"] in page
        await clock.advance(60_000)
        await live.prepare()
        after = live()
        assert after.regions["funnel"] != before.regions["funnel"]
        assert "for another attempt" in after.regions["why"]


async def test_a_budget_stops_the_dialling_and_the_page_says_so(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        for n in range(3):
            house.network.phone(f"number:{person(n)}", answer_after_ms=None)
        await house.ready("1001")
        spec = a_spec(ring_ms=20_000, budget=0.5, price_minute=1.0)
        campaign = await house.start(await house.campaign(spec, [a_lead(n) for n in range(3)]))
        await clock.advance(120_000)
        funnel = await house.product.campaigns.funnel(campaign.id)
        assert funnel.dialled == 1, "two of twenty seconds each would be more than half a minute"
        maker = await client_of(house, "maker", Role.SUPERVISOR)
        assert "the budget is spent" in (await maker.get(f"/campaigns/{campaign.id}")).text
