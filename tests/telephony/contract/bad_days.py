"""Legs that are gone, commands twice, restarts, many calls at once."""

from __future__ import annotations

import asyncio

import pytest

from callcenter.domain.contact import Endpoint
from callcenter.domain.effects import (
    AnswerLeg,
    Connect,
    EndBridge,
    Gather,
    HangUp,
    Originate,
    Play,
    SendDigits,
    Separate,
    StartMusic,
    StartRecording,
    StopGather,
    StopMusic,
    StopPlay,
    StopRecording,
    Supervise,
    SuperviseMode,
)
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import (
    CallArrived,
    LegAnswered,
    LegEnded,
    PlaybackEnded,
    RecordingEnded,
    TelephonyLost,
    TelephonyRestored,
)
from tests.telephony.contract.acts import SHORT, agent_leg, answered_call, conversation, gathered
from tests.telephony.world import World


class BadDays:
    async def test_commands_for_a_leg_that_is_gone_are_no_error(self, world: World) -> None:
        customer, leg = await answered_call(world)
        customer.hang_up()
        await world.events.next(LegEnded, leg=leg)
        for command, fields in (
            (AnswerLeg, {}),
            (HangUp, {}),
            (Play, {"request": "p", "prompts": (SHORT,)}),
            (StopPlay, {"request": "p"}),
            (Gather, {"request": "g", "prompts": (SHORT,)}),
            (StopGather, {"request": "g"}),
            (StartMusic, {}),
            (StopMusic, {}),
            (SendDigits, {"digits": "1"}),
        ):
            await world.do(command, leg=leg, **fields)
        await world.do(Connect, bridge="b9", legs=(leg,))
        await world.do(Separate, bridge="b9", legs=(leg,))
        await world.do(EndBridge, bridge="b9")
        await world.do(Supervise, leg=leg, target="gone", bridge="b9", mode=SuperviseMode.LISTEN)
        assert len([event for event in world.events.of(LegEnded) if event.leg == leg]) == 1

    async def test_connecting_with_one_leg_gone_keeps_the_other(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Connect, bridge="b1", legs=(leg, "gone"))
        agent, other = await agent_leg(world)
        await world.do(Connect, bridge="b1", legs=(other,))
        await customer.hears(agent)

    async def test_a_command_carried_out_twice_does_no_harm(self, world: World) -> None:
        customer, leg = await answered_call(world)
        for _ in range(2):
            await world.do(AnswerLeg, leg=leg)
            await world.do(Play, leg=leg, request="p1", prompts=(SHORT,))
            await world.do(Originate, leg="leg-a/1", endpoint=Endpoint("agent", "1001"))
        await world.events.next(LegAnswered, leg="leg-a/1")
        agent = await world.rung("agent:1001")
        await world.events.next(PlaybackEnded, request="p1")
        for _ in range(2):
            await world.do(Connect, bridge="b1", legs=(leg, "leg-a/1"))
            await world.do(StartRecording, recording="r4", leg=leg)
        await customer.hears(agent)
        await world.talk_for(300)
        for _ in range(2):
            await world.do(StopRecording, recording="r4")
        await world.events.next(RecordingEnded, recording="r4")
        for _ in range(2):
            await world.do(HangUp, leg="leg-a/1")
        await world.events.next(LegEnded, leg="leg-a/1")
        await world.do(Originate, leg="leg-a/1", endpoint=Endpoint("agent", "1001"))
        await world.talk_for(200)
        assert len(world.events.of(LegAnswered)) == 1
        assert len(world.events.of(RecordingEnded)) == 1
        world.telephony.discard_recording("r4")

    async def test_calls_outlive_our_process_and_are_adopted(self, world: World) -> None:
        customer, leg, agent, other = await conversation(world)
        await world.events.next(TelephonyRestored)
        await world.restart_us()
        restored = await world.events.next(TelephonyRestored)
        assert set(restored.legs) == set(restored.answered) == {leg, other}
        assert len(world.events.of(CallArrived)) == 1
        await customer.hears(agent)
        await world.do(Separate, bridge="b/1", legs=(leg,))
        await customer.hears_no_more(agent)
        await world.do(Gather, leg=leg, request="after", max_digits=1)
        customer.press("8")
        assert (await gathered(world, "after")).digits == "8"
        agent.hang_up()
        await world.events.next(LegEnded, leg=other)

    async def test_the_exchange_dies_and_comes_back(self, world: World) -> None:
        await world.events.next(TelephonyRestored)
        await conversation(world)
        await world.crash()
        await world.events.next(TelephonyLost)
        with pytest.raises(ProviderError) as refused:
            await world.do(AnswerLeg, leg="any")
        assert refused.value.retryable
        await world.revive()
        assert (await world.events.next(TelephonyRestored)).legs == ()
        await answered_call(world)

    async def test_calls_at_the_same_time_are_kept_apart(self, world: World) -> None:
        customers = await asyncio.gather(*(answered_call(world) for _ in range(3)))
        assert len({leg for _, leg in customers}) == 3
