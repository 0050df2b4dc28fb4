"""Telephones that are dialled, agents' and others."""

from __future__ import annotations

import pytest

from callcenter.domain.contact import Endpoint, LegEndCause
from callcenter.domain.effects import (
    Connect,
    HangUp,
    Originate,
    StartRingback,
    StopRingback,
)
from callcenter.domain.events import (
    LegAnswered,
    LegEnded,
    LegRinging,
)
from tests.telephony.contract.acts import agent_leg, outside
from tests.telephony.world import OUTSIDE, World


class Dialling:
    async def test_a_dialled_telephone_rings_and_answers(self, world: World) -> None:
        await world.do(Originate, leg="leg-a/1", endpoint=Endpoint("agent", "1001"))
        await world.events.next(LegRinging, leg="leg-a/1")
        await world.events.next(LegAnswered, leg="leg-a/1")
        agent = await world.rung("agent:1001")
        agent.hang_up()
        assert (await world.events.next(LegEnded, leg="leg-a/1")).cause is LegEndCause.NORMAL

    @pytest.mark.parametrize("cause", [LegEndCause.BUSY, LegEndCause.REJECTED])
    async def test_a_telephone_refuses(self, world: World, cause: LegEndCause) -> None:
        world.habit("agent:1001", refuses=cause)
        await world.do(Originate, leg="leg-1", endpoint=Endpoint("agent", "1001"))
        assert (await world.events.next(LegEnded, leg="leg-1")).cause is cause

    async def test_nobody_answers_in_time(self, world: World) -> None:
        world.habit("agent:1001", picks_up=False)
        await world.do(Originate, leg="leg-1", endpoint=Endpoint("agent", "1001"), timeout_ms=700)
        agent = await world.rung("agent:1001")
        assert (await world.events.next(LegEnded, leg="leg-1")).cause is LegEndCause.NO_ANSWER
        await agent.is_ended()

    async def test_a_ringing_telephone_can_be_stopped(self, world: World) -> None:
        world.habit("agent:1001", picks_up=False)
        await world.do(Originate, leg="leg-1", endpoint=Endpoint("agent", "1001"))
        await world.events.next(LegRinging, leg="leg-1")
        agent = await world.rung("agent:1001")
        await world.do(HangUp, leg="leg-1")
        await world.events.next(LegEnded, leg="leg-1")
        await agent.is_ended()

    @pytest.mark.parametrize("number", ["1003", "9999", "no such;thing"])
    async def test_what_can_not_be_dialled_is_unreachable(self, world: World, number: str) -> None:
        await world.do(Originate, leg="leg-1", endpoint=Endpoint("agent", number))
        assert (await world.events.next(LegEnded, leg="leg-1")).cause is LegEndCause.UNREACHABLE

    async def test_an_outside_number_is_rung_through_the_trunk_and_answers(self, world: World) -> None:
        await world.do(Originate, leg="leg-out/1", endpoint=outside(), caller="95588")
        await world.events.next(LegRinging, leg="leg-out/1")
        await world.events.next(LegAnswered, leg="leg-out/1")
        customer = await world.rung(OUTSIDE)
        agent, other = await agent_leg(world)
        await world.do(Connect, bridge="b/1", legs=("leg-out/1", other))
        await customer.hears(agent)
        await agent.hears(customer)
        customer.hang_up()
        assert (await world.events.next(LegEnded, leg="leg-out/1")).cause is LegEndCause.NORMAL

    @pytest.mark.parametrize("cause", [LegEndCause.BUSY, LegEndCause.REJECTED])
    async def test_an_outside_number_refuses(self, world: World, cause: LegEndCause) -> None:
        world.habit(OUTSIDE, refuses=cause)
        await world.do(Originate, leg="leg-out", endpoint=outside())
        assert (await world.events.next(LegEnded, leg="leg-out")).cause is cause

    async def test_an_outside_number_does_not_answer_in_time(self, world: World) -> None:
        world.habit(OUTSIDE, picks_up=False)
        await world.do(Originate, leg="leg-out", endpoint=outside(), timeout_ms=700)
        customer = await world.rung(OUTSIDE)
        assert (await world.events.next(LegEnded, leg="leg-out")).cause is LegEndCause.NO_ANSWER
        await customer.is_ended()

    async def test_dialling_an_outside_number_can_be_stopped(self, world: World) -> None:
        world.habit(OUTSIDE, picks_up=False)
        await world.do(Originate, leg="leg-out", endpoint=outside())
        await world.events.next(LegRinging, leg="leg-out")
        customer = await world.rung(OUTSIDE)
        await world.do(HangUp, leg="leg-out")
        await world.events.next(LegEnded, leg="leg-out")
        await customer.is_ended()

    async def test_whoever_waits_for_another_telephone_hears_it_ring(self, world: World) -> None:
        agent, leg = await agent_leg(world)
        await world.do(StartRingback, leg=leg)
        await agent.hears_ringback()
        await world.do(StopRingback, leg=leg)
        await agent.hears_no_ringback()

    async def test_connecting_ends_the_ringing_one_hears(self, world: World) -> None:
        agent, leg = await agent_leg(world)
        await world.do(StartRingback, leg=leg)
        await world.do(Originate, leg="leg-out", endpoint=outside())
        await agent.hears_ringback()
        await world.events.next(LegAnswered, leg="leg-out")
        customer = await world.rung(OUTSIDE)
        await world.do(Connect, bridge="b/1", legs=("leg-out", leg))
        await agent.hears(customer)
        await agent.hears_no_ringback()

    @pytest.mark.parametrize("machine", [True, False])
    async def test_who_answered_is_known_before_the_call_counts_as_answered(self, world: World, machine: bool) -> None:
        world.habit(OUTSIDE, machine=machine)
        await world.do(Originate, leg="leg-1", endpoint=outside(), detect_machines=True)
        assert (await world.events.next(LegAnswered, leg="leg-1")).machine is machine
        assert not world.events.of(LegEnded)

    async def test_nobody_is_listened_to_where_it_was_not_asked(self, world: World) -> None:
        world.habit(OUTSIDE, machine=True)
        await world.do(Originate, leg="leg-1", endpoint=outside())
        assert not (await world.events.next(LegAnswered, leg="leg-1")).machine
