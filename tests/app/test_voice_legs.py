"""What a caller who speaks with a flow is asked and told, with a PBX and ears that only note it."""

from __future__ import annotations

import asyncio

import pytest

from callcenter.app.ears.voice_legs import VoiceLegs
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.chat import Choice
from callcenter.domain.contact import Prompt
from callcenter.domain.speech import Speaker, tap_name
from callcenter.speech.ears.news import BotSpeaks, KeyPressed, VoiceActed
from callcenter.speech.turns import Act, ActKind

TAP = tap_name(Speaker.CUSTOMER, "c", 1, turns=True)
WHO = {"contact": "c", "leg": "leg"}
ASKED = (Prompt(text="What can I do?"),)


class World:
    """Fills ``CarriesOut``, and notes what was ordered, said and told."""

    def __init__(self) -> None:
        self.done: list[ef.TelephonyCommand] = []
        self.orders: list[object] = []
        self.said: list[str] = []
        self.events: list[ev.Event] = []
        self.legs = VoiceLegs(self, self.orders.append, lambda _, text: self.said.append(text), self.events.append)

    async def execute(self, command: ef.TelephonyCommand) -> None:
        self.done.append(command)

    async def act(self, kind: ActKind, text: str = "") -> None:
        self.legs.acted(VoiceActed(TAP, Act(kind, 0, text)))
        while self.legs._tasks:
            await asyncio.wait(self.legs._tasks)

    def of(self, kind: type) -> list:
        return [one for one in self.done if isinstance(one, kind)]


async def asked(**more: object) -> World:
    world = World()
    await world.legs.execute(ef.Listen(**WHO, request="r1", prompts=ASKED, **more))
    await world.legs.execute(ef.TapMedia(contact="c", tap=TAP, leg="leg", url=""))
    return world


async def test_a_sentence_answers_and_has_a_number() -> None:
    world = await asked()
    assert [one.request for one in world.of(ef.Play)] == ["r1.said"]
    assert world.orders == [BotSpeaks(TAP, on=True)], "the ears come after the prompt has begun"
    world.legs.take(ev.PlaybackEnded(leg="leg", request="r1.said"))
    assert world.orders[-1] == BotSpeaks(TAP, on=False)
    await world.act(ActKind.TURN, "my card is lost")
    assert world.events == [ev.SentenceHeard(leg="leg", request="r1", number=1)]
    assert world.legs.sentence("c", 1) == "my card is lost"
    assert world.legs.sentence("c", 2) == ""
    assert world.legs.sentence("chat-1", 1) is None, "a chat's sentences are kept elsewhere"


async def test_an_interruption_stops_our_prompt_and_a_flows_own_and_lets_the_flow_go_on() -> None:
    world = await asked()
    await world.act(ActKind.HUSH)
    await world.act(ActKind.FORGET)
    assert [one.request for one in world.of(ef.StopPlay)] == ["r1.said"]
    assert world.events == [], "the question still waits"
    await world.act(ActKind.TURN, "one")
    await world.legs.execute(ef.Play(**WHO, request="p1", prompts=(Prompt(text="The balance is …"),)))
    await world.act(ActKind.HUSH)
    await world.act(ActKind.FORGET)
    assert world.events[-1] == ev.PlaybackEnded(leg="leg", request="p1")
    await world.act(ActKind.TURN, "two")
    assert len(world.events) == 2, "nobody asked yet"
    await world.legs.execute(ef.Listen(**WHO, request="r2", after=1))
    assert world.events[-1] == ev.SentenceHeard(leg="leg", request="r2", number=2)


async def test_what_was_said_before_does_not_answer_a_question_that_must_be_heard_first() -> None:
    world = await asked()
    await world.act(ActKind.TURN, "one")
    await world.act(ActKind.TURN, "yes yes")
    await world.legs.execute(ef.Listen(**WHO, request="r2", prompts=ASKED, after=1, fresh=True))
    assert len(world.events) == 1
    await world.act(ActKind.TURN, "yes")
    assert world.events[-1] == ev.SentenceHeard(leg="leg", request="r2", number=3)


async def test_a_cough_has_the_sentence_said_again_once() -> None:
    world = await asked()
    await world.act(ActKind.HUSH)
    await world.act(ActKind.RESUME)
    assert [one.request for one in world.of(ef.Play)] == ["r1.said", "r1.said"]
    assert world.said == ["What can I do?"], "it is one sentence in the talk"


async def test_silence_is_asked_and_then_told() -> None:
    world = await asked()
    world.legs.take(ev.PlaybackEnded(leg="leg", request="r1.said"))
    await world.act(ActKind.ASK)
    assert len(world.of(ef.Play)) == 2
    await world.act(ActKind.GIVE_UP)
    assert world.events == [ev.SentenceHeard(leg="leg", request="r1", silent=True)]


@pytest.mark.parametrize(("key", "chosen"), [("1", "/lost"), ("2", "/person")])
async def test_keys_are_choices_and_other_keys_are_none(key: str, chosen: str) -> None:
    world = await asked(choices=(Choice("/lost", "Lost"), Choice("/person", "A person")))
    world.legs.take(ev.DigitsGathered(leg="leg", request="r1.keys", outcome=ev.GatherOutcome.COMPLETE, digits="7"))
    assert world.events == []
    world.legs.take(ev.DigitsGathered(leg="leg", request="r1.keys", outcome=ev.GatherOutcome.COMPLETE, digits=key))
    assert world.events == [ev.SentenceHeard(leg="leg", request="r1", chosen=chosen)]
    assert world.orders[-1] == KeyPressed(TAP)
    await world.legs.close()


async def test_a_secret_is_keyed_in_and_never_a_sentence() -> None:
    world = await asked(secret=True)
    (gather,) = world.of(ef.Gather)
    assert gather.secret
    await world.act(ActKind.TURN, "one two three four")
    assert world.events == []
    world.legs.take(
        ev.DigitsGathered(leg="leg", request="r1.keys", outcome=ev.GatherOutcome.COMPLETE, secret="vault:1")
    )
    assert world.events == [ev.SentenceHeard(leg="leg", request="r1", secret="vault:1")]


async def test_without_ears_and_without_a_voice_no_flow_waits() -> None:
    world = await asked()
    world.legs.ears_gone()
    assert world.events == [ev.SentenceHeard(leg="leg", request="r1", ok=False)]
    world = await asked()
    world.legs.take(ev.PlaybackEnded(leg="leg", request="r1.said", ok=False))
    assert world.events == [ev.SentenceHeard(leg="leg", request="r1", ok=False)]


async def test_a_caller_who_hung_up_is_forgotten() -> None:
    world = await asked()
    gone = ev.LegEnded(leg="leg")
    world.legs.take(gone)
    assert world.events == [gone]
    await world.act(ActKind.TURN, "hello?")
    assert world.events == [gone]
    assert world.legs.sentence("c", 1) is None
