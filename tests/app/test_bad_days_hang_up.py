"""The customer hangs up, in every step there is: ended once with the right reason, nobody stuck, nothing left over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.domain import events as ev
from callcenter.domain.contact import EndReason, Place
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from tests.app import bad_days as day
from tests.app.live import AGENT_TONES, Floor, live
from tests.sip.ua import Call

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(60)]

Moment = Callable[[Floor], Awaitable[tuple[Call, str]]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(
    tmp_path_factory: pytest.TempPathFactory, asterisk_install: AsteriskInstall
) -> AsyncIterator[tuple[Floor, day.Bank]]:
    flows = day.small_flows(tmp_path_factory.mktemp("flows") / "ivr_flows")
    data = Path(tmp_path_factory.mktemp("d"))
    bank = day.Bank()
    await bank.open()
    async with live(data, day.some_ports(), flows=flows, services={"bank": bank.address}) as floor:
        yield floor, bank
    await bank.close()


async def in_the_menus_prompt(floor: Floor) -> tuple[Call, str]:
    return await day.in_menu(floor)


async def in_a_long_prompt(floor: Floor) -> tuple[Call, str]:
    call, contact = await day.pressed(floor, "2")
    await call.wait(lambda: call.rtp.loudness() > 0.005, "hearing the prompt")
    return call, contact


async def in_a_secret_gather(floor: Floor) -> tuple[Call, str]:
    call, contact = await day.pressed(floor, "5")
    call.press("123")
    await call.wait(lambda: not call.rtp.keys_pending, "keys sent")
    return call, contact


async def leaving_a_message(floor: Floor) -> tuple[Call, str]:
    call, contact = await day.pressed(floor, "4")
    await floor.until(lambda: day.recording_of(floor, contact), "recording")
    await day.said_for(call, 0.8)
    return call, contact


async def waiting(floor: Floor) -> tuple[Call, str]:
    await floor.product.desk.submit(ev.AgentSignedIn(agent="1001", desk=""))
    call, contact = await day.pressed(floor, "1")
    await floor.until(lambda: day.place_of(floor, contact) is Place.WAITING, "waiting")
    return call, contact


async def an_offer_rings(floor: Floor) -> tuple[Call, str]:
    await floor.ready("1001")
    call, contact = await day.pressed(floor, "1")
    await floor.phones["1001"].next_call()
    return call, contact


async def talking(floor: Floor) -> tuple[Call, str]:
    call, contact, _ = await day.talking(floor)
    await call.wait_tone(AGENT_TONES["1001"])
    await day.said_for(call, 0.5)  # a recording begins a moment after the talk
    return call, contact


async def on_hold(floor: Floor) -> tuple[Call, str]:
    call, contact = await talking(floor)
    await floor.product.desk.submit(ev.HoldRequested(agent="1001", contact=contact))
    await call.wait_no_tone(AGENT_TONES["1001"])
    return call, contact


async def consult_rings(floor: Floor) -> tuple[Call, str]:
    call, contact = await talking(floor)
    await floor.ready("1002")
    await floor.product.desk.submit(transfer(contact, "agent:1002"))
    await floor.phones["1002"].next_call()
    return call, contact


async def consulting(floor: Floor) -> tuple[Call, str]:
    call, contact = await talking(floor)
    await floor.ready("1002")
    await floor.product.desk.submit(transfer(contact, "agent:1002"))
    second = await floor.phones["1002"].next_call()
    second.answer()
    await second.wait_tone(AGENT_TONES["1001"])
    return call, contact


async def in_conference(floor: Floor) -> tuple[Call, str]:
    call, contact = await consulting(floor)
    await floor.product.desk.submit(ev.ConferenceRequested(agent="1001", contact=contact))
    await call.wait_tone(AGENT_TONES["1002"])
    return call, contact


async def a_supervisor_listens(floor: Floor) -> tuple[Call, str]:
    call, contact = await talking(floor)
    await floor.ready("1003")
    await floor.product.desk.submit(ev.SuperviseRequested(agent="1003", contact=contact, mode="listen"))
    leader = await floor.phones["1003"].next_call()
    leader.answer()
    await leader.wait_tone(AGENT_TONES["1001"])
    return call, contact


async def in_the_survey(floor: Floor) -> tuple[Call, str]:
    call, contact = await talking(floor)
    await floor.product.desk.submit(ev.HangUpRequested(agent="1001", contact=contact))
    await floor.until(lambda: day.at(floor, contact, "ask"), "the survey")
    return call, contact


async def the_agent_is_lost(floor: Floor) -> tuple[Call, str]:
    await floor.product.desk.submit(ev.AgentSignedIn(agent="1001", desk="x"))
    call, contact, ring = await day.talking(floor)
    await call.wait_tone(AGENT_TONES["1001"])
    await day.said_for(call, 0.5)
    await floor.product.desk.submit(ev.AgentSignedIn(agent="1001", desk="x"))
    await floor.product.desk.submit(ev.DeskLost(agent="1001", desk="x"))
    ring.hang_up()
    await floor.until(lambda: day.place_of(floor, contact) is Place.AGENT_LOST, "the agent is lost")
    return call, contact


async def an_outside_number_rings(floor: Floor) -> tuple[Call, str]:
    call, contact = await talking(floor)
    await floor.product.desk.submit(transfer(contact, "number:10086", ev.TransferMode.BLIND))
    await floor.customer.next_call()
    return call, contact


async def with_an_outside_number(floor: Floor) -> tuple[Call, str]:
    call, contact = await talking(floor)
    await floor.product.desk.submit(transfer(contact, "number:10086", ev.TransferMode.BLIND))
    outside = await floor.customer.next_call()
    outside.rtp.tone = 1500
    outside.answer()
    await call.wait_tone(1500)
    return call, contact


def transfer(contact: str, target: str, mode: ev.TransferMode = ev.TransferMode.WARM) -> ev.Event:
    return ev.TransferRequested(agent="1001", contact=contact, target=target, mode=mode)


MOMENTS: list[tuple[Moment, EndReason]] = [
    (in_the_menus_prompt, EndReason.ABANDONED_IN_FLOW),
    (in_a_long_prompt, EndReason.ABANDONED_IN_FLOW),
    (in_a_secret_gather, EndReason.ABANDONED_IN_FLOW),
    (leaving_a_message, EndReason.VOICEMAIL_LEFT),
    (waiting, EndReason.ABANDONED_IN_QUEUE),
    (an_offer_rings, EndReason.ABANDONED_IN_QUEUE),
    (talking, EndReason.CUSTOMER_HUNG_UP),
    (on_hold, EndReason.CUSTOMER_HUNG_UP),
    (consult_rings, EndReason.CUSTOMER_HUNG_UP),
    (consulting, EndReason.CUSTOMER_HUNG_UP),
    (in_conference, EndReason.CUSTOMER_HUNG_UP),
    (a_supervisor_listens, EndReason.CUSTOMER_HUNG_UP),
    (in_the_survey, EndReason.AGENT_HUNG_UP),
    (the_agent_is_lost, EndReason.CUSTOMER_HUNG_UP),
    (an_outside_number_rings, EndReason.TRANSFERRED_OUT),
    (with_an_outside_number, EndReason.TRANSFERRED_OUT),
]


@pytest.mark.parametrize(("moment", "reason"), MOMENTS, ids=[moment.__name__ for moment, _ in MOMENTS])
async def test_hangs_up(house: tuple[Floor, day.Bank], moment: Moment, reason: EndReason) -> None:
    floor, _ = house
    await aftermath(floor, moment, reason)


async def test_hangs_up_while_a_business_service_is_asked(house: tuple[Floor, day.Bank]) -> None:
    floor, bank = house
    bank.mood = "silent"

    async def moment(floor: Floor) -> tuple[Call, str]:
        call, contact = await day.pressed(floor, "3")
        await floor.until(lambda: day.at(floor, contact, "slow"), "the service is asked")
        return call, contact

    await aftermath(floor, moment, EndReason.ABANDONED_IN_FLOW)
    bank.patience.set()


async def aftermath(floor: Floor, moment: Moment, reason: EndReason) -> None:
    day.patient(floor)
    try:
        call, contact = await moment(floor)
        call.hang_up()
        await day.ended_once(floor, contact, reason)
        if await day.was_recorded(floor, contact):
            assert await day.recording_told(floor, contact) is not None
    finally:
        floor.customer.hang_up_all()
        await day.clean(floor)


async def test_the_journal_of_all_this_replays_equal(house: tuple[Floor, day.Bank]) -> None:
    await day.replay_equal(house[0])
