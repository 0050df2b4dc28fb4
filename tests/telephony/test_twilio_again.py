"""What Twilio could not be told is told again until it knows, as it is wanted by then."""

from __future__ import annotations

import pytest

from callcenter.domain.effects import Connect, Gather, HangUp, Play, StartMusic, StopMusic
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import LegEnded, TelephonyRestored
from tests.telephony.contract.acts import LONG, agent_leg, answered_call
from tests.telephony.twilio_world import TwilioWorld

FAULTS = ("failed", "request lost", "too fast")


@pytest.fixture
def world(on_twilio: TwilioWorld) -> TwilioWorld:
    return on_twilio


async def in_vain(world: TwilioWorld, command: type, **fields: object) -> None:
    with pytest.raises(ProviderError):
        await world.do(command, **fields)


def struck(world: TwilioWorld, fault: str, share: float) -> None:
    world.double.faults.share[fault] = share


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_connect_that_failed_connects_once_twilio_answers(world: TwilioWorld, fault: str) -> None:
    customer, leg = await answered_call(world)
    agent, other = await agent_leg(world)
    struck(world, fault, 1.0)
    await in_vain(world, Connect, bridge="b", legs=(leg,))
    struck(world, fault, 0.0)
    await world.do(Connect, bridge="b", legs=(other,))
    await customer.hears(agent)
    await agent.hears(customer)


async def test_what_is_told_again_is_what_is_wanted_by_then(world: TwilioWorld) -> None:
    customer, leg = await answered_call(world)
    await world.do(StartMusic, leg=leg)
    await customer.hears_music()
    struck(world, "failed", 1.0)
    await in_vain(world, StopMusic, leg=leg)
    await in_vain(world, Connect, bridge="b", legs=(leg,))
    struck(world, "failed", 0.0)
    agent, other = await agent_leg(world)
    await world.do(Connect, bridge="b", legs=(other,))
    await customer.hears(agent)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_hang_up_that_failed_ends_the_call_once_twilio_answers(world: TwilioWorld, fault: str) -> None:
    customer, leg = await answered_call(world)
    struck(world, fault, 1.0)
    await in_vain(world, HangUp, leg=leg)
    struck(world, fault, 0.0)
    await customer.is_ended()
    await world.events.next(LegEnded, leg=leg)


@pytest.mark.parametrize(("command", "fields"), [(Play, {}), (Gather, {"max_digits": 1})])
async def test_a_prompt_that_the_core_was_told_had_failed_does_not_sound_later(
    world: TwilioWorld, command: type, fields: dict[str, object]
) -> None:
    customer, leg = await answered_call(world)
    await world.do(StartMusic, leg=leg)
    await customer.hears_music()
    struck(world, "failed", 1.0)
    await in_vain(world, command, leg=leg, request="r", prompts=(LONG,), **fields)
    struck(world, "failed", 0.0)
    documents = customer.person.call.documents
    await customer.person.wait(lambda: customer.person.call.documents > documents)
    await customer.hears_music()
    await customer.hears_no_prompt(LONG)


async def test_whoever_starts_is_told_why_twilio_can_not_be_asked(world: TwilioWorld) -> None:
    await world.events.next(TelephonyRestored)
    world.double.reachable = False
    await world.restart_us()
    assert "can not be reached" in world.telephony.problem
    with pytest.raises(ProviderError, match="can not be reached"):
        await world.do(StartMusic, leg="leg-1")
    world.double.reachable = True
    await world.events.next(TelephonyRestored)
    assert not world.telephony.problem
