"""A call and a chat in one form, which quality reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from callcenter.app.cli import app
from callcenter.app.conversation_text import ConversationTexts, verified_in
from callcenter.app.secret_keys import seal_of
from callcenter.app.settings import Settings
from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.access_records import AuditQuery
from callcenter.domain.campaign_records import Campaign, CampaignSpec
from callcenter.domain.chat import Author, ChatWrites, Conversation, Message, MessageKind, Visitor
from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import Channel
from callcenter.domain.effects import Effect
from callcenter.domain.journal import JournalEntry
from callcenter.domain.records import RecordingRecord
from callcenter.domain.speech import Speaker, Transcript, Turn
from callcenter.quality.transcript_file import read_transcript
from callcenter.storage import Storage, upgrade
from tests.routing.build import queue
from tests.storage.samples import T0, call, entries, opened

ZONE = "Asia/Shanghai"


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


def texts(storage: Storage) -> ConversationTexts:
    return ConversationTexts(storage.contacts, storage.transcripts, storage.chats, ZONE)


async def kept(storage: Storage, name: str, started_ms: int, *turns: Turn) -> None:
    """A recording of the contact ``k`` with its transcript."""
    await storage.contacts.add_recording(RecordingRecord(name, "k", "call", f"{name}.wav", started_ms, 9_000, 44, "0"))
    assert await storage.transcripts.claim("w", started_ms + 99_000, 1_000) is not None
    assert await storage.transcripts.finish(Transcript(name, "k", "zh", "m", T0, turns), "w", T0, 1)


async def spoken(storage: Storage) -> None:
    story = entries("k", call("k"))
    held = [
        JournalEntry(
            6, T0 + 20_000, ev.TimerFired(timer="t"), (fx.HoldChanged(contact="k", agent="1001", on_hold=True),), ("k",)
        ),
        JournalEntry(
            7,
            T0 + 25_000,
            ev.TimerFired(timer="t"),
            (fx.HoldChanged(contact="k", agent="1001", on_hold=False),),
            ("k",),
        ),
    ]
    await storage.journal.append([*story, *held], 0)
    customer = Turn(Speaker.CUSTOMER, 3_000, 4_000, "保证没有风险吗", 0.81234, 0)
    await kept(storage, "b", T0 + 40_000, Turn(Speaker.CUSTOMER, 500, 900, "再见", 0.9, 0))
    await kept(storage, "a", T0 + 10_000, Turn(Speaker.AGENT, 500, 2_000, "您好", 0.9, 1), customer)


async def test_a_call_of_two_recordings_is_one_conversation_that_quality_reads(storage: Storage) -> None:
    await spoken(storage)
    said = await texts(storage).of("k")
    assert said is not None
    read = read_transcript("k.json", json.dumps(said).encode())
    assert [(turn.speaker, turn.start_ms, turn.text) for turn in read.turns] == [
        ("agent", 500, "您好"),
        ("customer", 3_000, "保证没有风险吗"),
        ("customer", 30_500, "再见"),
    ]
    assert [turn.channel for turn in read.turns] == [1, 0, 0]
    assert read.turns[1].confidence == 0.8123
    assert [(hold.start_ms, hold.end_ms) for hold in read.holds] == [(10_000, 15_000)]
    assert (read.call.medium, read.call.queue, read.call.agent) == ("voice", "general", "1001")
    assert read.call.started_at is not None
    assert read.call.started_at.utcoffset() is not None


async def test_what_rules_ask_besides_words_comes_from_the_story(storage: Storage) -> None:
    await storage.campaigns.save(
        Campaign(id="early", spec=CampaignSpec(names={"zh": "催收"}, purpose="collections")), T0
    )
    await storage.config.save(CenterConfig(queues={"general": queue("general", survey_flow="survey")}))
    story = entries("k", call("k"))
    told: tuple[Effect, ...] = (
        fx.LeadTaken(contact="k", campaign="early", lead=1, number="13800001234", attempt=1),
        fx.StepEntered(contact="k", flow="hotline", step="welcome", kind="play"),
        fx.StepEntered(contact="k", flow="hotline", step="menu", kind="menu"),
        fx.StepEntered(contact="k", flow="hotline", step="welcome", kind="play"),
        fx.VariableSet(contact="k", name="verified", value=False),
        fx.VariableSet(contact="k", name="verified", value=True),
    )
    await storage.journal.append([*story, JournalEntry(6, T0 + 9_000, ev.TimerFired(timer="t"), told, ("k",))], 0)
    await kept(storage, "a", T0 + 10_000, Turn(Speaker.AGENT, 500, 2_000, "您好", 0.9, 1))
    whole = ConversationTexts(
        storage.contacts, storage.transcripts, storage.chats, ZONE, storage.campaigns, storage.config
    )
    said = await whole.of("k")
    assert said is not None
    asked = read_transcript("k.json", json.dumps(said).encode()).call
    assert (asked.campaign, asked.purpose, asked.steps) == ("early", "collections", ("welcome", "menu"))
    assert (asked.verified, asked.survey) == (True, True)


@pytest.mark.parametrize(
    ("values", "verified"), [((), False), ((True, False), False), (("yes",), True), (("no",), False)]
)
def test_the_last_word_on_who_it_is_counts(values: tuple[object, ...], verified: bool) -> None:
    assert verified_in([fx.VariableSet(contact="k", name="verified", value=value) for value in values]) is verified


async def test_a_chat_is_the_same_form(storage: Storage) -> None:
    begun = msgspec.structs.replace(opened("k"), channel=Channel.CHAT)
    await storage.journal.append([JournalEntry(1, T0, ev.TimerFired(timer="t"), (begun,), ("k",))], 0)
    head = Conversation("k", "web", "web", Visitor("v"), "zh", T0)
    lines = ((Author.VISITOR, "我要投诉"), (Author.BOT, "为您转人工"), (Author.AGENT, "您好"), (Author.SYSTEM, ""))
    messages = tuple(
        Message("k", number, T0 + number * 1_000, author, MessageKind.TEXT, text=text)
        for number, (author, text) in enumerate(lines, 1)
    )
    await storage.chats.write(ChatWrites(conversations=(head,), messages=messages))
    said = await texts(storage).of("k")
    assert said is not None
    read = read_transcript("k.json", json.dumps(said).encode())
    assert [(turn.speaker, turn.start_ms, turn.end_ms) for turn in read.turns] == [
        ("customer", 1_000, 1_000),
        ("bot", 2_000, 2_000),
        ("agent", 3_000, 3_000),
    ]
    assert read.call.medium == "chat"
    assert {turn.confidence for turn in read.turns} == {1.0}


async def test_nothing_comes_of_a_contact_without_words(storage: Storage) -> None:
    await storage.journal.append(entries("k", call("k")), 0)
    assert await texts(storage).of("k") is None
    assert await texts(storage).of("nobody") is None


async def test_the_command_prints_it_and_that_is_on_record(
    storage: Storage, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_DATA", str(settings.data))
    await spoken(storage)
    done = await asyncio.to_thread(CliRunner().invoke, app, ["transcribe", "--contact", "k"])
    assert json.loads(done.stdout)["turns"][0]["text"] == "您好"
    (row,) = await storage.audit.page(AuditQuery(limit=5))
    assert (row.record.act, row.record.subject) == ("contact_exported", "contact:k")
    assert row.record.actor.startswith("shell:")
    missing = await asyncio.to_thread(CliRunner().invoke, app, ["transcribe", "--contact", "nobody"])
    assert "no such contact" in str(missing.exception)
