"""Calls that we asked for and heard nothing of: found, or given up, never made twice."""

from __future__ import annotations

import asyncio

import pytest

from callcenter.domain.contact import LegEndCause
from callcenter.domain.effects import Originate
from callcenter.domain.events import LegAnswered, LegEnded, TelephonyRestored
from tests.telephony.contract.acts import outside
from tests.telephony.twilio_double.people import Person
from tests.telephony.twilio_world import TwilioWorld, address_of
from tests.telephony.world import OUTSIDE


@pytest.fixture
def world(on_twilio: TwilioWorld) -> TwilioWorld:
    return on_twilio


def telephone(world: TwilioWorld) -> Person:
    return world.double.phone(address_of(OUTSIDE))


def calls_made(world: TwilioWorld) -> int:
    return sum(call.direction == "outbound-api" for call in world.double.calls.values())


async def dialled_while(world: TwilioWorld, fault: str) -> None:
    """Dial; the fault strikes the making of the call and nothing else."""
    world.double.faults.share[fault] = 1.0
    dialling = asyncio.get_running_loop().create_task(world.do(Originate, leg="leg-1", endpoint=outside()))
    await world.clock.sleep_until(world.clock.now_ms() + 10)
    world.double.faults.share[fault] = 0.0
    assert world.double.faults.struck[fault] == 1
    await dialling


@pytest.mark.parametrize("fault", ["reply lost", "done late"])
async def test_a_call_whose_making_was_not_told_is_taken_over(world: TwilioWorld, fault: str) -> None:
    await dialled_while(world, fault)
    await world.events.next(LegAnswered, leg="leg-1")
    telephone(world).hang_up()
    assert (await world.events.next(LegEnded, leg="leg-1")).cause is LegEndCause.NORMAL
    assert (calls_made(world), telephone(world).calls) == (1, 1)


@pytest.mark.parametrize("fault", ["request lost", "failed"])
async def test_a_call_that_is_not_found_is_given_up(world: TwilioWorld, fault: str) -> None:
    await dialled_while(world, fault)
    assert (await world.events.next(LegEnded, leg="leg-1")).cause is LegEndCause.FAILED
    assert calls_made(world) == 0


async def test_too_fast_is_asked_again_a_second_later(world: TwilioWorld) -> None:
    began_ms = world.clock.now_ms()
    await dialled_while(world, "too fast")
    await world.events.next(LegAnswered, leg="leg-1")
    assert world.clock.now_ms() - began_ms >= 1_000
    assert calls_made(world) == 1


async def test_a_call_that_comes_to_light_after_it_was_given_up_is_ended(world: TwilioWorld) -> None:
    world.double.faults.delay_ms = lambda: 20_000  # type: ignore[method-assign]
    await dialled_while(world, "done late")
    assert (await world.events.next(LegEnded, leg="leg-1")).cause is LegEndCause.FAILED
    world.habit(OUTSIDE, picks_up=False)
    await telephone(world).wait(lambda: telephone(world).ringing)
    await telephone(world).wait(lambda: telephone(world).ended is not None)
    assert not world.events.of(LegAnswered)
    assert calls_made(world) == 1


async def test_a_call_whose_name_we_never_heard_is_found_after_a_restart(world: TwilioWorld) -> None:
    await world.events.next(TelephonyRestored)
    world.habit(OUTSIDE, picks_up=False)
    world.double.faults.share["reply lost"] = world.double.faults.share["status lost"] = 1.0
    dialling = asyncio.get_running_loop().create_task(world.do(Originate, leg="leg-1", endpoint=outside()))
    await telephone(world).wait(lambda: telephone(world).ringing)
    dialling.cancel()
    world.double.faults.all(0.0)
    await world.restart_us()
    restored = await world.events.next(TelephonyRestored)
    assert (restored.legs, restored.answered) == (("leg-1",), ())
    telephone(world).answer()
    await world.events.next(LegAnswered, leg="leg-1")
    assert calls_made(world) == 1


@pytest.mark.parametrize("fault", ["too fast", "failed", "request lost"])
async def test_looking_after_calls_goes_on_after_a_list_that_failed(world: TwilioWorld, fault: str) -> None:
    customer, arrived = await world.ring()
    world.double.faults.share[fault] = 1.0
    await world.clock.sleep_until(world.clock.now_ms() + 16_000)
    world.double.faults.share = dict.fromkeys(world.double.faults.share, 0.0)
    world.double.status_url = ""
    for call in world.double.calls.values():
        call.status_url = ""
    customer.hang_up()
    await world.events.next(LegEnded, leg=arrived.leg)
