"""Understood sentences as rows of the journal, verdicts beside them, models and who answers."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.chat import Author, ChatWrites, Conversation, Message, Visitor
from callcenter.domain.contact import EndReason, Why
from callcenter.domain.journal import JournalEntry
from callcenter.domain.training import (
    IntentDay,
    ModelVersion,
    Review,
    Rollout,
    RolloutState,
    Sentence,
    SentenceQuery,
    Verdict,
)
from callcenter.storage import Storage
from tests.storage.samples import T0, opened

DAY_MS = 86_400_000
ENDED = fx.ContactEnded(contact="c2", reason=EndReason.FLOW_COMPLETED, duration_ms=4_000)


def understood(
    contact: str, message: int, intent: str, confidence: float = 0.9, guess: str = ""
) -> ev.SentenceUnderstood:
    return ev.SentenceUnderstood(
        contact=contact,
        request="r",
        ok=True,
        intent=intent,
        confidence=confidence,
        message=message,
        guess=guess or intent,
        model="m1",
        language="zh",
    )


def entry(seq: int, event: ev.Event, *effects: fx.Effect, at_ms: int = 0) -> JournalEntry:
    return JournalEntry(seq, at_ms or T0 + seq * 1000, event, effects, ())


async def told(storage: Storage) -> None:
    """Two chats: in the first a sentence is refused and it goes to people, the second ends by itself."""
    who = Visitor("v1", "", "王小明")
    for chat, texts in {"c1": ("卡被吞了", "转人工"), "c2": ("查余额",)}.items():
        said = tuple(Message(chat, k, T0, Author.VISITOR, text=text, key=f"k{k}") for k, text in enumerate(texts, 1))
        head = Conversation(id=chat, channel="web", entry="site", visitor=who, language="zh", opened_ms=T0)
        await storage.chats.write(ChatWrites((head,), said, ()))
    await storage.journal.append(
        [
            entry(1, ev.TimerFired(timer="x"), opened("c1")),
            entry(2, understood("c1", 1, "nlu_fallback", 0.31, guess="card_swallowed")),
            entry(3, understood("c1", 2, "human_agent")),
            entry(4, ev.TimerFired(timer="x"), fx.HandedOver(contact="c1", flow="chat", why=Why("asked_for_person"))),
            entry(5, ev.TimerFired(timer="x"), opened("c2")),
            entry(6, understood("c2", 1, "balance_query")),
            entry(7, understood("c2", 0, "affirm")),  # a button, or a journal of before: no sentence
            entry(8, ev.SentenceUnderstood(contact="c2", request="r", ok=False, message=2)),
            entry(9, ev.TimerFired(timer="x"), ENDED),
        ],
        0,
    )


async def test_each_understood_sentence_is_a_row_with_what_was_said(storage: Storage) -> None:
    await told(storage)
    found = await storage.training.sentences(SentenceQuery())
    assert [(one.contact, one.text, one.intent) for one in found] == [
        ("c2", "查余额", "balance_query"),
        ("c1", "转人工", "human_agent"),
        ("c1", "卡被吞了", "nlu_fallback"),
    ]
    last = found[-1]
    assert (last.guess, last.confidence, last.model, last.refused) == ("card_swallowed", 0.31, "m1", True)
    assert (last.channel, last.visitor, last.at_ms) == ("web", "王小明", T0 + 2000)


async def test_rows_are_made_again_from_the_journal(storage: Storage) -> None:
    await told(storage)
    before = await storage.training.sentences(SentenceQuery())
    await storage.journal.rebuild_contacts()
    assert await storage.training.sentences(SentenceQuery()) == before


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        (SentenceQuery(refused=True), ["卡被吞了"]),
        (SentenceQuery(below=0.5), ["卡被吞了"]),
        (SentenceQuery(intent="balance_query"), ["查余额"]),
        (SentenceQuery(intent="bal\x00"), []),
        (SentenceQuery(limit=1), ["查余额"]),
        (SentenceQuery(open_only=True), ["查余额", "卡被吞了"]),
    ],
)
async def test_filters(storage: Storage, query: SentenceQuery, messages: list[str]) -> None:
    await told(storage)
    await storage.training.review(Review("c1", 2, Verdict.DISCARDED, "", "", "t", T0))
    assert [one.text for one in await storage.training.sentences(query)] == messages


async def test_pages_go_by_the_last_rows_ordinal(storage: Storage) -> None:
    await told(storage)
    seen: list[Sentence] = []
    before = None
    while page := await storage.training.sentences(SentenceQuery(limit=1, before=before)):
        seen += page
        before = page[-1].ordinal
    assert [one.text for one in seen] == ["查余额", "转人工", "卡被吞了"]


async def test_a_verdict_replaces_the_one_before_and_survives_rebuilding(storage: Storage) -> None:
    await told(storage)
    first = Review("c1", 1, Verdict.CORRECTED, "card_loss_report", "卡被吞了", "t", T0)
    second = msgspec.structs.replace(first, intent="card_swallowed", at_ms=T0 + 5)
    await storage.training.review(first)
    await storage.training.review(second)
    await storage.training.review(Review("c2", 1, Verdict.DISCARDED, "", "", "t", T0 + 9))
    await storage.journal.rebuild_contacts()
    assert await storage.training.examples() == [second]
    kept = await storage.training.sentence("c1", 1)
    assert kept is not None
    assert kept.review == second
    await storage.training.unreview("c1", 1)
    assert await storage.training.examples() == []


async def test_days_say_what_came_of_each_intent(storage: Storage) -> None:
    await told(storage)
    start = T0 - T0 % DAY_MS
    found = await storage.training.days((start - DAY_MS, start), start + DAY_MS)
    assert set(found) == {
        IntentDay(start, "", understood=2, refused=1, contacts=2, handed_over=1, closed=1),
        IntentDay(start, "nlu_fallback", understood=0, refused=1, contacts=1, handed_over=1, closed=0),
        IntentDay(start, "human_agent", understood=1, refused=0, contacts=1, handed_over=1, closed=0),
        IntentDay(start, "balance_query", understood=1, refused=0, contacts=1, handed_over=0, closed=1),
    }


async def test_models_and_rollouts(storage: Storage) -> None:
    made = ModelVersion("m2", T0, "t", "abc", 12, {"figures": {"accuracy": 0.5}})
    await storage.training.add_model(made)
    assert await storage.training.models() == [made]
    number = await storage.training.add_rollout(Rollout(0, T0, "t", "", "m2", 10, note="au\x00tumn"))
    (wish,) = await storage.training.rollouts()
    assert (wish.number, wish.canary, wish.share, wish.state) == (number, "m2", 10, RolloutState.SUBMITTED)
    assert wish.note == "autumn", "PostgreSQL keeps no NUL"
    yes = msgspec.structs.replace(wish, state=RolloutState.APPROVED, second="a", decided_ms=T0 + 1)
    assert await storage.training.decide(yes)
    assert not await storage.training.decide(yes), "it was decided once"
    assert await storage.training.rollouts() == [yes]
