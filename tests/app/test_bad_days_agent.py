"""The agent's browser dies, or their telephone: the customer is told, is first again, and somebody else takes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.core.prompts import say
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import BREAK_REASON_CONNECTION_LOST, AgentState
from callcenter.domain.contact import EndReason, Place
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from tests.app import bad_days as day
from tests.app.live import AGENT_TONES, Floor, live
from tests.sip.ua import Call

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(60)]

GRACE_MS = 700
FIRST, OTHER = "1001", "1002"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, asterisk_install: AsteriskInstall) -> AsyncIterator[Floor]:
    flows = day.small_flows(tmp_path_factory.mktemp("flows") / "ivr_flows")
    async with live(
        Path(tmp_path_factory.mktemp("d")), day.some_ports(), flows=flows, agent_rtp_timeout_s=2
    ) as running:
        await day.configure(running, grace_ms=GRACE_MS, offer_timeout_ms=1_500)
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def floor(house: Floor) -> AsyncIterator[Floor]:
    day.patient(house)
    yield house
    house.customer.hang_up_all()
    await day.clean(house)


async def with_page(floor: Floor, agent: str = FIRST) -> None:
    """Signed in with a page that may go away, and ready."""
    await floor.product.desk.submit(ev.AgentSignedIn(agent=agent, desk="x"))
    await floor.product.desk.submit(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))


async def page_dies(floor: Floor, agent: str = FIRST) -> None:
    await floor.product.desk.submit(ev.DeskLost(agent=agent, desk="x"))


async def browser_dies(floor: Floor, ring: Call) -> None:
    """The page and the voice together: the telephone sends nothing any more and answers nothing."""
    await page_dies(floor)
    ring.rtp.close()


async def in_talk(floor: Floor, caller: str = "13800000001") -> tuple[Call, str, Call]:
    await with_page(floor)
    call, contact = await day.pressed(floor, "1", caller)
    ring = await floor.phones[FIRST].next_call()
    ring.answer()
    await call.wait_tone(AGENT_TONES[FIRST])
    return call, contact, ring


async def served_by_another(floor: Floor, call: Call, contact: str) -> None:
    """The lost customer waits first, hears why, gets the next agent; the lost one is on break."""
    view = await floor.until(
        lambda: (view := day.view_of(floor, contact)) and view.place is Place.WAITING and view, "back in the queue"
    )
    assert view.why is not None
    assert (view.why.code, view.why.detail) == ("agent_lost", {"agent": FIRST})
    lost = floor.product.desk.desk_view(FIRST)
    assert lost is not None
    assert (lost.state, lost.reason) == (AgentState.ON_BREAK, BREAK_REASON_CONNECTION_LOST)
    await call.wait_no_tone(AGENT_TONES[FIRST])
    await call.wait(lambda: call.rtp.loudness() > 0.005, "hearing the message")
    played = [fact for fact in await day.facts(floor, contact) if isinstance(fact, ef.Play)]
    assert played[-1].prompts == (say({}, floor.product.engine.center.state.contacts[contact], "agent_lost"),)

    await with_page(floor, OTHER)
    ring = await floor.phones[OTHER].next_call()
    ring.answer()
    await call.wait_tone(AGENT_TONES[OTHER])
    view = day.view_of(floor, contact)
    assert view.place is Place.TALKING
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.CUSTOMER_HUNG_UP)
    connected = [fact.agent for fact in await day.facts(floor, contact) if isinstance(fact, ef.AgentConnected)]
    assert connected == [FIRST, OTHER]
    assert await day.recording_told(floor, contact) is not None


async def test_the_page_dies_and_the_phone_is_silent(floor: Floor) -> None:
    call, contact, ring = await in_talk(floor)
    waiter, earlier = await day.pressed(floor, "1", "13800000002")
    await floor.until(lambda: day.place_of(floor, earlier) is Place.WAITING, "another customer waiting")
    await browser_dies(floor, ring)
    await served_by_another(floor, call, contact)
    await ring.wait_ended()
    waiter.hang_up()
    await day.ended_once(floor, earlier, EndReason.ABANDONED_IN_QUEUE)


async def test_the_page_dies_and_the_phone_says_bye(floor: Floor) -> None:
    call, contact, ring = await in_talk(floor)
    await page_dies(floor)
    ring.hang_up()
    await floor.until(lambda: day.place_of(floor, contact) is Place.AGENT_LOST, "the agent is lost")
    await served_by_another(floor, call, contact)


async def test_the_page_dies_on_hold(floor: Floor) -> None:
    call, contact, ring = await in_talk(floor)
    await floor.product.desk.submit(ev.HoldRequested(agent=FIRST, contact=contact))
    await call.wait_no_tone(AGENT_TONES[FIRST])
    await browser_dies(floor, ring)
    await served_by_another(floor, call, contact)
    await ring.wait_ended()


async def test_the_page_dies_while_consulting(floor: Floor) -> None:
    call, contact, ring = await in_talk(floor)
    await with_page(floor, "1003")
    await floor.product.desk.submit(
        ev.TransferRequested(agent=FIRST, contact=contact, target="agent:1003", mode=ev.TransferMode.WARM)
    )
    consulted = await floor.phones["1003"].next_call()
    consulted.answer()
    await consulted.wait_tone(AGENT_TONES[FIRST])
    await browser_dies(floor, ring)
    await served_by_another(floor, call, contact)
    await ring.wait_ended()
    await consulted.wait_ended()
    assert day.state_of(floor, "1003") is AgentState.AVAILABLE


async def test_the_page_is_gone_for_long_and_they_speak_on(floor: Floor) -> None:
    call, contact, ring = await in_talk(floor)
    await page_dies(floor)
    await day.said_for(call, 1.5)
    assert floor.product.engine.center.state.timers.keys().isdisjoint({f"grace:{contact}"})
    await call.wait_tone(AGENT_TONES[FIRST])
    assert (ring.ended, day.place_of(floor, contact)) == (False, Place.TALKING)
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.CUSTOMER_HUNG_UP)
    await floor.until(
        lambda: (view := floor.product.desk.desk_view(FIRST)) and view.next_state is AgentState.ON_BREAK,
        "no more offers without a page",
    )


async def test_the_page_comes_back_in_time(floor: Floor) -> None:
    call, contact, ring = await in_talk(floor)
    await page_dies(floor)
    await floor.product.desk.submit(ev.DeskConnected(agent=FIRST, desk="x"))
    assert f"grace:{contact}" not in floor.product.engine.center.state.timers
    await call.wait_tone(AGENT_TONES[FIRST])
    assert not ring.ended
    assert day.place_of(floor, contact) is Place.TALKING
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.CUSTOMER_HUNG_UP)


async def test_a_new_page_rejoins_the_call(floor: Floor) -> None:
    call, contact, ring = await in_talk(floor)
    await page_dies(floor)
    ring.hang_up()
    await floor.until(lambda: day.place_of(floor, contact) is Place.AGENT_LOST, "the agent is lost")
    await floor.product.desk.submit(ev.AgentSignedIn(agent=FIRST, desk="y"))
    await floor.product.desk.submit(ev.RejoinRequested(agent=FIRST, contact=contact))
    again = await floor.phones[FIRST].next_call()
    again.answer()
    await floor.until(lambda: day.place_of(floor, contact) is Place.TALKING, "together again")
    await call.wait_tone(AGENT_TONES[FIRST])
    assert day.place_of(floor, contact) is Place.TALKING
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.CUSTOMER_HUNG_UP)


async def test_the_page_dies_while_an_offer_rings(floor: Floor) -> None:
    await with_page(floor)
    call, contact = await day.pressed(floor, "1")
    ring = await floor.phones[FIRST].next_call()
    await with_page(floor, OTHER)
    await page_dies(floor)
    await ring.wait_ended()
    second = await floor.phones[OTHER].next_call()
    second.answer()
    await call.wait_tone(AGENT_TONES[OTHER])
    lost = floor.product.desk.desk_view(FIRST)
    assert lost is not None
    assert (lost.state, lost.reason) == (AgentState.ON_BREAK, BREAK_REASON_CONNECTION_LOST)
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.CUSTOMER_HUNG_UP)


@pytest.mark.parametrize("code", [480, 486, 603, 404])
async def test_the_telephone_refuses(floor: Floor, code: int) -> None:
    await with_page(floor)
    floor.phones[FIRST].refuse = code
    call, contact = await day.pressed(floor, "1")
    await floor.phones[FIRST].next_call()
    await with_page(floor, OTHER)
    ring = await floor.phones[OTHER].next_call(15)
    ring.answer()
    await call.wait_tone(AGENT_TONES[OTHER])
    outcomes = [(f.agent, f.outcome) for f in await day.facts(floor, contact) if isinstance(f, ef.OfferEnded)]
    expected = {480: "missed", 486: "declined", 603: "declined", 404: "unreachable"}[code]
    assert outcomes[0] == (FIRST, expected)
    assert outcomes[-1] == (OTHER, "accepted")
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.CUSTOMER_HUNG_UP)


async def test_the_telephone_has_vanished(floor: Floor) -> None:
    phone = floor.phones[FIRST]
    await phone.close()
    try:
        await with_page(floor)
        call, contact = await day.pressed(floor, "1")
        await floor.until(lambda: day.state_of(floor, FIRST) is AgentState.ON_BREAK, "the absent agent on break")
        await with_page(floor, OTHER)
        ring = await floor.phones[OTHER].next_call()
        ring.answer()
        await call.wait_tone(AGENT_TONES[OTHER])
        call.hang_up()
        await day.ended_once(floor, contact, EndReason.CUSTOMER_HUNG_UP)
    finally:
        await phone.open()


async def test_the_journal_of_all_this_replays_equal(floor: Floor) -> None:
    await day.replay_equal(floor)
