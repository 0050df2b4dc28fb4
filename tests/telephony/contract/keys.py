"""Keys: gathered, sent, kept secret."""

from __future__ import annotations

from callcenter.domain.effects import (
    Gather,
    Play,
    SendDigits,
    StartMusic,
    StopGather,
    StopMusic,
)
from callcenter.domain.events import (
    DigitsGathered,
    GatherOutcome,
)
from tests.telephony.contract.acts import LONG, SHORT, answered_call, conversation, gathered
from tests.telephony.world import World


class Keys:
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

    async def test_sends_keys(self, world: World) -> None:
        customer, leg, _, _ = await conversation(world)
        await world.do(SendDigits, leg=leg, digits="42#")
        await customer.got_keys("42#")
