"""Recordings become transcripts unattended, through a kill -9 of the worker; what fails is kept and said."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from callcenter.app.clock import SystemClock
from callcenter.app.secret_keys import seal_of
from callcenter.app.settings import Settings
from callcenter.app.transcribing import worker as worker_module
from callcenter.app.transcribing.keeper import TranscriptionKeeper
from callcenter.app.transcribing.worker import Stuck, Told, Worker
from callcenter.domain.errors import ProviderError
from callcenter.domain.records import RecordingRecord
from callcenter.domain.speech import Speaker
from callcenter.recording import WavRecordingStore
from callcenter.speech.recognisers.simulated import SimulatedRecogniser
from callcenter.storage import Storage, upgrade
from tests.speech.voices import RATE, silence, talk, write

T0 = 1_790_000_000_000
MANY = 50


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    made = Settings(data=tmp_path, recogniser="simulated")
    await asyncio.to_thread(upgrade, made.database_url)
    return made


@pytest.fixture
async def storage(settings: Settings) -> AsyncIterator[Storage]:
    opened = await Storage.open(settings.database_url, seal_of(settings))
    yield opened
    await opened.close()


async def record(storage: Storage, settings: Settings, name: str) -> RecordingRecord:
    """File a made call of three utterances with its texts."""
    sides = [settings.data / f"{name}-{side}.wav" for side in ("customer", "heard")]
    write(sides[0], talk(RATE, [0.4, 0.5]))
    write(sides[1], silence(RATE, 2) + talk(RATE, [0.6]))
    filed = await WavRecordingStore(settings.data / "recordings").file(name, f"c-{name}", "call", sides, T0)
    path = settings.data / "recordings" / filed.path
    path.with_suffix(".0.txt").write_text(f"我是{name}\n谢谢")
    path.with_suffix(".1.txt").write_text("您好")
    await storage.contacts.add_recording(filed)
    return filed


async def said(storage: Storage, name: str) -> list[tuple[Speaker, str]]:
    return [
        (turn.speaker, turn.text) for one in await storage.transcripts.of_contact(f"c-{name}") for turn in one.turns
    ]


def expected(name: str) -> list[tuple[Speaker, str]]:
    return [(Speaker.CUSTOMER, f"我是{name}"), (Speaker.CUSTOMER, "谢谢"), (Speaker.AGENT, "您好")]


async def test_fifty_recordings_become_transcripts_through_a_kill_of_the_worker(
    settings: Settings, storage: Storage
) -> None:
    names = [f"r{number}" for number in range(MANY)]
    for name in names:
        await record(storage, settings, name)
    begun: list[str] = []
    done: set[str] = set()
    all_done = asyncio.Event()
    killed: list[int] = []

    def told(one: Told) -> None:
        if one.what == "begun":
            begun.append(one.recording)
            if len(begun) == MANY // 2 and not killed:
                assert keeper.process is not None
                os.kill(keeper.process.pid, signal.SIGKILL)
                killed.append(keeper.process.pid)
        elif one.what == "done":
            done.add(one.recording)
            if len(done) == MANY:
                all_done.set()

    keeper = TranscriptionKeeper(settings, storage.transcripts, SystemClock(), told=told)
    running = asyncio.create_task(keeper.run())
    await asyncio.wait_for(all_done.wait(), 90)
    process = keeper.process
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert keeper.starts == 2
    assert process is not None
    assert process.returncode is not None
    assert process.pid != killed[0]
    for name in names:
        assert await said(storage, name) == expected(name)
    backlog = await storage.transcripts.backlog(0)
    assert (backlog.done, backlog.waiting, backlog.running, backlog.dead) == (MANY, 0, 0, 0)


async def test_the_worker_ends_with_whoever_started_it(settings: Settings, storage: Storage) -> None:
    await record(storage, settings, "a")
    working = asyncio.Event()
    keeper = TranscriptionKeeper(settings, storage.transcripts, SystemClock(), told=lambda told: working.set())
    life = asyncio.create_task(keeper.run())
    await asyncio.wait_for(working.wait(), 30)
    assert keeper.process is not None
    process = keeper.process
    assert process.stdin is not None
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 30) == 0
    life.cancel()
    with suppress(asyncio.CancelledError):
        await life


@pytest.mark.parametrize(
    ("given", "trouble"),
    [
        ({"recogniser": ""}, "no recogniser is chosen"),
        ({"recogniser": "vosk-model-cn-0.22"}, "there is no model 'vosk-model-cn-0.22'"),
    ],
)
async def test_without_a_recogniser_nothing_runs_and_the_reason_is_said(
    settings: Settings, storage: Storage, given: dict[str, str], trouble: str
) -> None:
    keeper = TranscriptionKeeper(settings.model_copy(update=given), storage.transcripts, SystemClock())
    await keeper.run()
    assert keeper.process is None
    assert trouble in str(keeper.trouble)
    assert "callcenter models" in str(keeper.trouble)


class Failing(SimulatedRecogniser):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def transcribe(self, audio: Path, language: str) -> list[list[object]]:  # type: ignore[override]
        raise self.error


def worker_of(settings: Settings, storage: Storage, recogniser: SimulatedRecogniser) -> Worker:
    store = WavRecordingStore(settings.data / "recordings")
    return Worker("w", storage.transcripts, store, recogniser, SystemClock(), "zh")


async def test_a_library_that_breaks_is_tried_again_and_says_nothing_of_what_was_said(
    settings: Settings, storage: Storage
) -> None:
    await record(storage, settings, "a")
    assert await worker_of(settings, storage, Failing(KeyError("卡号 6222"))).once()
    backlog = await storage.transcripts.backlog(0)
    assert (backlog.waiting, backlog.dead) == (1, 0)
    assert await worker_of(settings, storage, SimulatedRecogniser()).once() is False  # it pauses first


async def test_what_can_not_be_mended_by_trying_is_dead_at_once_with_its_reason(
    settings: Settings, storage: Storage
) -> None:
    for name in ("broken", "gone", "refused"):
        await record(storage, settings, name)
    recordings = {one: (await storage.contacts.recordings(f"c-{one}"))[0] for one in ("broken", "gone")}
    (settings.data / "recordings" / recordings["broken"].path).write_bytes(b"RIFF but not really")
    (settings.data / "recordings" / recordings["gone"].path).unlink()
    await worker_of(settings, storage, SimulatedRecogniser()).drain()
    dead = {job.recording: job.trouble for job in await storage.transcripts.dead()}
    assert set(dead) == {"broken", "gone"}
    assert "no WAV file" in dead["broken"]
    assert "gone is not there" in dead["gone"]
    assert await said(storage, "refused") == expected("refused")
    refusing = Failing(ProviderError("not in this language"))
    await record(storage, settings, "last")
    await worker_of(settings, storage, refusing).drain()
    assert "not in this language" in [job.trouble for job in await storage.transcripts.dead()]


async def test_a_recogniser_that_hangs_ends_the_worker_and_its_job_is_tried_again(
    settings: Settings, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging(SimulatedRecogniser):
        async def transcribe(self, audio: Path, language: str) -> list[list[object]]:  # type: ignore[override]
            await asyncio.Event().wait()
            raise AssertionError

    monkeypatch.setattr(worker_module, "LEAST_LIMIT_MS", 10)
    monkeypatch.setattr(worker_module, "LIMIT_FACTOR", 0)
    await record(storage, settings, "a")
    with pytest.raises(Stuck):
        await worker_of(settings, storage, Hanging()).once()
    assert (await storage.transcripts.backlog(0)).waiting == 1
