"""What every telephony adapter must do; inherited by ``test_contract`` for each world."""

from __future__ import annotations

import asyncio

import pytest

from callcenter.domain.contact import Endpoint, LegEndCause, Prompt
from callcenter.domain.effects import (
    AnswerLeg,
    Connect,
    EndBridge,
    Gather,
    HangUp,
    Originate,
    PauseRecording,
    Play,
    SendDigits,
    Separate,
    StartMusic,
    StartRecording,
    StartRingback,
    StopGather,
    StopMusic,
    StopPlay,
    StopRecording,
    StopRingback,
    Supervise,
    SuperviseMode,
)
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import (
    CallArrived,
    DigitsGathered,
    GatherOutcome,
    LegAnswered,
    LegEnded,
    LegRinging,
    PlaybackEnded,
    RecordingEnded,
    TelephonyLost,
    TelephonyRestored,
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


class TelephonyContract:
    # --- arriving

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
        assert await customer.is_ended() is cause

    # --- prompts

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

    # --- keys

    async def test_gathers_until_the_length_and_the_first_key_silences(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Gather, leg=leg, request="g1", prompts=(LONG,), max_digits=2)
        await customer.hears_prompt(LONG)
        customer.press("4")
        await customer.hears_no_prompt(LONG)
        customer.press("2")
        got = await gathered(world, "g1")
        assert (got.outcome, got.digits, got.leg) == (GatherOutcome.COMPLETE, "42", leg)

    async def test_gathers_until_the_terminator(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Gather, leg=leg, request="g1", max_digits=10, min_digits=2)
        customer.press("123#")
        got = await gathered(world, "g1")
        assert (got.outcome, got.digits) == (GatherOutcome.COMPLETE, "123")

    async def test_gives_up_after_the_prompts_without_a_key(self, world: World) -> None:
        _, leg = await answered_call(world)
        await world.do(Gather, leg=leg, request="g1", prompts=(SHORT,), first_timeout_ms=300)
        got = await gathered(world, "g1")
        assert (got.outcome, got.digits) == (GatherOutcome.TIMEOUT, "")

    async def test_too_few_keys_are_a_timeout(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Gather, leg=leg, request="g1", max_digits=4, min_digits=4, next_timeout_ms=900)
        customer.press("12")
        got = await gathered(world, "g1")
        assert (got.outcome, got.digits) == (GatherOutcome.TIMEOUT, "12")

    async def test_keys_typed_ahead_count(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Gather, leg=leg, request="g1", max_digits=1)
        customer.press("12")
        assert (await gathered(world, "g1")).digits == "1"
        await world.talk_for(400)
        await world.do(Gather, leg=leg, request="g2", prompts=(LONG,), max_digits=1)
        assert (await gathered(world, "g2")).digits == "2"

    async def test_a_secret_takes_no_keys_typed_ahead_and_tells_none(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Gather, leg=leg, request="g1", max_digits=1)
        customer.press("19")
        assert (await gathered(world, "g1")).digits == "1"
        await world.talk_for(400)
        await world.do(Gather, leg=leg, request="pin", max_digits=8, secret=True)
        customer.press("73519462")
        got = await gathered(world, "pin")
        assert (got.outcome, got.digits) == (GatherOutcome.COMPLETE, "")
        assert world.vault.get(got.secret) == "73519462"
        assert "73519462" not in repr(world.events.all)

    async def test_a_forgotten_gather_is_silent(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Gather, leg=leg, request="g1", prompts=(LONG,), max_digits=1)
        await customer.hears_prompt(LONG)
        await world.do(StopGather, leg=leg, request="g1")
        await customer.hears_no_prompt(LONG)
        await world.do(Gather, leg=leg, request="g2", max_digits=1)
        customer.press("5")
        assert (await gathered(world, "g2")).digits == "5"
        assert [event.request for event in world.events.of(DigitsGathered)] == ["g2"]

    async def test_a_gather_without_prompts_listens_beneath_music_and_prompts(self, world: World) -> None:
        customer, leg = await answered_call(world)
        await world.do(Gather, leg=leg, request="g1", max_digits=1)
        customer.press("17")
        assert (await gathered(world, "g1")).digits == "1"
        await world.talk_for(400)
        await world.do(StartMusic, leg=leg)
        await world.do(Gather, leg=leg, request="g2", max_digits=1, first_timeout_ms=60_000, type_ahead=False)
        await customer.hears_music()
        await world.do(StopMusic, leg=leg)
        await world.do(Play, leg=leg, request="p1", prompts=(LONG,))
        await customer.hears_prompt(LONG)
        customer.press("2")
        assert (await gathered(world, "g2")).digits == "2"

    # --- dialling

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

    # --- talking

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

    async def test_sends_keys(self, world: World) -> None:
        customer, leg, _, _ = await conversation(world)
        await world.do(SendDigits, leg=leg, digits="42#")
        await customer.got_keys("42#")

    # --- recording

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

    # --- supervision

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

    # --- races

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

    # --- bad days

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
