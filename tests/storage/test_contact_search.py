"""What contacts are found by, within whose reach, and that a search keeps its time."""

from __future__ import annotations

import itertools
import random

import msgspec
import pytest
import sqlalchemy as sa

from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.journal import JournalEntry
from callcenter.domain.records import EVERYTHING, NOTHING, ContactQuery, ContactReach, Customer, SavedFilter
from callcenter.domain.written_words import wanted
from callcenter.storage import Storage
from callcenter.storage.contact_search import search
from callcenter.storage.contact_words import holds, words_of
from callcenter.storage.database import Database, parse_url, sync_engine
from callcenter.storage.ordinals import ordinal_of, tail_of
from callcenter.storage.tables import contacts

from .samples import T0, abandoned, call, entries
from .test_contacts import keep

LONG = "很长的备注 " + "编号" * 4_990 + " endmark"
RTL = "העברה לבנק نقل الحساب"
NOTES = {
    "c1": "客户要求补办信用卡，寄往上海市浦东新区。",
    "c2": "Refunded 50 EUR, ticket ÄRGER-17 😀 done",
    "c3": "ＶＩＰ客户　ABC１２３",
    "c4": LONG,
    "c5": RTL,
    "c6": "",
}
FOUND = [
    ("信用卡", {"c1"}),
    ("用卡", {"c1"}),
    ("卡信", set()),
    ("浦", {"c1"}),
    ("客户", {"c1", "c3"}),
    ("上海 补办", {"c1"}),
    ("上海 refunded", set()),
    ("refund", {"c2"}),
    ("REFUNDED", {"c2"}),
    ("funded", set()),
    ("ärger", {"c2"}),
    ("😀", {"c2"}),
    ("vip", {"c3"}),
    ("abc123", {"c3"}),
    ("endmark", {"c4"}),
    ("编号编", {"c4"}),
    ("נקל", set()),
    ("לבנק", {"c5"}),
    ("الحساب", {"c5"}),
    ("%", set()),
    ("'; --", set()),
]


async def found(storage: Storage, query: ContactQuery, reach: ContactReach = EVERYTHING) -> set[str]:
    page = await storage.contacts.search(query, reach)
    assert page.before is None
    return {contact.id for contact in page.contacts}


async def test_words_of_notes(storage: Storage) -> None:
    await keep(storage, *(entries(contact, call(contact, note=note)) for contact, note in NOTES.items()))
    for text, contact_ids in FOUND:
        assert await found(storage, ContactQuery(words=text)) == contact_ids, text
    for contact, note in NOTES.items():
        kept = await storage.contacts.get(contact)
        assert kept is not None
        assert kept.note == note


async def test_answers_of_the_form_are_found_like_notes(storage: Storage) -> None:
    told = call("c1", note="")
    event, _effects = told[-1]
    fields = {"branch": "Pudong 支行", "\x00odd": "a\x00b"}
    filed = fx.WrapUpFiled(contact="c1", agent="1001", disposition="resolved", fields=fields, follow_up_ms=T0 + 5)
    await keep(storage, entries("c1", [*told[:-1], (event, (filed,))]))
    assert await found(storage, ContactQuery(words="支行")) == {"c1"}
    kept = await storage.contacts.get("c1")
    assert kept is not None
    assert (kept.fields, kept.follow_up_ms) == ({"branch": "Pudong 支行", "odd": "ab"}, T0 + 5)


def test_an_index_entry_for_everything_that_is_found() -> None:
    """What a note holds by the checking rule is also found by the index's words: the index never hides anything."""
    dice = random.Random(7)
    letters = "卡片挂失abcAB 12，.é"
    for _ in range(3_000):
        note = "".join(dice.choices(letters, k=dice.randrange(1, 14)))
        at = dice.randrange(len(note))
        piece = note[at : at + dice.randrange(1, 6)]
        pieces = wanted(piece)
        if not holds([note], pieces):
            continue
        kept = words_of([note])
        for one in pieces:
            if one.prefix:
                assert any(word.startswith(one.text) for word in kept), (note, piece)
            else:
                pairs = {one.text[k : k + 2] for k in range(len(one.text) - 1)}
                assert pairs <= set(kept) or not any(letter.isalnum() for letter in one.text), (note, piece)


NUMBERS = {
    "c1": "13800001234",
    "c2": "+8613800001234",
    "c3": "+8613911231234",
    "c4": "web-3f2a9c",
    "c5": "01012345678",
    "c6": "",
    "c7": "10086",
}
BY_NUMBER = [
    ("1234", {"c1", "c2", "c3"}),
    ("01234", {"c1", "c2"}),
    ("138 0000 1234", {"c1", "c2"}),
    ("+86 138-0000-1234", {"c1", "c2"}),
    ("８６１３９１１２３１２３４", {"c3"}),
    ("web-3f2a9c", {"c4"}),
    ("+861012345678", {"c5"}),
    ("10086", {"c7"}),
    ("99999", set()),
    ("%%%%", set()),
]


async def test_numbers_however_they_are_written(storage: Storage) -> None:
    await keep(storage, *(entries(contact, call(contact, caller=number)) for contact, number in NUMBERS.items()))
    for number, contact_ids in BY_NUMBER:
        assert await found(storage, ContactQuery(number=number)) == contact_ids, number


async def test_numbers_with_more_values_than_are_followed(storage: Storage) -> None:
    """Above that many different numbers of one ending, the common end is followed and the rest checked."""
    stories = [entries(f"c{n:03}", abandoned(f"c{n:03}")) for n in range(120)]
    for n, told in enumerate(stories):
        first = told[0]
        effect = msgspec.structs.replace(first.effects[0], caller=f"139{n:04}1234")  # type: ignore[type-var]
        told[0] = msgspec.structs.replace(first, effects=(effect,))
    await keep(storage, *stories)
    seen: list[str] = []
    query = ContactQuery(number="1234", limit=50)
    while True:
        page = await storage.contacts.search(query, EVERYTHING)
        seen += [contact.id for contact in page.contacts]
        if page.before is None:
            break
        query = msgspec.structs.replace(query, before=page.before)
    assert seen == [f"c{n:03}" for n in reversed(range(120))]


async def test_customers_by_name(storage: Storage) -> None:
    people = [
        Customer(0, "张建国", "+8613800001234"),
        Customer(0, "张三", "01012345678"),
        Customer(0, "Zoë Li", "10086"),
    ]
    await storage.customers.add_many(people)
    await keep(storage, *(entries(contact, call(contact, caller=number)) for contact, number in NUMBERS.items()))
    for name, contact_ids in [
        ("张建国", {"c1", "c2"}),
        ("张", {"c1", "c2", "c5"}),
        ("zoë", {"c7"}),
        ("建国", set()),
        ("%", set()),
    ]:
        assert await found(storage, ContactQuery(customer=name)) == contact_ids, name
    await storage.customers.add_many(Customer(0, f"李{n:02}", f"+86139000{n:05}") for n in range(51))
    page = await storage.contacts.search(ContactQuery(customer="李"), EVERYTHING)
    assert (page.contacts, page.more_customers) == ((), True)


def handed_on(contact: str) -> list[JournalEntry]:
    """Through 1001 to 1002, with 1003 asked in between and 1004 asked in vain."""
    told = call(contact)
    leg = ev.LegAnswered(leg="x")
    more = [
        (leg, (fx.ConsultEnded(contact=contact, agent="1001", target="agent:1004", outcome="refused"),)),
        (leg, (fx.ConsultEnded(contact=contact, agent="1001", target="agent:1003", outcome="conference"),)),
        (leg, (fx.AgentConnected(contact=contact, agent="1002"),)),
    ]
    return entries(contact, [*told[:3], *more, *told[3:]])


async def test_reach(storage: Storage) -> None:
    await keep(
        storage,
        entries("c1", call("c1")),
        handed_on("c2"),
        entries("c3", abandoned("c3")),
        entries("c4", abandoned("c4", "elder")),
        entries("c5", call("c5", agent="1009", queue="elder")),
    )
    reaches = [
        (EVERYTHING, {"c1", "c2", "c3", "c4", "c5"}),
        (NOTHING, set()),
        (ContactReach(frozenset({"1001"})), {"c1", "c2"}),
        (ContactReach(frozenset({"1002"})), {"c2"}),
        (ContactReach(frozenset({"1003"})), {"c2"}),
        (ContactReach(frozenset({"1004"})), set()),
        (ContactReach(frozenset({"1001", "1002", "1003"})), {"c1", "c2"}),
        (ContactReach(queues=frozenset({"general"})), {"c3"}),
        (ContactReach(frozenset({"1009"}), frozenset({"elder"})), {"c4", "c5"}),
        (ContactReach(frozenset({""}), frozenset({""})), set()),
    ]
    for reach, contact_ids in reaches:
        assert await found(storage, ContactQuery(), reach) == contact_ids, reach
        for contact in ("c1", "c2", "c3", "c4", "c5"):
            assert (await storage.contacts.get(contact, reach) is not None) == (contact in contact_ids), (
                reach,
                contact,
            )
    assert await storage.contacts.agents("c2") == ["1001", "1002", "1003"]
    assert await found(storage, ContactQuery(agent="1003")) == {"c2"}
    await storage.journal.rebuild_contacts()
    assert await storage.contacts.agents("c2") == ["1001", "1002", "1003"]
    assert await found(storage, ContactQuery(words="余额"), ContactReach(frozenset({"1002"}))) == {"c2"}


async def test_times(storage: Storage) -> None:
    await keep(storage, entries("c1", call("c1")), entries("c2", call("c2")))
    first, second = [(await storage.contacts.get(contact)) for contact in ("c1", "c2")]
    assert first is not None
    assert second is not None
    assert await found(storage, ContactQuery(from_ms=second.started_ms)) == {"c2"}
    assert await found(storage, ContactQuery(to_ms=second.started_ms)) == {"c1"}
    assert await found(storage, ContactQuery(from_ms=first.started_ms, to_ms=second.started_ms + 1)) == {"c1", "c2"}
    assert await found(storage, ContactQuery(to_ms=0)) == set()


def row(n: int) -> dict[str, object]:
    started = T0 + n * 1_000
    caller = f"1390000{n % 97:04}"
    return {
        "ordinal": ordinal_of(started, n),
        "id": f"c{n:05}",
        "channel": "voice",
        "direction": "inbound",
        "caller": caller,
        "caller_tail": tail_of(caller),
        "caller_end": tail_of(caller)[:4],
        "dialled": "95000",
        "flow": "hotline",
        "queue": f"q{n % 3}",
        "agent": str(n % 7) if n % 5 else "",
        "started_ms": started,
        "answered_ms": started if n % 5 else None,
        "ended_ms": started + 1,
        "waited_ms": 0,
        "talked_ms": (n % 11) * 1_000,
        "reason": "customer_hung_up" if n % 5 else "abandoned_in_queue",
        "disposition": "rare" if n % 501 == 0 else "solved",
        "note": "",
        "fields": "{}",
        "follow_up_ms": None,
    }


ROWS = [row(n) for n in range(3_000)]


def fill(url: str) -> None:
    engine = sync_engine(parse_url(url)).execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(contacts.insert(), ROWS)
        agents = [{"agent": r["agent"], "ordinal": r["ordinal"]} for r in ROWS if r["agent"]]
        connection.execute(sa.text("INSERT INTO contact_agents (agent, ordinal) VALUES (:agent, :ordinal)"), agents)
    engine.dispose()


async def test_every_mixture_pages_through_exactly_what_fits(storage: Storage, url: str) -> None:
    """All mixtures of conditions and reaches against a plain filter over the same rows, page by page, in order."""
    fill(url)
    wishes: list[dict[str, object]] = [{}, {"queue": "q1"}, {"disposition": "rare"}, {"number": "0013"}, {"agent": "3"}]
    more: list[dict[str, object]] = [
        {},
        {"reason": "abandoned_in_queue"},
        {"min_talk_ms": 9_000},
        {"from_ms": T0 + 2_500_000},
    ]
    reaches = [EVERYTHING, ContactReach(frozenset({"1", "3"}), frozenset({"q2"})), ContactReach(frozenset({"6"}))]
    for wish, also, reach in itertools.product(wishes, more, reaches):
        query = ContactQuery(**{**wish, **also}, limit=37)  # type: ignore[arg-type]
        seen: list[str] = []
        while True:
            page = await storage.contacts.search(query, reach)
            seen += [contact.id for contact in page.contacts]
            if page.before is None:
                break
            query = msgspec.structs.replace(query, before=page.before)
        assert seen == [str(r["id"]) for r in reversed(ROWS) if fits(r, query, reach)], (wish, also, reach)


def fits(r: dict[str, object], query: ContactQuery, reach: ContactReach) -> bool:
    near = reach.everything or r["agent"] in reach.agents or (r["answered_ms"] is None and r["queue"] in reach.queues)
    return (
        near
        and query.queue in ("", r["queue"])
        and query.disposition in ("", r["disposition"])
        and query.reason in ("", r["reason"])
        and query.agent in ("", r["agent"])
        and str(r["caller"]).endswith(query.number)
        and int(str(r["talked_ms"])) >= query.min_talk_ms
        and int(str(r["started_ms"])) >= (query.from_ms or 0)
    )


async def test_a_search_that_has_no_time_stops_says_where_and_goes_on(storage: Storage, url: str) -> None:
    fill(url)
    database = Database(url)
    query = ContactQuery(min_talk_ms=10_000, queue="q1", limit=500)
    seen, stops = [], []
    try:
        while True:
            ticks = itertools.count()
            async with database.read() as connection:
                page = await search(connection, query, EVERYTHING, "CN", patience_ms=1, clock=lambda t=ticks: next(t))
            seen += [contact.id for contact in page.contacts]
            if page.before is None:
                break
            assert page.paused_at_ms is not None
            stops.append(page.paused_at_ms)
            query = msgspec.structs.replace(query, before=page.before)
    finally:
        await database.close()
    assert len(stops) > 1
    assert stops == sorted(stops, reverse=True)
    assert seen == [
        str(r["id"]) for r in reversed(ROWS) if fits(r, msgspec.structs.replace(query, before=None), EVERYTHING)
    ]


async def test_saved_searches(storage: Storage) -> None:
    store = storage.saved_filters
    mine = await store.save(SavedFilter(0, "anna", "我的 挂失", {"words": "挂失"}))
    shared = await store.save(SavedFilter(0, "lead", "Complaints", {"disposition": "complaint"}, "ta"))
    await store.save(SavedFilter(0, "lead", "private", {"queue": "x"}))
    assert await store.of("anna", frozenset({"ta"})) == [shared, mine]
    assert await store.of("anna", frozenset()) == [mine]
    assert await store.of("ben", frozenset({"tb", ""})) == []
    again = await store.save(SavedFilter(0, "anna", "我的 挂失", {"words": "补卡"}))
    assert await store.of("anna", frozenset()) == [again]
    assert not await store.drop(shared.id, "anna")
    assert await store.drop(again.id, "anna")
    assert await store.of("anna", frozenset()) == []


@pytest.mark.parametrize("text", ["", " ", "，。", "_"])
def test_signs_alone(text: str) -> None:
    assert words_of([text]) == []
