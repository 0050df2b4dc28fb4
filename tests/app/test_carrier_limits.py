"""What the carrier allows is kept by all campaigns together; a carrier that refuses everything pauses a campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callcenter.app.settings import TrunkSettings
from callcenter.domain import effects as ef
from callcenter.domain.campaign_records import CampaignAct, CampaignState
from callcenter.domain.campaigns import CampaignMode
from callcenter.telephony.simulated.clock import VirtualClock
from dialer.campaign.breaker import LOOKED_AT, failing_of
from dialer.pacing.words import PacingReason
from tests.app.outbound import MAKER, Outbound, a_lead, a_spec, outbound, person

LEADS = 24


def a_flow_campaign(**fields: Any) -> Any:
    """Dials without agents, on many lines."""
    marks = ("recording", "ai_label")
    return a_spec(CampaignMode.FLOW, purpose="verification", flow="survey", queue="", lines=100, marks=marks, **fields)


def a_line(**limits: Any) -> TrunkSettings:
    return TrunkSettings(name="carrier", match=("192.0.2.1/32",), contact="sip:192.0.2.1", **limits)


async def dialled_at(house: Outbound) -> list[int]:
    entries = [entry async for entry in house.product.storage.journal.read()]
    return [entry.at_ms for entry in entries for fact in entry.effects if isinstance(fact, ef.AttemptStarted)]


async def rung_out(house: Outbound, clock: VirtualClock, count: int, campaign: str) -> tuple[list[int], set[str]]:
    """When each of so many was dialled, and what the page said meanwhile of why no more."""
    times: list[int] = []
    reasons: set[str] = set()
    while len(times) < count:
        await clock.advance(500)
        said = house.product.campaigns.pacing(campaign)
        reasons |= {said.reason} if said is not None else set()
        times = await dialled_at(house)
    return times, reasons


def nobody_answers(house: Outbound, count: int) -> None:
    for n in range(count):
        house.network.phone(f"number:{person(n)}", answer_after_ms=None)


@pytest.mark.parametrize("whose", ["trunk", "campaign"])
async def test_a_carrier_slower_than_the_pacing_gets_no_more_calls_a_second_than_it_takes_and_the_page_says_so(
    data: Path, flows: Path, whose: str
) -> None:
    trunk = a_line(calls_per_second=3 if whose == "trunk" else 0)
    async with outbound(data, flows, trunks=(trunk,)) as (house, clock):
        nobody_answers(house, LEADS)
        spec = a_flow_campaign(calls_per_second=0 if whose == "trunk" else 3)
        campaign = await house.start(await house.campaign(spec, [a_lead(n) for n in range(LEADS)]))
        times, reasons = await rung_out(house, clock, LEADS, campaign.id)
        assert PacingReason.TOO_FAST in reasons
        assert all(later - first >= 1_000 for first, later in zip(times, times[3:], strict=False))
        assert times[-1] - times[0] <= 1_000 * LEADS // 3, "slower than it need be"


async def test_two_campaigns_share_the_lines_that_campaigns_may_use(data: Path, flows: Path) -> None:
    async with outbound(data, flows, trunks=(a_line(campaign_lines=5),)) as (house, clock):
        nobody_answers(house, LEADS)
        for first in (0, 12):
            leads = [a_lead(n) for n in range(first, first + 12)]
            made = await house.start(await house.campaign(a_flow_campaign(ring_ms=10_000), leads))
        most, reasons = 0, set()
        while len(await dialled_at(house)) < LEADS:
            most = max(most, len(house.product.engine.center.state.leads))
            said = house.product.campaigns.pacing(made.id)
            reasons |= {said.reason} if said is not None else set()
            await clock.advance(500)
        assert most == 5
        assert PacingReason.TRUNK_FULL in reasons


async def test_a_carrier_that_refuses_everything_pauses_the_campaign_which_says_so_and_can_be_started_again(
    data: Path, flows: Path
) -> None:
    count = 3 * LOOKED_AT
    async with outbound(data, flows) as (house, clock):
        for n in range(count):
            house.network.phone(f"number:{person(n)}", reject=True)
        spec = a_flow_campaign(calls_per_second=5)
        campaign = await house.start(await house.campaign(spec, [a_lead(n) for n in range(count)]))
        await clock.advance(60_000)
        paused = await house.product.campaigns.get(campaign.id)
        assert paused.state is CampaignState.PAUSED
        failing = failing_of(paused.note)
        assert failing is not None
        assert (failing.failed, failing.looked_at) == (LOOKED_AT, LOOKED_AT)
        assert len(await dialled_at(house)) <= LOOKED_AT + 5, "the list is burnt"
        for n in range(count):
            house.network.phone(f"number:{person(n)}", answer_after_ms=None)
        await house.product.campaigns.act(paused.id, paused.version, CampaignAct.START, MAKER)
        await clock.advance(60_000)
        assert (await house.product.campaigns.get(campaign.id)).state is CampaignState.RUNNING
        assert len(await dialled_at(house)) == count


async def test_a_list_of_people_who_do_not_answer_pauses_nothing(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        nobody_answers(house, LEADS)
        leads = [a_lead(n) for n in range(LEADS)]
        campaign = await house.start(await house.campaign(a_flow_campaign(ring_ms=5_000), leads))
        await clock.advance(60_000)
        assert (await house.product.campaigns.get(campaign.id)).state is CampaignState.RUNNING
        assert len(await dialled_at(house)) == LEADS
