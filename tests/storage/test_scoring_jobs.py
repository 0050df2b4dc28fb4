"""Jobs of scoring: each conversation is scored once it is whole, nothing is lost, nothing done twice."""

from __future__ import annotations

import asyncio

import msgspec

from callcenter.domain.chat import ChatWrites, Conversation, Visitor
from callcenter.domain.journal import JournalEntry
from callcenter.domain.quality_records import RESULT_WAIT_MS, ScoringJob, WrittenKind
from callcenter.domain.speech import live_source
from callcenter.domain.transcription import MOST_ATTEMPTS, JobState, pause_ms
from callcenter.storage import Storage
from callcenter.storage.tables import lead_attempts
from tests.storage.quality_samples import evaluation, findings
from tests.storage.samples import T0, call, entries
from tests.storage.test_transcripts import recording, transcript

LEASE = 60_000
LATER = T0 + 3_600_000


async def called(storage: Storage, contact: str, *, until: int = 5) -> None:
    """A call, up to its entry ``until``: 3 goes on, 4 ended, 5 has its result."""
    await storage.journal.append(entries(contact, call(contact))[:until], 0)


async def chatted(storage: Storage, contact: str) -> None:
    conversation = Conversation(contact, "web", "", Visitor("v"), "zh", T0)
    await storage.chats.write(ChatWrites((conversation,)))


async def all_called(storage: Storage, *contacts: str) -> None:
    """Calls that ended, one after the other."""
    made: list[JournalEntry] = []
    for contact in contacts:
        made += entries(contact, call(contact), len(made) + 1)
    await storage.journal.append(made, 0)


async def transcribed(storage: Storage, name: str, contact: str, now_ms: int = T0) -> None:
    await storage.contacts.add_recording(recording(name, contact=contact))
    found = await storage.transcripts.claim("t", now_ms, LEASE)
    assert found is not None
    made = msgspec.structs.replace(transcript(name), contact=contact)
    assert await storage.transcripts.finish(made, "t", now_ms, 1)


async def taken(storage: Storage, now_ms: int = LATER, worker: str = "w", most: int = 10) -> list[str]:
    return [job.contact for job in await storage.scoring_jobs.claim(worker, now_ms, LEASE, most)]


async def one_job(storage: Storage, now_ms: int = LATER) -> ScoringJob:
    (job,) = await storage.scoring_jobs.claim("w", now_ms, LEASE)
    return job


async def test_a_call_is_due_when_its_transcript_is_there_and_scored_once(storage: Storage) -> None:
    await called(storage, "c1")
    await storage.contacts.add_recording(recording("r1", contact="c1"))
    assert not await storage.scoring_jobs.any_due(LATER), "no transcript yet: it waits, and nothing is marked scored"
    await storage.transcripts.keep(msgspec.structs.replace(transcript("x"), source=live_source("c1"), contact="c1"))
    assert await storage.scoring_jobs.add_missing(0) == 0
    await transcribed(storage, "r1", "c1")
    assert await storage.scoring_jobs.any_due(LATER)
    job = await one_job(storage)
    assert (job.contact, job.state, job.attempts, job.worker) == ("c1", JobState.RUNNING, 1, "w")
    assert await taken(storage, LATER) == []
    number = await storage.scoring_jobs.finish(job, "w", LATER, evaluation("c1"), findings())
    assert number is not None
    assert len(await storage.quality.findings(number)) == 3
    assert await storage.scoring_jobs.finish(job, "w", LATER, evaluation("c1"), findings()) is None
    assert len(await storage.quality.evaluations("c1")) == 1
    backlog = await storage.scoring_jobs.backlog()
    assert (backlog.waiting, backlog.running, backlog.done, backlog.dead) == (0, 0, 1, 0)
    assert not await storage.scoring_jobs.any_due(LATER)


async def test_half_a_call_is_not_scored(storage: Storage) -> None:
    await called(storage, "c1")
    await storage.contacts.add_recording(recording("r2", contact="c1"))
    await transcribed(storage, "r1", "c1")
    assert await taken(storage) == []
    found = await storage.transcripts.claim("t", LATER, LEASE)
    assert found is not None
    await storage.transcripts.fail("r2", "t", LATER, "the recogniser is down", retryable=False)
    assert await taken(storage) == []
    await storage.transcripts.again()
    await transcribed(storage, "r2", "c1", LATER)
    assert await taken(storage) == ["c1"]


async def test_a_contact_that_goes_on_or_whose_result_is_written_is_not_due(storage: Storage) -> None:
    await called(storage, "c1", until=3)
    await transcribed(storage, "r1", "c1")
    assert await taken(storage) == []
    await storage.journal.append(entries("c1", call("c1"))[3:4], 0)
    record = await storage.contacts.get("c1")
    assert record is not None
    assert record.ended_ms is not None
    assert await taken(storage, record.ended_ms + RESULT_WAIT_MS - 1) == []
    assert await taken(storage, record.ended_ms + RESULT_WAIT_MS) == ["c1"]


async def test_more_words_make_it_due_again(storage: Storage) -> None:
    await called(storage, "c1")
    await transcribed(storage, "r1", "c1")
    await storage.scoring_jobs.finish(await one_job(storage), "w", LATER, evaluation("c1"), [])
    await transcribed(storage, "r2", "c1")
    assert await taken(storage) == ["c1"]


async def test_chats_and_calls_of_before_are_found(storage: Storage) -> None:
    await called(storage, "chat-1")
    await chatted(storage, "chat-1")
    assert await storage.scoring_jobs.add_missing(0) == 1
    assert await storage.scoring_jobs.add_missing(0) == 0
    assert await taken(storage) == ["chat-1"]
    await storage.scoring_jobs.add("chat-1", T0)
    assert await taken(storage) == []


async def test_what_began_before_is_not_looked_for(storage: Storage) -> None:
    await called(storage, "chat-1")
    await chatted(storage, "chat-1")
    assert await storage.scoring_jobs.add_missing(LATER) == 0


async def test_one_that_nobody_served_ends_without_a_score(storage: Storage) -> None:
    await called(storage, "c1")
    await transcribed(storage, "r1", "c1")
    job = await one_job(storage)
    assert await storage.scoring_jobs.nothing(job, "w", LATER)
    assert not await storage.scoring_jobs.nothing(job, "w", LATER)
    assert await storage.quality.evaluations("c1") == []
    assert await storage.scoring_jobs.add_missing(0) == 0


async def test_two_workers_never_have_the_same(storage: Storage) -> None:
    await all_called(storage, *(f"c{number}" for number in range(9)))
    for number in range(9):
        await storage.scoring_jobs.add(f"c{number}", T0 + number)

    async def all_of(worker: str) -> list[str]:
        found: list[str] = []
        while some := await taken(storage, LATER, worker, 2):
            found += some
        return found

    one, other = await asyncio.gather(all_of("one"), all_of("other"))
    assert sorted(one + other) == [f"c{number}" for number in range(9)]


async def test_a_killed_workers_job_is_due_when_its_lease_ends_or_it_is_known_to_be_gone(storage: Storage) -> None:
    await called(storage, "c1")
    await storage.scoring_jobs.add("c1", T0)
    job = await one_job(storage)
    assert not await storage.scoring_jobs.any_due(LATER)
    assert await storage.scoring_jobs.any_due(LATER + LEASE)
    assert await taken(storage, LATER + LEASE, "other") == ["c1"]
    assert await storage.scoring_jobs.finish(job, "w", LATER, evaluation("c1"), []) is None
    assert await storage.quality.evaluations("c1") == []
    assert (await storage.scoring_jobs.release("w"), await storage.scoring_jobs.release("other")) == (0, 1)
    assert await taken(storage, LATER + LEASE) == ["c1"]


async def test_one_that_kills_every_worker_is_dead_in_the_end(storage: Storage) -> None:
    await called(storage, "c1")
    await storage.scoring_jobs.add("c1", T0)
    for _ in range(MOST_ATTEMPTS):
        assert await taken(storage) == ["c1"]
        await storage.scoring_jobs.release("w")
    assert await taken(storage) == []
    (dead,) = await storage.scoring_jobs.dead()
    assert (dead.contact, dead.attempts, dead.trouble) == ("c1", MOST_ATTEMPTS, "the worker broke off")


async def test_failures_pause_longer_and_longer_and_then_wait_for_a_person(storage: Storage) -> None:
    await called(storage, "c1")
    await storage.scoring_jobs.add("c1", T0)
    now = LATER
    for attempt in range(1, MOST_ATTEMPTS):
        assert await taken(storage, now) == ["c1"]
        await storage.scoring_jobs.fail("c1", "w", now, "out of memory", retryable=True)
        assert await taken(storage, now + pause_ms(attempt) - 1) == []
        now += pause_ms(attempt)
    assert await taken(storage, now) == ["c1"]
    await storage.scoring_jobs.fail("c1", "w", now, "out of memory", retryable=True)
    assert [job.trouble for job in await storage.scoring_jobs.dead()] == ["out of memory"]
    assert await storage.scoring_jobs.again("other") == 0
    assert await storage.scoring_jobs.again() == 1
    assert await taken(storage, now) == ["c1"]


async def test_scored_again_by_other_rules_after_the_fresh_ones_and_stopped(storage: Storage) -> None:
    for contact in ("old", "signed", "other"):
        await storage.scoring_jobs.add(contact, T0)
    await all_called(storage, "old", "signed", "other", "fresh")
    rules = await storage.quality.add_draft(WrittenKind.RULES, {}, "zhang", T0)
    form = await storage.quality.add_draft(WrittenKind.FORM, {}, "zhang", T0)
    await storage.quality.put_in_force(WrittenKind.RULES, rules, "zhang", T0)
    await storage.quality.put_in_force(WrittenKind.FORM, form, "zhang", T0)
    for job in await storage.scoring_jobs.claim("w", LATER, LEASE, 10):
        made_of = rules + 1 if job.contact != "other" else rules
        done = msgspec.structs.replace(evaluation(job.contact, rule_set=made_of), form_version=form)
        assert await storage.scoring_jobs.finish(job, "w", LATER, done, []) is not None
    signed = await storage.quality.current("signed")
    assert signed is not None
    await storage.quality.sign(signed.id, LATER)

    assert await storage.scoring_jobs.rescore(LATER, LATER) == 0, "began before"
    assert await storage.scoring_jobs.rescore(0, LATER) == 1
    await storage.scoring_jobs.add("fresh", LATER)
    assert await taken(storage, LATER, most=1) == ["fresh"]
    assert (await storage.scoring_jobs.backlog()).again == 1
    assert await storage.scoring_jobs.stop_rescoring() == 1
    assert await taken(storage) == []
    assert await storage.scoring_jobs.rescore(0, LATER) == 1
    assert (await one_job(storage)).again


async def test_the_campaign_of_an_attempt_is_kept_with_its_score(storage: Storage) -> None:
    await called(storage, "c1")
    await storage.scoring_jobs.add("c1", T0)
    numbers = dict.fromkeys(("lead", "attempt", "began_ms"), 1)
    texts = dict.fromkeys(("number", "outcome", "agent", "disposition", "verdict"), "")
    async with storage._database.write() as connection:
        attempt = {"contact": "c1", "campaign": "spring", "dialled": True, **numbers, **texts}
        await connection.execute(lead_attempts.insert().values(attempt))
    number = await storage.scoring_jobs.finish(await one_job(storage), "w", LATER, evaluation("c1"), [])
    assert number is not None
    kept = await storage.quality.evaluation(number)
    assert kept is not None
    assert kept.campaign == "spring"
