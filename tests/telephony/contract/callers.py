"""Callers, prompts and music."""

from __future__ import annotations

import pytest

from callcenter.domain.contact import LegEndCause
from callcenter.domain.effects import (
    AnswerLeg,
    HangUp,
    Play,
    StopPlay,
)
from callcenter.domain.events import (
    LegEnded,
    PlaybackEnded,
)
from callcenter.telephony.limits import Limit
from tests.telephony.contract.acts import LONG, NEXT, SHORT, answered_call
from tests.telephony.world import World


class Callers:
    async def test_arrives_and_is_answered(self, world: World) -> None:
        customer, arrived = await world.ring("95588")
        assert (arrived.caller, arrived.dialled, arrived.answered) == ("13800000000", "95588", False)
        assert arrived.contact
        assert arrived.line
        await world.do(AnswerLeg, leg=arrived.leg)
        await customer.is_answered()
        customer.hang_up()
        assert (await world.events.next(LegEnded, leg=arrived.leg)).cause is LegEndCause.NORMAL

    async def test_caller_gives_up_before_the_answer(self, world: World) -> None:
        customer, arrived = await world.ring()
        customer.hang_up()
        await world.events.next(LegEnded, leg=arrived.leg)

    async def test_hanging_up_ends_both_sides(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(HangUp, leg=leg)
        await customer.is_ended()
        await world.events.next(LegEnded, leg=leg)

    @pytest.mark.parametrize(
        "cause", [LegEndCause.BUSY, LegEndCause.REJECTED, LegEndCause.UNREACHABLE, LegEndCause.NO_ANSWER]
    )
    async def test_an_unanswered_caller_is_told_the_cause(self, world: World, cause: LegEndCause) -> None:
        customer, arrived = await world.ring()
        await world.do(HangUp, leg=arrived.leg, cause=cause)
        finer = cause not in (LegEndCause.BUSY, LegEndCause.REJECTED)
        if finer and Limit.REFUSAL_BUSY_OR_REJECTED in world.limits:
            cause = LegEndCause.REJECTED
        assert await customer.is_ended() is cause

    async def test_plays_prompts_one_after_the_other(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Play, leg=leg, request="p/1", prompts=(SHORT, NEXT))
        await customer.hears_prompt(SHORT)
        await customer.hears_prompt(NEXT)
        assert (await world.events.next(PlaybackEnded, leg=leg, request="p/1")).ok

    async def test_stops_a_prompt(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Play, leg=leg, request="p1", prompts=(LONG,))
        await customer.hears_prompt(LONG)
        await world.do(StopPlay, leg=leg, request="p1")
        await customer.hears_no_prompt(LONG)

    async def test_plays_again_after_a_stop(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Play, leg=leg, request="p1", prompts=(LONG,))
        await customer.hears_prompt(LONG)
        await world.do(StopPlay, leg=leg, request="p1")
        await world.do(Play, leg=leg, request="p2", prompts=(NEXT,))
        await customer.hears_prompt(NEXT)
        await world.events.next(PlaybackEnded, request="p2")
