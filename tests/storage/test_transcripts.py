"""Jobs of recordings and their transcripts: nothing is lost, nothing done twice, nothing readable in the database."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from callcenter.domain.errors import Corrupt
from callcenter.domain.records import RecordingRecord
from callcenter.domain.speech import Speaker, Transcript, Turn, Word
from callcenter.domain.transcription import MOST_ATTEMPTS, RISKY_MS, JobState, pause_ms
from callcenter.storage import Storage
from callcenter.storage.sealing import Seal
from tests.storage.samples import T0, call, entries

LEASE = 60_000
SECRET = "我的卡号是六二二"


def recording(name: str, *, minutes: float = 1.0, at_ms: int = T0, contact: str = "") -> RecordingRecord:
    length = int(minutes * 60_000)
    return RecordingRecord(name, contact or f"c-{name}", "call", f"{name}.wav", at_ms, length, 44, "0")


def transcript(name: str) -> Transcript:
    words = (Word("我", 100, 200, 0.5),)
    turns = (
        Turn(Speaker.CUSTOMER, 100, 2_000, SECRET, 0.5, 0, words),
        Turn(Speaker.AGENT, 2_500, 3_000, "好的", 1.0, 1),
    )
    return Transcript(name, f"c-{name}", "zh", "simulated", T0 + 1, turns)


async def claimed(storage: Storage, now_ms: int, worker: str = "w") -> str:
    found = await storage.transcripts.claim(worker, now_ms, LEASE)
    return "" if found is None else found[0].recording


async def test_a_filed_recording_becomes_a_transcript_once(storage: Storage) -> None:
    await storage.contacts.add_recording(recording("a"))
    await storage.contacts.add_recording(recording("a"))
    found = await storage.transcripts.claim("w", T0, LEASE)
    assert found is not None
    job, record = found
    assert record == recording("a")
    assert (job.state, job.attempts, job.worker, job.lease_until_ms) == (JobState.RUNNING, 1, "w", T0 + LEASE)
    assert await claimed(storage, T0) == ""
    assert await storage.transcripts.finish(transcript("a"), "w", T0 + 9_000, 8_000)
    assert not await storage.transcripts.finish(transcript("a"), "w", T0 + 9_000, 8_000)
    assert await storage.transcripts.of_contact("c-a") == [transcript("a")]
    assert await storage.transcripts.of_contact("c-b") == []
    backlog = await storage.transcripts.backlog(T0)
    assert (backlog.waiting, backlog.running, backlog.done, backlog.dead) == (0, 0, 1, 0)
    assert (backlog.done_lately, backlog.speed, backlog.oldest_filed_ms) == (1, 7.5, None)
    assert (await storage.transcripts.backlog(T0 + 10_000)).speed is None


async def test_what_was_said_can_not_be_read_in_the_database(url: str) -> None:
    seal = Seal([b"A" * 43 + b"="])
    storage = await Storage.open(url, seal)
    await storage.contacts.add_recording(recording("a"))
    await claimed(storage, T0)
    await storage.transcripts.finish(transcript("a"), "w", T0, 1)
    async with storage._database.read() as connection:
        kept = (await connection.execute(sa.text("SELECT turns FROM transcripts"))).scalar_one()
    assert kept.startswith("sealed:")
    assert SECRET not in kept
    await storage.close()

    other = await Storage.open(url, Seal([b"B" * 43 + b"="]))
    with pytest.raises(Corrupt):
        await other.transcripts.of_contact("c-a")
    await other.close()

    both = await Storage.open(url, Seal([b"B" * 43 + b"=", b"A" * 43 + b"="]))
    await both.transcripts.seal_again()
    await both.close()
    other = await Storage.open(url, Seal([b"B" * 43 + b"="]))
    await other.transcripts.seal_again()
    assert await other.transcripts.of_contact("c-a") == [transcript("a")]
    await other.close()


async def test_short_ones_go_first_and_long_ones_are_not_overtaken_for_ever(storage: Storage) -> None:
    await storage.contacts.add_recording(recording("long", minutes=30))
    await storage.contacts.add_recording(recording("short", minutes=1, at_ms=T0 + 60_000))
    later = T0 + 12 * 30 * 60_000
    await storage.contacts.add_recording(recording("later", minutes=1, at_ms=later))
    assert [await claimed(storage, later) for _ in range(4)] == ["short", "long", "later", ""]


async def test_risky_calls_go_before_all_that_came_within_hours(storage: Storage) -> None:
    await storage.journal.append(entries("risk", call("risk", queue="complaints")), 0)
    await storage.contacts.add_recording(recording("plain"))
    await storage.contacts.add_recording(recording("r", contact="risk", at_ms=T0 + RISKY_MS - 60_000))
    found = await storage.transcripts.claim("w", T0, LEASE, frozenset({"complaints"}))
    assert found is not None
    assert found[0].recording == "r"
    assert await claimed(storage, T0) == "plain"


async def test_two_workers_never_have_the_same(storage: Storage) -> None:
    for number in range(12):
        await storage.contacts.add_recording(recording(f"r{number}"))

    async def all_of(worker: str) -> list[str]:
        found = []
        while name := await claimed(storage, T0, worker):
            found.append(name)
        return found

    one, other = await asyncio.gather(all_of("one"), all_of("other"))
    assert sorted(one + other) == sorted(f"r{number}" for number in range(12))


async def test_a_killed_workers_job_is_due_when_its_lease_ends_or_it_is_known_to_be_gone(storage: Storage) -> None:
    await storage.contacts.add_recording(recording("a"))
    assert await claimed(storage, T0, "one") == "a"
    assert await storage.transcripts.renew("a", "one", T0 + 2 * LEASE)
    assert not await storage.transcripts.renew("a", "other", T0 + 9 * LEASE)
    assert await claimed(storage, T0 + LEASE, "other") == ""
    assert await claimed(storage, T0 + 2 * LEASE, "other") == "a"
    assert not await storage.transcripts.finish(transcript("a"), "one", T0, 1)
    assert await storage.transcripts.of_contact("c-a") == []
    assert await storage.transcripts.release("one") == 0
    assert await storage.transcripts.release("other") == 1
    assert await claimed(storage, T0 + 2 * LEASE + 1, "third") == "a"


async def test_one_that_kills_every_worker_is_dead_in_the_end(storage: Storage) -> None:
    await storage.contacts.add_recording(recording("a"))
    for _ in range(MOST_ATTEMPTS):
        assert await claimed(storage, T0) == "a"
        await storage.transcripts.release("w")
    assert await claimed(storage, T0) == ""
    (dead,) = await storage.transcripts.dead()
    assert (dead.recording, dead.attempts, dead.trouble) == ("a", MOST_ATTEMPTS, "the worker broke off")


async def test_failures_pause_longer_and_longer_and_then_wait_for_a_person(storage: Storage) -> None:
    await storage.contacts.add_recording(recording("a"))
    now = T0
    for attempt in range(1, MOST_ATTEMPTS):
        assert await claimed(storage, now) == "a"
        await storage.transcripts.fail("a", "w", now, "out of memory", retryable=True)
        assert await claimed(storage, now + pause_ms(attempt) - 1) == ""
        now += pause_ms(attempt)
    assert await claimed(storage, now) == "a"
    await storage.transcripts.fail("a", "w", now, "out of memory", retryable=True)
    assert [job.trouble for job in await storage.transcripts.dead()] == ["out of memory"]
    assert await storage.transcripts.again("other") == 0
    assert await storage.transcripts.again("a") == 1
    assert await claimed(storage, now) == "a"
    await storage.transcripts.fail("a", "w", now, "no WAV file", retryable=False)
    assert (await storage.transcripts.backlog(T0)).dead == 1
    assert await storage.transcripts.again() == 1


async def test_recordings_of_before_are_found(storage: Storage) -> None:
    await storage.contacts.add_recording(recording("a"))
    async with storage._database.write() as connection:
        await connection.execute(sa.text("DELETE FROM transcription_jobs"))
    assert await storage.transcripts.add_missing() == 1
    assert await storage.transcripts.add_missing() == 0
    assert await claimed(storage, T0) == "a"
