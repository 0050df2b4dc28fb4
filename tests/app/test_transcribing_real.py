"""Fifty spoken recordings through a real recogniser and a kill -9 of its worker."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from callcenter.app.clock import SystemClock
from callcenter.app.secret_keys import seal_of
from callcenter.app.settings import Settings
from callcenter.app.transcribing.keeper import TranscriptionKeeper
from callcenter.app.transcribing.worker import Told
from callcenter.domain.contact import Prompt
from callcenter.domain.speech import Speaker
from callcenter.recording import WavRecordingStore
from callcenter.speech.models import Card, Shelf
from callcenter.speech.models.shelf import copied_from
from callcenter.storage import Storage, upgrade
from tests.speech import real_models
from tests.speech.voices import RATE, samples_of, silence, write

pytestmark = [pytest.mark.speech, pytest.mark.timeout(900)]
T0 = 1_790_000_000_000
MANY = 50
THINGS = ("my bank card", "my new phone", "the red car", "your answer", "the blue house")
WISHES = (
    "I want to talk about",
    "I am calling about",
    "please help me with",
    "I would like to ask about",
    "this is about",
)


def sentence(number: int) -> str:
    return f"Good morning, {WISHES[number % 5]} {THINGS[number // 5 % 5]}."


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


async def test_fifty_spoken_recordings_become_transcripts_through_a_kill(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, recogniser="tiny", recogniser_language="en")
    Shelf(tmp_path / "models").add(
        Card("tiny", "", ("en",), "MIT", "a package", 0, ""), copied_from(real_models.whisper_tiny_en())
    )
    voice = real_models.english_speaker(tmp_path)
    await asyncio.to_thread(upgrade, settings.database_url)
    storage = await Storage.open(settings.database_url, seal_of(settings))
    for number in range(MANY):
        _, said = samples_of(await voice.file_of(Prompt(text=sentence(number), language="en")))
        sides = [tmp_path / "customer.wav", tmp_path / "heard.wav"]
        write(sides[0], silence(RATE, 0.5) + said + silence(RATE, 1))
        write(sides[1], silence(RATE, 1))
        store = WavRecordingStore(tmp_path / "recordings")
        await storage.contacts.add_recording(await store.file(f"r{number}", f"c{number}", "call", sides, T0))

    begun: list[str] = []
    done: set[str] = set()
    all_done = asyncio.Event()

    def told(one: Told) -> None:
        if one.what == "begun":
            begun.append(one.recording)
            if len(begun) == MANY // 2:
                assert keeper.process is not None
                os.kill(keeper.process.pid, signal.SIGKILL)
        elif one.what == "done":
            done.add(one.recording)
            if len(done) == MANY:
                all_done.set()

    keeper = TranscriptionKeeper(settings, storage.transcripts, SystemClock(), told=told)
    assert keeper.trouble is None
    running = asyncio.create_task(keeper.run())
    await asyncio.wait_for(all_done.wait(), 800)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert keeper.starts == 2
    assert len(begun) == MANY + 1, "the one that was at work is begun again, and no other"
    found = hits = 0
    for number in range(MANY):
        (transcript,) = await storage.transcripts.of_contact(f"c{number}")
        assert transcript.model == "tiny"
        assert {turn.speaker for turn in transcript.turns} == {Speaker.CUSTOMER}
        expected = words(sentence(number))
        found += len(expected)
        hits += len(expected & words(" ".join(turn.text for turn in transcript.turns)))
    backlog = await storage.transcripts.backlog(0)
    print(f"{hits / found:.3f} of the words, {backlog.speed:.2f} minutes of audio in a minute")
    assert hits / found > 0.8
    await storage.close()
