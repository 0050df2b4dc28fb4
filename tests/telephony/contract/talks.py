"""Talks: who hears whom, hold, recordings, supervision."""

from __future__ import annotations

from callcenter.domain.effects import (
    Connect,
    EndBridge,
    HangUp,
    PauseRecording,
    Play,
    Separate,
    StartMusic,
    StartRecording,
    StopMusic,
    StopRecording,
    Supervise,
    SuperviseMode,
)
from callcenter.domain.events import (
    LegEnded,
    RecordingEnded,
)
from tests.telephony.contract.acts import LONG, agent_leg, answered_call, conversation
from tests.telephony.world import World


class Talks:
    async def test_two_legs_hear_each_other(self, world: World) -> None:
        _, leg, agent, _ = await conversation(world)
        agent.hang_up()
        await world.events.next(LegEnded, leg="leg-a/1")
        assert leg not in [event.leg for event in world.events.of(LegEnded)]

    async def test_connecting_silences_prompt_and_music(self, world: World) -> None:
        customer, leg = await answered_call(world)
        agent, other = await agent_leg(world)
        await world.do(Play, leg=leg, request="p1", prompts=(LONG,))
        await customer.hears_prompt(LONG)
        await world.do(StartMusic, leg=other)
        await world.do(Connect, bridge="b1", legs=(leg, other))
        await customer.hears(agent)
        await agent.hears(customer)
        await customer.hears_no_prompt(LONG)

    async def test_hold_and_back(self, world: World) -> None:
        customer, leg, agent, other = await conversation(world)
        await world.do(Separate, bridge="b/1", legs=(leg,))
        await world.do(StartMusic, leg=leg)
        await customer.hears_no_more(agent)
        await customer.hears_music()
        await agent.hears_no_more(customer)
        await world.do(StopMusic, leg=leg)
        await world.do(Connect, bridge="b/1", legs=(leg, other))
        await customer.hears(agent)
        await agent.hears(customer)

    async def test_three_speak_together(self, world: World) -> None:
        customer, _, agent, _ = await conversation(world)
        second, third = await agent_leg(world, "1002", "leg-c")
        await world.do(Connect, bridge="b/1", legs=(third,))
        for one, two in ((customer, agent), (customer, second), (agent, second)):
            await one.hears(two)
            await two.hears(one)

    async def test_handed_to_another_agent(self, world: World) -> None:
        customer, leg, agent, other = await conversation(world)
        second, third = await agent_leg(world, "1002", "leg-c")
        await world.do(Separate, bridge="b/1", legs=(leg, other))
        await world.do(HangUp, leg=other)
        await agent.is_ended()
        await world.do(Connect, bridge="b2", legs=(leg, third))
        await world.do(EndBridge, bridge="b/1")
        await customer.hears(second)
        await second.hears(customer)

    async def test_records_both_sides_apart_and_nothing_of_a_pause(self, world: World) -> None:
        customer, leg, agent, _ = await conversation(world)
        await world.do(StartRecording, recording="rec/1", leg=leg)
        await world.talk_for(700)
        await world.do(PauseRecording, recording="rec/1", paused=True)
        second, third = await agent_leg(world, "1002", "leg-c")
        await world.do(Connect, bridge="b/1", legs=(third,))
        await customer.hears(second)
        await world.talk_for(400)
        second.hang_up()
        await customer.hears_no_more(second)
        await world.do(PauseRecording, recording="rec/1", paused=False)
        await world.talk_for(700)
        await world.do(StopRecording, recording="rec/1")
        ended = await world.events.next(RecordingEnded, recording="rec/1")
        assert ended.ok
        assert 1_200 <= ended.duration_ms <= 2_600
        assert len(world.telephony.recording_files("rec/1")) == 2
        left, right = world.loudness_of("rec/1", customer)
        assert left > 0.05 > 10 * right
        left, right = world.loudness_of("rec/1", agent)
        assert right > 0.05 > 10 * left
        assert max(world.loudness_of("rec/1", second)) < 0.01
        world.telephony.discard_recording("rec/1")
        assert not world.telephony.recording_files("rec/1")

    async def test_a_recording_ends_with_its_leg(self, world: World) -> None:
        customer, leg, _, _ = await conversation(world)
        await world.do(StartRecording, recording="r2", leg=leg)
        await world.talk_for(400)
        customer.hang_up()
        assert (await world.events.next(RecordingEnded, recording="r2")).ok
        await world.do(StopRecording, recording="r2")
        world.telephony.discard_recording("r2")

    async def test_recording_a_leg_that_is_gone_fails_plainly(self, world: World) -> None:
        await world.do(StartRecording, recording="r3", leg="never")
        await world.do(StopRecording, recording="r3")
        assert not (await world.events.next(RecordingEnded, recording="r3")).ok

    async def test_listen_whisper_barge(self, world: World) -> None:
        customer, _, agent, other = await conversation(world)
        supervisor, third = await agent_leg(world, "1002", "leg-s")
        await world.do(Supervise, leg=third, target=other, bridge="b/1", mode=SuperviseMode.LISTEN)
        await supervisor.hears(customer)
        await supervisor.hears(agent)
        await world.talk_for(300)
        await agent.hears_no_more(supervisor)
        await world.do(Supervise, leg=third, target=other, bridge="b/1", mode=SuperviseMode.WHISPER)
        await agent.hears(supervisor)
        await world.talk_for(300)
        await customer.hears_no_more(supervisor)
        await world.do(Supervise, leg=third, target=other, bridge="b/1", mode=SuperviseMode.BARGE)
        await customer.hears(supervisor)
        await supervisor.hears(customer)
        supervisor.hang_up()
        await world.events.next(LegEnded, leg=third)
        await customer.hears(agent)
