"""Spoken dialogues through a real recogniser end as scores, hands free; planted faults that were heard are found."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from callcenter.app.clock import SystemClock
from callcenter.app.scoring.keeper import ScoringKeeper
from callcenter.app.scoring.worker import Told
from callcenter.app.secret_keys import seal_of
from callcenter.app.settings import Settings
from callcenter.app.transcribing.keeper import TranscriptionKeeper
from callcenter.domain.contact import Prompt
from callcenter.recording import WavRecordingStore
from callcenter.speech.models import Card, Shelf
from callcenter.speech.models.shelf import copied_from
from callcenter.storage import Storage, upgrade
from tests.app.scored_talks import Talks
from tests.speech import real_models
from tests.speech.voices import RATE, samples_of, silence, write
from tests.storage.samples import T0

pytestmark = [pytest.mark.speech, pytest.mark.timeout(900)]
GREETING = "Good morning, this is the river bank. This call is recorded. How can I help you?"
DIALOGUES: tuple[tuple[str, str, str, str], ...] = (
    ("", "I want to talk about my bank card.", "Your new card is on its way. Is there anything else?", ""),
    ("complaint_escalation", "I will call my lawyer about this.", "I am sorry to hear that.", "customer"),
    ("rude_words", "I do not get it.", "Please shut up, I told you already.", "agent"),
    ("forbidden_promise", "Is it safe?", "There is no risk at all, the return is guaranteed.", "agent"),
)
KEYS = {"complaint_escalation": "lawyer", "rude_words": "shut up", "forbidden_promise": "no risk"}
"""What the rule needs: a small recogniser does not hear all that a synthetic voice says."""
MANY = 12


async def test_spoken_calls_end_with_scores_and_planted_faults_are_found(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, recogniser="tiny", recogniser_language="en")
    Shelf(tmp_path / "models").add(
        Card("tiny", "", ("en",), "MIT", "a package", 0, ""), copied_from(real_models.whisper_tiny_en())
    )
    voice = real_models.english_speaker(tmp_path)
    await asyncio.to_thread(upgrade, settings.database_url)
    storage = await Storage.open(settings.database_url, seal_of(settings))
    store, talks = WavRecordingStore(tmp_path / "recordings"), Talks(storage)

    async def spoken(text: str) -> bytes:
        return samples_of(await voice.file_of(Prompt(text=text, language="en")))[1]

    for number in range(MANY):
        _, wish, reply, _ = DIALOGUES[number % len(DIALOGUES)]
        said = [await spoken(text) for text in (GREETING, wish, reply)]
        gap, quiet = silence(RATE, 0.8), [bytes(len(one)) for one in said]
        sides = [tmp_path / "customer.wav", tmp_path / "heard.wav"]
        write(sides[0], b"".join([quiet[0], gap, said[1], gap, quiet[2], gap]))
        write(sides[1], b"".join([said[0], gap, quiet[1], gap, said[2], gap]))
        await talks.ended(f"c{number}")
        await storage.contacts.add_recording(await store.file(f"r{number}", f"c{number}", "call", sides, T0))

    scored: set[str] = set()
    all_scored = asyncio.Event()

    def told(one: Told) -> None:
        scored.add(one.contact)
        if len(scored) == MANY:
            all_scored.set()

    transcribing = TranscriptionKeeper(settings, storage.transcripts, SystemClock())
    assert transcribing.trouble is None
    scoring = ScoringKeeper(settings, storage.quality, storage.scoring_jobs, SystemClock(), told=told)
    running = [asyncio.create_task(one.run()) for one in (transcribing, scoring)]
    await asyncio.wait_for(all_scored.wait(), 800)
    for task in running:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    planted = misheard = found = 0
    for number in range(MANY):
        rule, wish, reply, side = DIALOGUES[number % len(DIALOGUES)]
        evaluation = await storage.quality.current(f"c{number}")
        assert evaluation is not None
        assert evaluation.score is not None
        if not rule:
            continue
        planted += 1
        (transcript,) = await storage.transcripts.of_contact(f"c{number}")
        heard = " ".join(turn.text for turn in transcript.turns).lower()
        places = {one.rule: one for one in await storage.quality.findings(evaluation.id)}
        if KEYS[rule] not in heard:
            misheard += 1
            print(f"{rule}: {heard}")
            continue
        assert places[rule].side == side, heard
        found += 1
    await storage.close()
    print(f"{planted} faults planted, {misheard} not heard by the recogniser, all {found} others found")
    assert found >= planted / 2
