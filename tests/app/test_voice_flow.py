"""A flow that listens, on a real Asterisk: a caller interrupts, murmurs, corrects a slot, and reaches a person."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.contact import Place, Prompt
from callcenter.domain.speech import Speaker
from callcenter.domain.understanding import NOT_UNDERSTOOD, Entity, Understanding
from callcenter.speech import EspeakVoice
from callcenter.speech.models import Card, Shelf
from callcenter.speech.models.shelf import copied_from
from tests.app.live import AGENT_TONES, Floor, live
from tests.speech import real_models
from tests.speech.voices import RATE, samples_of, silence, spoken

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(240)]

FLOW = """
flow: voice
title: {zh: 语音助手, en: Voice assistant}
languages: [en, zh]
start: wish
fallback_queue: card_loss
variables: {card_tail: ""}
steps:
  wish:
    type: listen
    text: {en: "Welcome to the demo bank. I am a machine, and this call is recorded. In a few words, please tell me what
      I can do for you today. I can help with cards, with payments, with accounts and with many other things.",
      zh: 您好}
    buttons: [{intent: lost_card, text: {en: A lost card, zh: 挂失}}]
    intents: {lost_card: tail}
    not_understood: wish
    on_fail: person
  tail:
    type: listen
    text: {en: "I am sorry to hear that. Which card is it? Please tell me the last four digits of its number, one after
      the other, and take your time.", zh: 尾号}
    slot: card_tail
    fills: [{slot: card_tail, entity: digits}]
    filled: confirm
    not_understood: tail
    on_fail: person
  confirm:
    type: listen
    text: {en: "So the card ends with {card_tail}. Is that right?", zh: "尾号{card_tail}"}
    slot: card_tail
    fills: [{slot: card_tail, entity: digits}]
    filled: confirm
    intents: {affirm: person, deny: tail}
    not_understood: confirm
    on_fail: person
  person: {type: queue, queue: card_loss, brief: {slots: [card_tail], required: [card_tail]}}
"""
LOST, MURMUR, WRONG, RIGHT, YES = (
    "I have lost my card",
    "嗯",
    "it is four three two one",
    "it is two three four five",
    "yes, please do that",
)
LINES = (LOST, MURMUR, WRONG, MURMUR, RIGHT, MURMUR, YES)
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
FIGURES = {name: str(number) for number, name in enumerate(NAMES)}
WORDS = {"lost": "lost_card", "yes": "affirm"}


class KeywordAssistant:
    """Understands what this caller says; the real one has tests of its own."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def understand(self, text: str, now_ms: int, contact: str = "") -> Understanding:
        self.asked.append(text)
        print("understood:", text)
        said = text.lower()
        for name, figure in FIGURES.items():
            said = said.replace(name, figure)
        digits = "".join(re.findall(r"\d", said))
        entities = (Entity("digits", digits, text),) if digits else ()
        intent = next((intent for word, intent in WORDS.items() if word in said), NOT_UNDERSTOOD)
        return Understanding(intent, 0.9, entities, "en")


class Caller:
    """A caller whose speech is synthesised."""

    def __init__(self, floor: Floor, voice: EspeakVoice) -> None:
        self._floor, self._voice = floor, voice
        self.call: Any = None
        self.hushed_ms: list[float] = []

    async def sound(self, text: str) -> bytes:
        if text == MURMUR:
            return spoken(RATE, 0.28, 140)
        return samples_of(await self._voice.file_of(Prompt(text=text, language="en")))[1]

    async def dial(self) -> None:
        self.call = await self._floor.dial()
        await self.call.wait_answered()
        self.call.rtp.tone = 0

    async def hears_the_bot(self) -> None:
        await self.call.wait(lambda: self.call.rtp.loudness() > 0.02, "hearing the bot", 20)

    async def interrupt(self, text: str) -> None:
        """Say it while the bot speaks, and note when the bot fell silent."""
        sound = await self.sound(text)
        await self.hears_the_bot()
        loop = asyncio.get_running_loop()
        began = loop.time()
        self.call.rtp.say(sound + silence(RATE, 1.0))
        await self.call.wait(lambda: self.call.rtp.loudness() < 0.002, "the bot's silence")
        last = max((at for at, frame in self.call.rtp._heard if np.abs(frame).max() > 300), default=began)
        self.hushed_ms.append(max(0.0, last - began) * 1_000)

    def murmurs(self) -> int:
        """How many of them the ears took for turns that are over."""
        talk = self._floor.product.web.talks.of(self._floor.contact().id)
        return sum(turn.text == MURMUR for turn in talk.turns)

    async def murmur(self, *, taken: bool) -> None:
        """Say 嗯 while the bot speaks, which goes on.

        ``taken``: wait until it was a turn of its own, for a recogniser that has one line of text for each turn.
        """
        sound, before = await self.sound(MURMUR), self.murmurs()
        await self.hears_the_bot()
        self.call.rtp.say(sound)
        packets = self.call.rtp.packets + 50
        quiet = 0

        def second_over() -> bool:
            nonlocal quiet
            quiet = quiet + 1 if self.call.rtp.loudness() < 0.0005 else 0
            assert quiet < 40, "the bot fell silent"
            return self.call.rtp.packets >= packets

        await self.call.wait(second_over, "a second of the bot")
        if taken:
            await self.call.wait(lambda: self.murmurs() > before, "the murmur's end")

    async def say(self, text: str) -> None:
        self.call.rtp.say(await self.sound(text) + silence(RATE, 1.0))


def step(floor: Floor) -> str:
    contact = floor.contact()
    return contact.flow_path[-1] if contact is not None and contact.flow_path else ""


async def opened(floor: Floor) -> KeywordAssistant:
    """The hotline's number leads to the flow, the ears are there; returns what understands."""
    config = floor.product.desk.config()
    numbers = {**config.numbers, "95000": "voice"}
    await floor.product.desk.submit(ev.CenterConfigured(config=msgspec.structs.replace(config, numbers=numbers)))
    await floor.until(lambda: floor.product.engine.center.state.hears, "ears", 60)
    assistant = KeywordAssistant()
    floor.product.assistant.understand = assistant.understand
    return assistant


async def said_until(floor: Floor, caller: Caller, text: str, done: Callable[[], bool]) -> None:
    """Say it, and again when it was misheard, as people do: a small recogniser mishears a made voice now and then."""
    for _ in range(4):
        path = len(floor.contact().flow_path)
        await caller.say(text)
        await floor.until(lambda: done() or len(floor.contact().flow_path) > path, f"an answer to {text!r}", 30)  # noqa: B023
        if done():
            return
    raise AssertionError(f"{text!r} was never understood")


@pytest.fixture
def flows(flows: Path) -> Path:
    (flows / "voice.yaml").write_text(FLOW, encoding="utf-8")
    return flows


@pytest.mark.parametrize("recogniser", ["simulated", pytest.param("tiny", marks=pytest.mark.speech)])
async def test_a_lost_card_by_voice(data: Path, flows: Path, free_ports: list[int], recogniser: str) -> None:
    voice = real_models.english_speaker(data)
    shelf = Shelf(data / "models")
    if recogniser == "tiny":
        shelf.add(Card("tiny", "", ("en",), "MIT", "a package", 0, ""), copied_from(real_models.whisper_tiny_en()))
    else:
        shelf.folder.mkdir()
        (shelf.folder / "simulated.txt").write_text("\n".join(LINES), encoding="utf-8")
    settings = {"live_recogniser": recogniser, "recogniser_language": "en"}
    async with live(data, free_ports, flows=flows, **settings) as floor:
        assistant = await opened(floor)
        await floor.ready("1001")
        caller = Caller(floor, voice)
        await caller.dial()
        await floor.until(lambda: step(floor).endswith("wish"), "the first question")
        await caller.interrupt(LOST)
        await floor.until(lambda: step(floor).endswith("tail"), "the second question", 30)
        await caller.murmur(taken=recogniser == "simulated")
        await caller.interrupt(WRONG)
        await floor.until(lambda: step(floor).endswith("confirm"), "the confirmation", 30)
        contact = floor.contact().id
        assert floor.contact().variables["card_tail"] == "4321"
        await caller.murmur(taken=recogniser == "simulated")
        await said_until(floor, caller, RIGHT, lambda: floor.contact().variables["card_tail"] == "2345")
        await caller.murmur(taken=recogniser == "simulated")
        await said_until(floor, caller, YES, lambda: floor.contact().place is not Place.FLOW)
        ring = await floor.phones["1001"].next_call(30)
        ring.answer()
        await floor.until(lambda: floor.contact().place is Place.TALKING, "talking")
        await caller.call.wait_tone(AGENT_TONES["1001"])
        print(recogniser, "bot silent after ms:", [round(ms) for ms in caller.hushed_ms], assistant.asked)

        talk = floor.product.web.talks.of(contact)
        assert {turn.speaker for turn in talk.turns} == {Speaker.BOT, Speaker.CUSTOMER}
        assert MURMUR not in assistant.asked, "what only says that one listens is no turn"
        view = floor.product.desk.desk_view("1001")
        assert view.contacts[0].handed_over.known == {"card_tail": "2345"}
        assert all(ms < 1_000 for ms in caller.hushed_ms)
        caller.call.hang_up()
        await floor.until(lambda: floor.contact() is None, "the end")
        entries = [entry async for entry in floor.product.storage.journal.read(1)]
        replay(Center(), entries)


async def test_keys_answer_and_silence_leads_to_a_person(data: Path, flows: Path, free_ports: list[int]) -> None:
    async with live(data, free_ports, flows=flows, live_recogniser="simulated", recogniser_language="en") as floor:
        await opened(floor)
        caller = Caller(floor, real_models.english_speaker(data))
        await caller.dial()
        await floor.until(lambda: step(floor).endswith("wish"), "the first question")
        await caller.hears_the_bot()
        caller.call.press("1")
        await floor.until(lambda: step(floor).endswith("tail"), "the second question")
        await floor.until(lambda: floor.contact().place is Place.WAITING, "the queue, after three silences", 60)
        story = await floor.story(floor.contact().id)
        facts = [fact for entry in story for fact in entry.effects]
        assert any(isinstance(one, ef.BranchTaken) and one.why.code == "caller_silent" for one in facts)


async def test_ears_that_die_send_the_caller_to_a_person(data: Path, flows: Path, free_ports: list[int]) -> None:
    async with live(data, free_ports, flows=flows, live_recogniser="simulated", recogniser_language="en") as floor:
        await opened(floor)
        caller = Caller(floor, real_models.english_speaker(data))
        await caller.dial()
        await floor.until(lambda: step(floor).endswith("wish"), "the first question")
        await caller.hears_the_bot()
        os.kill(floor.product.ears.keeper.process.pid, signal.SIGKILL)
        await floor.until(lambda: floor.contact().place is Place.WAITING, "a queue")
