"""Every conversation is scored unattended: what is found is cited, what can not be judged waits and is said."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from callcenter.app.clock import SystemClock
from callcenter.app.conversation_text import ConversationTexts
from callcenter.app.kept_process import environment_of, one_life
from callcenter.app.scoring.keeper import WORKER, ScoringKeeper
from callcenter.app.scoring.shipped import AUTHOR, publish_shipped, shipped_files
from callcenter.app.scoring.worker import ScoringWorker, Told
from callcenter.app.secret_keys import seal_of
from callcenter.app.settings import Settings
from callcenter.domain.chat import Author
from callcenter.domain.effects import ContactEnded
from callcenter.domain.errors import ConfigError
from callcenter.domain.quality_records import EvaluationStatus, WrittenKind
from callcenter.domain.speech import Speaker
from callcenter.storage import Storage, upgrade
from tests.app.scored_talks import GOOD, RUDE, Talks
from tests.storage.samples import T0, call, entries


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    made = Settings(data=tmp_path)
    await asyncio.to_thread(upgrade, made.database_url)
    return made


@pytest.fixture
async def storage(settings: Settings) -> AsyncIterator[Storage]:
    made = await Storage.open(settings.database_url, seal_of(settings))
    yield made
    await made.close()


def worker_of(storage: Storage) -> ScoringWorker:
    texts = ConversationTexts(storage.contacts, storage.transcripts, storage.chats, "Asia/Shanghai")
    return ScoringWorker("w", storage.quality, storage.scoring_jobs, storage.contacts, texts, SystemClock())


async def test_a_call_is_scored_by_what_is_in_force_and_each_point_cites_its_sentence(storage: Storage) -> None:
    talks = Talks(storage)
    await talks.call("good")
    await talks.call("rude", RUDE)
    await publish_shipped(storage.quality, T0)
    assert await worker_of(storage).drain() == 2

    good = await storage.quality.current("good")
    assert good is not None
    assert (good.status, good.score, good.fatal, good.agent, good.queue) == (
        EvaluationStatus.SCORED,
        100.0,
        False,
        "1001",
        "general",
    )
    assert await storage.quality.findings(good.id) == []
    rude = await storage.quality.current("rude")
    assert rude is not None
    assert (rude.score, rude.fatal, rude.rule_set, rude.form_version) == (0.0, True, 1, 1)
    found = {one.rule: one for one in await storage.quality.findings(rude.id)}
    assert (found["rude_words"].turn, found["rude_words"].start_ms) == (2, 8_000)
    assert found["rude_words"].quote == RUDE[2][1]
    assert found["rude_words"].item == "manners"
    assert found["complaint_escalation"].item == "", "a risk that no item of the form counts"
    assert (found["greeting_missing"].turn, found["greeting_missing"].item) == (None, "greeting")
    manners = next(item for item in rude.items if item.id == "manners")
    assert (manners.fatal, manners.evidence) == (True, ("rude_words",))


async def test_chats_are_scored_and_a_visitor_who_wrote_nothing_is_not(storage: Storage) -> None:
    talks = Talks(storage)
    await talks.chat("chat-1", ((Author.BOT, "您好"), (Author.VISITOR, "挂失"), (Author.AGENT, "你有病吧")))
    await talks.ended("chat-2", chat=True, agent="")
    await publish_shipped(storage.quality, T0)
    assert await storage.scoring_jobs.add_missing(0) == 1
    await storage.scoring_jobs.add("chat-2", T0)
    assert await worker_of(storage).drain() == 2
    one = await storage.quality.current("chat-1")
    assert one is not None
    assert (one.channel, one.fatal) == ("chat", True)
    assert await storage.quality.current("chat-2") is None
    assert (await storage.scoring_jobs.backlog()).done == 2


async def test_silence_is_no_score(storage: Storage) -> None:
    await Talks(storage).call("silent", ())
    await publish_shipped(storage.quality, T0)
    await worker_of(storage).drain()
    kept = await storage.quality.current("silent")
    assert kept is not None
    assert (kept.status, kept.score, kept.items) == (EvaluationStatus.NOT_SCORED, None, ())
    assert [note["code"] for note in kept.notes] == ["transcript_empty"]


async def test_without_rules_everything_waits(storage: Storage) -> None:
    await Talks(storage).call("c")
    with pytest.raises(ConfigError, match="no rules"):
        await worker_of(storage).drain()
    assert (await storage.scoring_jobs.backlog()).waiting == 1
    bad = await storage.quality.add_draft(WrittenKind.RULES, {"a.yaml": "rules: [{id: Bad}]"}, "x", T0)
    await publish_shipped(storage.quality, T0)
    await storage.quality.put_in_force(WrittenKind.RULES, bad, "x", T0)
    with pytest.raises(ConfigError, match=r"a\.yaml:1"):
        await worker_of(storage).drain()
    assert await storage.quality.evaluations("c") == []


async def test_one_that_can_not_be_judged_is_dead_and_the_others_go_on(storage: Storage) -> None:
    talks = Talks(storage)
    await talks.call("a", ((Speaker.AGENT, "好" * 30_000),))
    await talks.call("b")
    await publish_shipped(storage.quality, T0)
    await worker_of(storage).drain()
    (dead,) = await storage.scoring_jobs.dead()
    assert (dead.contact, dead.trouble) == ("a", "these words can not be judged: BadTranscript")
    assert await storage.quality.current("b") is not None


async def test_the_shipped_rules_are_published_once(storage: Storage) -> None:
    await publish_shipped(storage.quality, T0)
    own = await storage.quality.add_draft(WrittenKind.RULES, shipped_files(WrittenKind.RULES), "zhang", T0)
    await storage.quality.put_in_force(WrittenKind.RULES, own, "zhang", T0)
    await publish_shipped(storage.quality, T0)
    versions = await storage.quality.versions(WrittenKind.RULES)
    assert [(one.author, one.in_force) for one in versions] == [("zhang", True), (AUTHOR, False)]


async def test_the_keeper_scores_what_is_due_through_a_kill_of_its_process(
    settings: Settings, storage: Storage
) -> None:
    talks = Talks(storage)
    for number in range(60):
        await talks.call(f"c{number}", RUDE if number % 3 == 0 else GOOD)
    await talks.chat("chat-1", ((Author.VISITOR, "挂失"), (Author.AGENT, "您好")))
    done: list[str] = []
    killed: list[int] = []
    all_done = asyncio.Event()

    def told(one: Told) -> None:
        done.append(one.contact)
        if len(done) == 25 and not killed:
            assert keeper.process is not None
            os.kill(keeper.process.pid, signal.SIGKILL)
            killed.append(keeper.process.pid)
        if len(set(done)) == 61:
            all_done.set()

    keeper = ScoringKeeper(settings, storage.quality, storage.scoring_jobs, SystemClock(), told=told)
    for entry in entries("chat-1", call("chat-1")):
        keeper.observe(entry)
    assert any(
        isinstance(effect, ContactEnded) for entry in entries("chat-1", call("chat-1")) for effect in entry.effects
    )
    running = asyncio.create_task(keeper.run())
    await asyncio.wait_for(all_done.wait(), 90)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert keeper.starts == 2
    assert keeper.process is not None
    assert keeper.process.returncode is not None
    for number in range(60):
        (kept,) = await storage.quality.evaluations(f"c{number}")
        assert kept.fatal == (number % 3 == 0), number
    assert len(await storage.quality.evaluations("chat-1")) == 1


async def test_nothing_is_started_while_nothing_is_due(settings: Settings, storage: Storage) -> None:
    keeper = ScoringKeeper(settings, storage.quality, storage.scoring_jobs, SystemClock())
    assert not await keeper._is_work()
    assert await storage.quality.in_force(WrittenKind.FORM) is not None
    assert keeper.starts == 0


async def test_the_process_ends_by_itself_when_nothing_is_due(settings: Settings, storage: Storage) -> None:
    await Talks(storage).call("c")
    await publish_shipped(storage.quality, T0)
    told: list[bytes] = []
    assert await one_life((*WORKER, "w"), environment_of(settings), told.append) == 0
    assert [b'"scored"' in line for line in told] == [True]
