"""Prompts and beginnings that the contract's parts share."""

from __future__ import annotations

from callcenter.domain.contact import Endpoint, Prompt
from callcenter.domain.effects import (
    AnswerLeg,
    Connect,
    Originate,
)
from callcenter.domain.events import (
    DigitsGathered,
    LegAnswered,
)
from tests.telephony.world import OUTSIDE, Party, World

SHORT = Prompt(text="tone-600")
NEXT = Prompt(text="tone-1000")
LONG = Prompt(text="tone-600 " + "and on " * 20)


async def answered_call(world: World) -> tuple[Party, str]:
    customer, arrived = await world.ring()
    await world.do(AnswerLeg, leg=arrived.leg)
    await customer.is_answered()
    return customer, arrived.leg


async def agent_leg(world: World, number: str = "1001", leg: str = "leg-a/1") -> tuple[Party, str]:
    await world.do(Originate, leg=leg, endpoint=Endpoint("agent", number))
    await world.events.next(LegAnswered, leg=leg)
    return await world.rung(f"agent:{number}"), leg


async def conversation(world: World) -> tuple[Party, str, Party, str]:
    customer, leg = await answered_call(world)
    agent, other = await agent_leg(world)
    await world.do(Connect, bridge="b/1", legs=(leg, other))
    await customer.hears(agent)
    await agent.hears(customer)
    return customer, leg, agent, other


def outside() -> Endpoint:
    return Endpoint(*OUTSIDE.split(":"))


async def gathered(world: World, request: str) -> DigitsGathered:
    return await world.events.next(DigitsGathered, request=request)
