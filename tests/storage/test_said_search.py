"""Words that were said are found on both databases, in both languages, within reach, and stand nowhere to be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from callcenter.domain.quality_records import Evaluation, EvaluationStatus
from callcenter.domain.records import EVERYTHING, ContactReach
from callcenter.domain.said_search import SaidPage, SaidQuery
from callcenter.domain.speech import Speaker, Transcript, Turn, live_source
from callcenter.storage import Storage
from callcenter.storage.database import parse_url, sync_engine
from callcenter.storage.sealing import Seal
from callcenter.storage.tables import transcript_index
from callcenter.storage.transcript_search import search
from tests.storage.samples import T0, call, entries

SAID = {
    "a": ["我的信用卡丢了，要挂失", "好的，马上为您办理"],
    "b": ["I want my money refunded today", "You can have it in two hours"],
    "c": ["信用很重要，卡里没有钱", "是的，钱"],
    "d": ["信用卡账单不对，I'd like a Ｒefund"],
}
"""By contact, the oldest first."""


def transcript(name: str, texts: list[str], source: str = "") -> Transcript:
    turns = tuple(
        Turn(Speaker.AGENT if n % 2 else Speaker.CUSTOMER, n * 2_000, n * 2_000 + 900, text, 1.0, n % 2)
        for n, text in enumerate(texts)
    )
    return Transcript(source or f"r-{name}", name, "zh", "m", T0, turns)


@pytest.fixture
async def filled(storage: Storage) -> Storage:
    for n, name in enumerate(SAID):
        story = call(name, queue="loss" if n % 2 else "general", agent=f"100{1 + n % 2}")
        await storage.journal.append(entries(name, story, 1 + n * len(story)), 0)
    for name, texts in SAID.items():
        await storage.transcripts.keep(transcript(name, texts))
    return storage


async def found(storage: Storage, words: str, reach: ContactReach = EVERYTHING, **more: object) -> list[str]:
    page = await storage.transcripts.search(SaidQuery(words, **more), reach, str)  # type: ignore[arg-type]
    return [hit.contact.id for hit in page.hits]


@pytest.mark.parametrize(
    ("words", "contacts"),
    [
        ("信用卡", ["d", "a"]),  # not c, where its pairs stand apart
        ("信用", ["d", "c", "a"]),
        ("钱", ["c"]),
        ("挂失", ["a"]),
        ("挂失 办理", ["a"]),  # in different turns
        ("挂失 账单", []),
        ("refund", ["d", "b"]),  # the beginning of a word, whatever its case and width
        ("REFUNDED", ["b"]),
        ("efund", []),
        ("I", ["d", "b"]),
        ("信用卡 refund", ["d"]),
        ("！？", []),
        ("", []),
        ("' OR 1=1 \" ) NEAR(", []),
    ],
)
async def test_words_are_found(filled: Storage, words: str, contacts: list[str]) -> None:
    assert await found(filled, words) == contacts


async def test_a_hit_names_the_moment(filled: Storage) -> None:
    page = await filled.transcripts.search(SaidQuery("办理"), EVERYTHING, str)
    (turn,) = page.hits[0].turns
    assert (turn.source, turn.number, turn.start_ms, turn.speaker, turn.text) == (
        *("r-a", 1, 2_000, "agent"),
        SAID["a"][1],
    )


async def test_filters_and_reach(filled: Storage) -> None:
    contacts = {one.id: one for one in (hit.contact for hit in (await _all(filled, "信用")).hits)}
    assert await found(filled, "信用", queue="loss") == ["d"]
    assert await found(filled, "信用", agent="1001") == ["c", "a"]
    assert await found(filled, "信用", from_ms=contacts["c"].started_ms) == ["d", "c"]
    assert await found(filled, "信用", to_ms=contacts["c"].started_ms) == ["a"]
    assert await found(filled, "信用", ContactReach(frozenset({"1002"}))) == ["d"]
    assert await found(filled, "信用", ContactReach()) == []
    for name, score in (("a", 40.0), ("c", 90.0)):
        await filled.quality.add_evaluation(_evaluation(name, score), ())
    assert await found(filled, "信用", score_to=60) == ["a"]
    assert await found(filled, "信用", score_from=60) == ["c"]


async def test_pages_lose_nothing_and_repeat_nothing(filled: Storage) -> None:
    for n in range(60):
        await filled.transcripts.keep(transcript("b", ["信用"], f"more-{n}"))
    seen: list[str] = []
    page = await filled.transcripts.search(SaidQuery("信用", limit=1), EVERYTHING, str)
    while True:
        seen += [hit.contact.id for hit in page.hits]
        if page.before is None:
            break
        page = await filled.transcripts.search(SaidQuery("信用", limit=1, before=page.before), EVERYTHING, str)
    assert list(dict.fromkeys(seen)) == ["d", "c", "b", "a"]


async def test_out_of_patience_it_says_where_it_stopped(filled: Storage) -> None:
    clock = iter(float(n) for n in range(100))
    database, seal = filled.transcripts._database, filled.transcripts._seal
    async with database.read() as connection:
        page = await search(connection, seal, SaidQuery("信用"), EVERYTHING, str, 0, lambda: next(clock))
    assert page.paused
    assert await found(filled, "信用", before=page.before) == ["c", "a"][len(page.hits) - 1 :] or page.hits == ()


async def test_what_is_hidden_is_not_found(filled: Storage) -> None:
    hide: Callable[[str], str] = lambda text: text.replace("信用卡", "***")  # noqa: E731
    page = await filled.transcripts.search(SaidQuery("信用"), EVERYTHING, hide)
    assert [hit.contact.id for hit in page.hits] == ["c"]
    page = await filled.transcripts.search(SaidQuery("挂失"), EVERYTHING, hide)
    assert "***" in page.hits[0].turns[0].text


async def test_the_newest_transcript_of_a_recording_counts(filled: Storage) -> None:
    await filled.transcripts.keep(transcript("a", ["什么都没有"]))
    assert await found(filled, "挂失") == []
    assert await found(filled, "什么") == ["a"]


async def test_what_is_heard_live_is_not_indexed(filled: Storage) -> None:
    await filled.transcripts.keep(transcript("a", ["现场"], live_source("a")))
    assert await found(filled, "现场") == []


async def test_transcript_and_index_are_kept_together_or_not_at_all(
    filled: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await filled.transcripts.of_contact("a")
    monkeypatch.setattr(filled.transcripts._seal, "search_keys", ())
    with pytest.raises(IndexError):
        await filled.transcripts.keep_many([transcript("a", ["甲乙"])])
    monkeypatch.undo()
    assert await filled.transcripts.of_contact("a") == before
    assert await found(filled, "挂失") == ["a"]


async def test_what_was_kept_before_is_indexed_later(filled: Storage) -> None:
    async with filled.transcripts._database.write() as connection:
        await connection.execute(transcript_index.update().values(source=None))
    assert await found(filled, "信用") == []
    assert await filled.transcripts.index_missing(3) == 3
    assert await filled.transcripts.index_missing(3) == 1
    assert await filled.transcripts.index_missing(3) == 0
    assert await found(filled, "信用") == ["d", "c", "a"]


async def test_a_new_key_finds_all_and_the_index_tells_no_words(url: str) -> None:
    old, new = Fernet.generate_key(), Fernet.generate_key()
    storage = await Storage.open(url, Seal([old]))
    await storage.journal.append(entries("a", call("a")), 0)
    await storage.transcripts.keep(transcript("a", SAID["a"]))
    await storage.close()
    storage = await Storage.open(url, Seal([new, old]))
    assert await found(storage, "挂失") == ["a"]
    await storage.transcripts.seal_again()
    await storage.close()
    storage = await Storage.open(url, Seal([new]))
    assert await found(storage, "挂失") == ["a"]
    await storage.close()
    other = await Storage.open(url, Seal([Fernet.generate_key()]))
    assert await found(other, "挂失") == []
    await other.close()
    engine = sync_engine(parse_url(url))
    with engine.connect() as connection:
        table = "transcript_terms_data" if engine.dialect.name == "sqlite" else "transcript_terms"
        kept = repr(connection.execute(sa.text(f"SELECT * FROM {table}")).all())
    engine.dispose()
    assert len(kept) > 100
    assert "挂" not in kept
    assert repr("挂失".encode())[2:-1] not in kept


async def _all(storage: Storage, words: str) -> SaidPage:
    return await storage.transcripts.search(SaidQuery(words), EVERYTHING, str)


def _evaluation(contact: str, score: float) -> Evaluation:
    return Evaluation(
        contact=contact,
        rule_set=1,
        form="service",
        form_version=1,
        status=EvaluationStatus.SCORED,
        score=score,
        total=100.0,
        fatal=False,
        scored_at_ms=T0,
        agent="1001",
        queue="general",
        campaign="",
        channel="voice",
        started_ms=T0,
        items=(),
    )
