"""A talk on a real Asterisk is shown in words while it goes on, and kept: media tap, ears, core."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import events as ev
from callcenter.domain.contact import Place
from callcenter.domain.effects import StopTap, TapMedia
from callcenter.domain.speech import LiveTalk, Speaker
from tests.app.live import Floor, live
from tests.app.test_call_story import to_card_loss
from tests.speech import real_models
from tests.speech.voices import RATE, silence, spoken

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(180)]
LINES = ("我的银行卡掉进了河里", "不对 是昨天掉的")


async def listened_to(floor: Floor, queue: str = "card_loss") -> None:
    """Switch the queue's live transcript on, and wait for the ears."""
    config = floor.product.desk.config()
    wanted = msgspec.structs.replace(config.queues[queue], live_transcript=True)
    await floor.product.desk.submit(
        ev.CenterConfigured(config=msgspec.structs.replace(config, queues={**config.queues, queue: wanted}))
    )
    await floor.until(lambda: floor.product.engine.center.state.hears, "ears", 60)


async def talking(floor: Floor) -> tuple[Any, Any, str]:
    """Customer and agent speak, both silent; returns their calls and the contact."""
    await floor.ready("1001")
    call, contact = await to_card_loss(floor)
    ring = await floor.phones["1001"].next_call()
    call.rtp.tone = ring.rtp.tone = 0
    ring.answer()
    await floor.until(lambda: floor.contact().place is Place.TALKING, "talking")
    await floor.until(lambda: talk_of(floor, contact) is not None, "the taps")
    return call, ring, contact


def talk_of(floor: Floor, contact: str) -> LiveTalk | None:
    return floor.product.web.talks.of(contact)


def said(floor: Floor, contact: str, speaker: Speaker) -> list[str]:
    talk = talk_of(floor, contact)
    return [turn.text for turn in talk.turns if turn.speaker is speaker] if talk is not None else []


async def until_desk(floor: Floor, condition: Any, what: str, timeout_s: float = 15.0) -> None:
    """As ``Floor.until``, looked at when the agent's page is woken: what a page sees."""

    async def look() -> None:
        async for _ in floor.product.desk.changes("1001"):
            if condition():
                return

    try:
        await asyncio.wait_for(look(), timeout_s)
    except TimeoutError:
        raise AssertionError(f"not within {timeout_s} s: {what}") from None


async def test_both_sides_appear_while_they_speak_and_are_kept(data: Path, flows: Path, free_ports: list[int]) -> None:
    (data / "models").mkdir()
    (data / "models" / "simulated.txt").write_text("\n".join(LINES), encoding="utf-8")
    async with live(data, free_ports, flows=flows, live_recogniser="simulated") as floor:
        await listened_to(floor)
        call, ring, contact = await talking(floor)
        call.rtp.say(spoken(RATE, 1.5) + silence(RATE, 1.0))
        loop = asyncio.get_running_loop()
        began = loop.time()
        await until_desk(floor, lambda: bool(talk_of(floor, contact).guesses), "a guess while the customer speaks")
        first_s = loop.time() - began
        assert call.rtp.speaking, "the customer still speaks"
        await until_desk(floor, lambda: said(floor, contact, Speaker.CUSTOMER) == [LINES[0]], "the customer's words")
        ring.rtp.say(spoken(RATE, 1.0) + silence(RATE, 1.0))
        await until_desk(floor, lambda: said(floor, contact, Speaker.AGENT) == [LINES[0]], "the agent's words")
        assert first_s < 1.0
        turns = talk_of(floor, contact).turns
        assert [turn.speaker for turn in turns] == [Speaker.CUSTOMER, Speaker.AGENT]
        assert 1_000 < turns[0].end_ms - turns[0].start_ms < 2_500

        await no_words_on_hold_or_while_paused(floor, contact, call)

        call.hang_up()
        await ring.wait_ended()
        await floor.until(lambda: floor.contact() is None, "the end")
        kept = await kept_turns(floor, contact)
        assert [(turn.speaker, turn.text) for turn in kept] == [(turn.speaker, turn.text) for turn in turns]
        assert await floor.product.storage.transcripts.of_contact(contact) == [], "a recording's transcript is another"
        entries = [entry async for entry in floor.product.storage.journal.read(1)]
        assert not any("掉进了河里" in repr(entry.event) for entry in entries), "words are kept once, and sealed"
        replay(Center(), entries)


async def no_words_on_hold_or_while_paused(floor: Floor, contact: str, call: Any) -> None:
    desk, state = floor.product.desk, floor.product.engine.center.state
    for begin, end in (
        (ev.HoldRequested, ev.ResumeRequested),
        (
            lambda **k: ev.RecordingPauseRequested(paused=True, **k),
            lambda **k: ev.RecordingPauseRequested(paused=False, **k),
        ),
        (lambda **k: ev.PaymentModeRequested(on=True, **k), lambda **k: ev.PaymentModeRequested(on=False, **k)),
    ):
        effects = await desk.submit(begin(agent="1001", contact=contact))
        assert len([one for one in effects if isinstance(one, StopTap)]) == 2
        assert not state.contacts[contact].taps
        effects = await desk.submit(end(agent="1001", contact=contact))
        assert len([one for one in effects if isinstance(one, TapMedia)]) == 2


async def kept_turns(floor: Floor, contact: str) -> list[Any]:
    """What the store has once the last words are written, two seconds after they were said at most."""
    await floor.product.ears.talks.kept()
    found = await floor.product.storage.transcripts.live_of(contact)
    assert found is not None
    return list(found.turns)


async def test_ears_that_die_are_replaced_and_the_call_goes_on(data: Path, flows: Path, free_ports: list[int]) -> None:
    (data / "models").mkdir()
    (data / "models" / "simulated.txt").write_text("\n".join(LINES), encoding="utf-8")
    async with live(data, free_ports, flows=flows, live_recogniser="simulated") as floor:
        await listened_to(floor)
        call, ring, contact = await talking(floor)
        call.rtp.say(spoken(RATE, 0.8) + silence(RATE, 1.0))
        await until_desk(floor, lambda: said(floor, contact, Speaker.CUSTOMER) == [LINES[0]], "words")
        state = floor.product.engine.center.state
        before = dict(state.contacts[contact].taps)
        os.kill(floor.product.ears.keeper.process.pid, signal.SIGKILL)
        await floor.until(lambda: not state.hears, "no ears")
        assert not state.contacts[contact].taps
        await floor.until(lambda: state.hears and len(state.contacts[contact].taps) == 2, "ears again")
        assert not set(before.values()) & set(state.contacts[contact].taps.values())
        began = floor.product.ears.talks
        await floor.until(lambda: len(began.open(contact)) == 2, "the new taps")
        call.rtp.say(spoken(RATE, 0.8) + silence(RATE, 1.0))
        await until_desk(floor, lambda: len(said(floor, contact, Speaker.CUSTOMER)) == 2, "words after that")
        assert floor.contact().place is Place.TALKING
        ring.rtp.tone = 700
        await call.wait_tone(700)


@pytest.mark.speech
async def test_a_real_recogniser_hears_a_real_sentence(data: Path, flows: Path, free_ports: list[int]) -> None:
    from callcenter.domain.contact import Prompt
    from callcenter.speech.models import Card, Shelf
    from callcenter.speech.models.shelf import copied_from
    from tests.speech.voices import samples_of

    Shelf(data / "models").add(
        Card("tiny", "", ("en",), "MIT", "a package", 0, ""), copied_from(real_models.whisper_tiny_en())
    )
    _, voice = samples_of(
        await real_models.english_speaker(data).file_of(Prompt(text=real_models.SENTENCES[1], language="en"))
    )
    async with live(data, free_ports, flows=flows, live_recogniser="tiny", recogniser_language="en") as floor:
        await listened_to(floor)
        call, _, contact = await talking(floor)
        call.rtp.say(voice + silence(RATE, 2.0))
        await until_desk(floor, lambda: said(floor, contact, Speaker.CUSTOMER), "the sentence", 60)
        heard = " ".join(said(floor, contact, Speaker.CUSTOMER)).lower()
        assert "card" in heard
        assert "block" in heard
