"""A campaign on a real Asterisk: leads dialled through the trunk for an agent, and settled as the carrier says."""

from __future__ import annotations

from typing import Any

import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay as replayed
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.campaigns import CampaignMode, Outcome
from callcenter.domain.contact import Direction
from callcenter.domain.leads import LeadState
from tests.app.live import AGENT_TONES, CUSTOMER_TONE, Floor
from tests.app.outbound import Outbound, a_lead, a_spec, person
from tests.app.test_call_story import talk

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(120)]
RINGBACK = 450
ANY_HOUR = a_spec(purpose="verification")
"""No rule of China's pack gives hours to fraud checks, so the test may run at night."""


async def settled(floor: Floor, count: int) -> dict[str, Any]:
    """The results by number, once there are so many."""
    house = Outbound(floor.product)
    async for _ in floor.product.desk.changes():
        found = await house.facts(ef.LeadSettled)
        if len(found) >= count:
            return {fact.number: fact for fact in found}
    raise AssertionError


async def test_leads_are_dialled_for_an_agent_and_settled_as_the_carrier_says(floor: Floor) -> None:
    house = Outbound(floor.product)
    floor.customer.answer_after_s = None
    campaign = await house.start(await house.campaign(ANY_HOUR, [a_lead(0), a_lead(1)]))
    await floor.ready("1001")
    ring = await floor.phones["1001"].next_call()
    assert floor.customer.incoming.empty(), "nobody is dialled before an agent is on the line"
    ring.answer()
    customer = await floor.customer.next_call()
    assert customer.invite is not None
    assert f"sip:{person(0)}@" in customer.invite.first
    assert "95000" in customer.invite.get("from")
    await ring.wait_tone(RINGBACK)
    customer.answer()
    await talk(customer, AGENT_TONES["1001"])
    await ring.wait_tone(CUSTOMER_TONE)
    contact = next(iter(floor.product.engine.center.state.leads.values()))
    customer.hang_up()
    await ring.wait_ended()
    filed = ev.WrapUpCompleted(agent="1001", contact=contact, disposition="resolved", note="")
    await floor.product.desk.submit(filed)
    again = await floor.phones["1001"].next_call()
    again.answer()
    second = await floor.customer.next_call()
    second.reject(486)
    results = await settled(floor, 2)
    assert [(results[person(n)].outcome, results[person(n)].state) for n in range(2)] == [
        (Outcome.PROMISED, LeadState.DONE),
        (Outcome.BUSY, LeadState.WAITING),
    ]
    record = await floor.product.storage.contacts.get(contact)
    assert record is not None
    assert record.direction == Direction.OUTBOUND
    funnel = await floor.product.campaigns.funnel(campaign.id)
    assert funnel.outcomes == {"promised": 1, "busy": 1}
    entries = [entry async for entry in floor.product.storage.journal.read()]
    assert list(replayed(Center(), entries)) == []


async def test_a_flow_speaks_with_whoever_answers(floor: Floor) -> None:
    house = Outbound(floor.product)
    floor.customer.answer_after_s = None
    spec = a_spec(
        CampaignMode.FLOW, purpose="verification", flow="survey", queue="", lines=1, marks=("recording", "ai_label")
    )
    await house.start(await house.campaign(spec, [a_lead(0)]))
    customer = await floor.customer.next_call()
    customer.answer()
    await floor.until(
        lambda: any(view.flow_path for view in floor.product.desk.floor_view().contacts), "the flow speaks"
    )
    customer.hang_up()
    results = await settled(floor, 1)
    assert results[person(0)].dialled
