"""Campaigns on the simulated network, in virtual time: whom they call, when, and whom never."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.campaign_records import CampaignAct, Window
from callcenter.domain.campaigns import CampaignMode, Outcome
from callcenter.domain.errors import Rejected
from callcenter.domain.leads import LeadState
from tests.app.outbound import CHECKER, MAKER, a_lead, a_spec, outbound, person

HOUR_MS = 3_600_000


async def refusal(act: Awaitable[Any]) -> str:
    """The code with which an act is refused."""
    with pytest.raises(Rejected) as refused:
        await act
    return refused.value.code


async def test_a_campaign_calls_its_list_for_idle_agents_and_each_lead_comes_to_its_result(
    data: Path, flows: Path
) -> None:
    async with outbound(data, flows) as (house, clock), clock.running():
        habits = [{"answer_after_ms": 3_000}, {"busy": True}, {"answer_after_ms": None}, {"reject": True}]
        for n, habit in enumerate(habits):
            house.network.phone(f"number:{person(n)}", **habit)
        await house.ready("1001", "1002")
        campaign = await house.campaign(a_spec(), [a_lead(n) for n in range(4)])
        await house.start(campaign)
        answered = house.network.phone_at(f"number:{person(0)}")
        await answered.wait_heard("party:agent:")
        answered.hang_up()
        found = {fact.number: fact for fact in await house.settled(4)}
        assert [found[person(n)].outcome for n in range(4)] == [
            Outcome.NO_RESULT,
            Outcome.BUSY,
            Outcome.NO_ANSWER,
            Outcome.REJECTED,
        ]
        leads = house.product.storage.leads
        counts = {(one.state, one.reason): one.leads for one in await leads.counts(campaign.id)}
        assert counts == {(LeadState.DONE, ""): 1, (LeadState.WAITING, "retry"): 3}
        verdicts = [fact.verdict for fact in await house.facts(ef.LeadTaken)]
        assert all(verdict["findings"] for verdict in verdicts)
        entries = [entry async for entry in house.product.storage.journal.read()]
        assert list(replay(Center(), entries)) == []


async def test_nobody_is_dialled_while_no_agent_is_idle(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        await house.start(await house.campaign(a_spec(), [a_lead(0)]))
        await clock.advance(10_000)
        assert await house.facts(ef.LeadTaken) == []
        async with clock.running():
            house.network.phone(f"number:{person(0)}", answer_after_ms=1_000)
            await house.ready("1001")
            await house.network.phone_at(f"number:{person(0)}").wait_answered()


@pytest.mark.parametrize(
    ("spec", "lead", "state", "reason"),
    [
        ({"windows": (Window(6, "09:00", "10:00"),)}, {}, LeadState.WAITING, "outside_hours"),
        ({"last_day": "2020-01-01"}, {}, LeadState.SUSPENDED, "never_open"),
        ({"purpose": "marketing"}, {}, LeadState.SUSPENDED, "cn_marketing_consent"),
        ({"purpose": "collections"}, {}, LeadState.SUSPENDED, "cn_collect_party"),
        ({"marks": ()}, {}, LeadState.SUSPENDED, "cn_recording_notice"),
        ({}, {"number_type": ""}, LeadState.SUSPENDED, "cn_number_type_known"),
        ({}, {"zones": ()}, LeadState.SUSPENDED, "place_unknown"),
        ({}, {"zones": ("Asia/Shanghai", "America/New_York")}, LeadState.WAITING, "cn_service_hours"),
        ({}, {"number_type": "premium"}, LeadState.SUSPENDED, "cn_number_type_known"),
    ],
)
async def test_a_lead_that_may_not_be_called_is_not_and_the_reason_is_kept(
    data: Path, flows: Path, spec: dict, lead: dict, state: LeadState, reason: str
) -> None:
    async with outbound(data, flows) as (house, clock):
        await house.ready("1001")
        campaign = await house.campaign(a_spec(**spec), [a_lead(0, **lead)])
        await house.start(campaign)
        await clock.advance(5_000)
        (count,) = await house.product.storage.leads.counts(campaign.id)
        assert (count.state, count.reason) == (state, reason)
        assert await house.facts(ef.LeadTaken) == []


async def test_who_opts_out_is_called_by_no_campaign_not_even_one_whose_list_comes_later(
    data: Path, flows: Path
) -> None:
    async with outbound(data, flows) as (house, clock):
        await house.ready("1001")
        first = await house.campaign(a_spec(), [a_lead(0)])
        await house.product.campaigns.opt_out(person(0), MAKER, "asked by letter")
        second = await house.campaign(a_spec(), [a_lead(0), a_lead(1)])
        await house.start(first)
        await house.start(second)
        await clock.advance(5_000)
        assert [fact.number for fact in await house.facts(ef.LeadTaken)] == [person(1)]


async def test_an_opt_out_while_it_rings_hangs_up(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock), clock.running():
        phone = house.network.phone(f"number:{person(0)}", answer_after_ms=None)
        await house.ready("1001")
        await house.start(await house.campaign(a_spec(), [a_lead(0)]))
        await phone.wait_ringing()
        await house.product.campaigns.opt_out(person(0), MAKER, "")
        (fact,) = await house.settled(1)
        assert (fact.outcome, fact.state) == (Outcome.STOPPED, LeadState.OPTED_OUT)


async def test_a_result_that_means_no_more_calls_reaches_every_campaign(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock), clock.running():
        phone = house.network.phone(f"number:{person(0)}", answer_after_ms=500)
        await house.ready("1001")
        campaign = await house.start(await house.campaign(a_spec(), [a_lead(0)]))
        other = await house.campaign(a_spec(), [a_lead(0)])
        await phone.wait_heard("party:agent:")
        contact = next(iter(house.product.engine.center.state.leads.values()))
        await house.product.desk.submit(
            ev.WrapUpCompleted(agent="1001", contact=contact, disposition="complaint", note="")
        )
        phone.hang_up()
        (fact,) = await house.settled(1)
        assert fact.outcome is Outcome.OPTED_OUT
        for one in (campaign, other):
            (count,) = await house.product.storage.leads.counts(one.id)
            assert count.state is LeadState.OPTED_OUT
        proof = await house.product.storage.campaigns.opted_out(person(0))
        assert proof is not None
        assert proof.source == contact


async def test_limits_of_a_day_and_in_all_hold(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        await house.ready("1001", "1002", "1003")
        for n in range(4):
            house.network.phone(f"number:{person(n)}", busy=True)
        await house.start(await house.campaign(a_spec(daily_limit=2), [a_lead(n) for n in range(4)]))
        await clock.advance(60_000)
        assert len(await house.facts(ef.LeadSettled)) == 2


async def test_a_flow_calls_by_free_lines_without_agents(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock), clock.running():
        for n in range(3):
            house.network.phone(f"number:{person(n)}", answer_after_ms=1_000)
        spec = a_spec(CampaignMode.FLOW, flow="survey", queue="", lines=2, marks=("recording", "ai_label"))
        await house.start(await house.campaign(spec, [a_lead(n) for n in range(3)]))
        first = house.network.phone_at(f"number:{person(0)}")
        await first.wait_answered()
        assert len(house.product.engine.center.state.leads) <= 2
        first.hang_up()
        await house.network.phone_at(f"number:{person(2)}").wait_answered()


async def test_the_life_of_a_campaign_needs_two_people_and_a_whole_request(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, _):
        desk = house.product.campaigns
        made = await desk.create(a_spec(caller_number="95588"), MAKER)
        assert [(fault.field, fault.code) for fault in desk.faults(made.spec)] == [("caller_number", "not_ours")]
        assert await refusal(desk.act(made.id, made.version, CampaignAct.SUBMIT, MAKER)) == "campaign_faults"
        made = await desk.edit(made.id, made.version, a_spec(), MAKER)
        made = await desk.act(made.id, made.version, CampaignAct.SUBMIT, MAKER)
        assert await refusal(desk.act(made.id, made.version, CampaignAct.APPROVE, MAKER)) == "own_campaign"
        assert await refusal(desk.act(made.id, made.version - 1, CampaignAct.APPROVE, CHECKER)) == "stale"
        made = await desk.act(made.id, made.version, CampaignAct.APPROVE, CHECKER)
        assert await refusal(desk.act(made.id, made.version, CampaignAct.START, MAKER)) == "no_leads"
        await house.add_list(made.id, [a_lead(0)])
        made = await desk.act(made.id, made.version, CampaignAct.START, MAKER)
        assert await refusal(desk.edit(made.id, made.version, a_spec(), MAKER)) == "campaign_running"
        made = await desk.act(made.id, made.version, CampaignAct.PAUSE, MAKER)
        made = await desk.edit(made.id, made.version, a_spec(goal="another"), MAKER)
        assert made.approved_by == "", "what was approved was another request"
        acts = [row.record.act async for row in house.product.storage.audit.rows()]
        assert acts.count("campaign_submit") == 1
        assert "campaign_approve" in acts


async def test_a_paused_campaign_dials_nothing_more(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        await house.ready("1001")
        house.network.phone(f"number:{person(0)}", busy=True)
        house.network.phone(f"number:{person(1)}", busy=True)
        campaign = await house.start(await house.campaign(a_spec(), [a_lead(0)]))
        await clock.advance(5_000)
        await house.product.campaigns.act(campaign.id, campaign.version, CampaignAct.PAUSE, MAKER)
        await house.add_list(campaign.id, [a_lead(1)])
        await clock.advance(HOUR_MS)
        assert [fact.number for fact in await house.facts(ef.LeadTaken)] == [person(0)]
