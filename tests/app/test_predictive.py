"""A predictive campaign on the simulated network, in virtual time: it learns, dials ahead, and keeps its cap."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain.campaigns import CampaignMode, Outcome
from tests.app.outbound import Outbound, a_lead, a_spec, outbound, person

AGENTS = [f"{1001 + n}" for n in range(6)]
LEADS = 700
TALK_MS = 20_000


async def answers(house: Outbound, n: int) -> None:
    """Whoever answers talks for a while, and hangs up; who hears that nobody is free does so as well."""
    phone = house.network.phone(f"number:{person(n)}", answer_after_ms=4_000 + 1_000 * (n % 5))
    await phone.wait_answered()
    await phone.wait(lambda: any(heard.startswith(("party:agent:", "prompt:")) for heard in phone.hears()))
    clock = house.product.clock
    await clock.sleep_until(clock.now_ms() + (TALK_MS if any("agent" in h for h in phone.hears()) else 2_000))
    phone.hang_up()


@pytest.mark.timeout(240)
async def test_it_dials_for_idle_agents_until_it_has_learned_and_then_ahead_of_them(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        people = []
        for n in range(LEADS):
            if n % 3:
                house.network.phone(f"number:{person(n)}", busy=n % 3 == 1, answer_after_ms=None)
            else:
                people.append(asyncio.create_task(answers(house, n)))
        spec = a_spec(CampaignMode.PREDICTIVE, lines=30, cap=0.03, ring_ms=15_000)
        await house.ready(*AGENTS)
        campaign = await house.start(await house.campaign(spec, [a_lead(n) for n in range(LEADS)]))
        said: set[tuple[str, str]] = set()
        ahead = False
        for second in range(1_500):
            await clock.advance(1_000)
            state = house.product.engine.center.state
            ringing = [c for c in state.contacts.values() if c.lead is not None and c.place.value == "dialling"]
            ahead |= len(ringing) > len(house.product.engine.center.acd.idle_agents("general"))
            assert len(state.leads) <= spec.lines + len(AGENTS)
            pacing = house.product.campaigns.pacing(campaign.id)
            if pacing is not None:
                said.add((pacing.mode, pacing.reason))
            if second > 300 and ahead and ("predictive", "at_risk") in said:
                break
        for task in people:
            task.cancel()
        settled = await house.facts(ef.LeadSettled)
        outcomes = {outcome: sum(fact.outcome is outcome for fact in settled) for outcome in Outcome}
        talked = outcomes[Outcome.NO_RESULT]
        assert talked >= 20, outcomes
        assert ("progressive", "learning") in said
        assert ("predictive", "at_risk") in said
        assert ahead, "it never dialled more than agents were idle"
        assert outcomes[Outcome.ABANDONED] <= 1 + 0.03 * (talked + outcomes[Outcome.ABANDONED]), outcomes
        entries = [entry async for entry in house.product.storage.journal.read()]
        assert list(replay(Center(), entries)) == []


async def test_a_pool_that_begins_in_the_middle_of_calls_goes_on_with_them(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        house.network.phone(f"number:{person(0)}", answer_after_ms=20_000)
        await house.ready("1001")
        campaign = await house.start(
            await house.campaign(a_spec(CampaignMode.PREDICTIVE, lines=5), [a_lead(n) for n in range(2)])
        )
        await clock.advance(3_000)
        assert [fact.number for fact in await house.facts(ef.LeadTaken)] == [person(0)]
        other = await house.campaign(a_spec(CampaignMode.PREDICTIVE, lines=5), [a_lead(9)])
        await house.start(other)
        await clock.advance(5_000)
        assert len(await house.facts(ef.LeadTaken)) == 1, "the one idle agent has a line already"
        assert house.product.campaigns.pacing(campaign.id) is not None
