"""An agent's browser dies in the middle of a call: the customer is told and served first."""

from __future__ import annotations

import pytest

from callcenter.domain import effects as ef
from callcenter.domain.agent import BREAK_REASON_CONNECTION_LOST, AgentState
from callcenter.domain.contact import Place
from tests.app.live import AGENT_TONES, CUSTOMER_TONE
from tests.app.test_call_story import to_card_loss
from tests.browser.office import TONES, Office, hears_beeps

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(100)]


async def test_the_customer_of_a_dead_browser_goes_to_another_agent(office: Office) -> None:
    lost = await office.agent("1001")
    await lost.press("a")
    call, contact = await to_card_loss(office)
    await lost.page.wait_for_selector("#act-accept")
    await lost.press("Enter")
    await lost.call_up()
    await hears_beeps(call, TONES["1001"])

    await lost.die()
    await office.until(lambda: office.contact().place is Place.WAITING, "back in the queue", 20)
    view = office.product.desk.desk_view("1001")
    assert (view.state, view.reason) == (AgentState.ON_BREAK, BREAK_REASON_CONNECTION_LOST)
    await call.wait(lambda: call.rtp.loudness() > 0.01, "being told")

    # Somebody rang after them, yet they come first.
    other = await office.dial(caller="13800000077")
    await other.wait_answered()
    await office.ready("1003")
    ring = await office.phones["1003"].next_call()
    ring.answer()
    await call.wait_tone(AGENT_TONES["1003"])
    await ring.wait_tone(CUSTOMER_TONE)
    facts = [effect for entry in await office.story(contact) for effect in entry.effects]
    assert [fact.agent for fact in facts if isinstance(fact, ef.AgentConnected)] == ["1001", "1003"]
    back = [fact for fact in facts if isinstance(fact, ef.QueueJoined)][-1]
    assert (back.why.code, back.position) == ("agent_lost", 1)
