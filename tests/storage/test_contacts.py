from __future__ import annotations

import msgspec
import pytest

from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.contact import EndReason
from callcenter.domain.journal import JournalEntry
from callcenter.domain.records import ContactQuery, RecordingRecord
from callcenter.storage import Storage

from .samples import STEP_MS, T0, abandoned, call, entries, opened


async def keep(storage: Storage, *stories: list[JournalEntry]) -> None:
    seq = 0
    for story in stories:
        moved = [
            msgspec.structs.replace(e, seq=seq + n, at_ms=T0 + (seq + n) * STEP_MS) for n, e in enumerate(story, 1)
        ]
        await storage.journal.append(moved, 0)
        seq += len(story)


async def test_an_answered_call(storage: Storage) -> None:
    await storage.journal.append(entries("c1", call("c1")), 0)
    found = await storage.contacts.get("c1")
    assert found is not None
    assert msgspec.to_builtins(found) == {
        "id": "c1",
        "channel": "voice",
        "direction": "inbound",
        "caller": "13800001234",
        "dialled": "95000",
        "flow": "hotline",
        "queue": "general",
        "agent": "1001",
        "started_ms": T0 + STEP_MS,
        "answered_ms": T0 + 3 * STEP_MS,
        "ended_ms": T0 + 4 * STEP_MS,
        "waited_ms": 4_000,
        "talked_ms": 60_000,
        "reason": "customer_hung_up",
        "disposition": "resolved",
        "note": "查询余额",
        "has_recording": False,
        "fields": {},
        "follow_up_ms": None,
        "ordinal": ((T0 + STEP_MS) << 20) + 16,
    }


@pytest.mark.parametrize("size", [1, 2, 4])
async def test_waits_in_two_queues_add_up(storage: Storage, size: int) -> None:
    story = entries("c1", abandoned("c1"))
    for at in range(0, len(story), size):
        await storage.journal.append(story[at : at + size], 0)
    found = await storage.contacts.get("c1")
    assert found is not None
    assert (found.queue, found.waited_ms, found.answered_ms, found.agent) == ("general", 12_000, None, "")
    assert found.reason == EndReason.ABANDONED_IN_QUEUE


@pytest.mark.parametrize("size", [1, 2, 9])
async def test_two_agents_one_after_the_other(storage: Storage, size: int) -> None:
    """The wait counts up to the first answer, talk adds up, the last agent is shown, rejoining is no answer."""
    leg = ev.LegAnswered(leg="a")
    story = entries(
        "c1",
        [
            (leg, (opened("c1"),)),
            (leg, (fx.QueueLeft(contact="c1", queue="general", outcome="connected", waited_ms=3_000),)),
            (leg, (fx.AgentConnected(contact="c1", agent="1001", waited_ms=9_000),)),
            (leg, (fx.AgentConnected(contact="c1", agent="1001", rejoined=True),)),
            (leg, (fx.AgentLeft(contact="c1", agent="1001", outcome="transferred", talked_ms=10_000),)),
            (leg, (fx.QueueLeft(contact="c1", queue="general", outcome="connected", waited_ms=50_000),)),
            (leg, (fx.AgentConnected(contact="c1", agent="1002", waited_ms=50_000),)),
            (leg, (fx.AgentLeft(contact="c1", agent="1002", outcome="hung_up", talked_ms=5_000),)),
        ],
    )
    for at in range(0, len(story), size):
        await storage.journal.append(story[at : at + size], 0)
    found = await storage.contacts.get("c1")
    assert found is not None
    assert (found.agent, found.waited_ms, found.talked_ms) == ("1002", 9_000, 15_000)
    assert found.answered_ms == T0 + 3 * STEP_MS


async def test_the_story_of_one_contact(storage: Storage) -> None:
    mixed = entries("c1", call("c1"))
    both = JournalEntry(
        6, T0 + 6_000, ev.TimerFired(timer="t"), (opened("c2"), *abandoned("c1")[2][1]), ("c1", "c2", "c1")
    )
    await storage.journal.append([*mixed, both], 0)
    story = await storage.contacts.timeline("c1")
    assert [step.seq for step in story] == [1, 2, 3, 4, 5, 6]
    assert story[1].effects == mixed[1].effects[:2]  # the timer is nobody's story
    assert all(effect.contact == "c1" for effect in story[5].effects)  # type: ignore[attr-defined]
    assert [step.seq for step in await storage.contacts.timeline("c2")] == [6]
    assert await storage.contacts.timeline("nobody") == []


async def test_pages_of_the_list(storage: Storage) -> None:
    """Newest first, every contact once, also when many began in the same millisecond."""
    journal = []
    for number in range(57):
        at_ms = T0 + number // 10
        journal.append(
            JournalEntry(number + 1, at_ms, ev.TimerFired(timer="t"), (opened(f"c{number:03}"),), (f"c{number:03}",))
        )
    await storage.journal.append(journal, 0)
    seen: list[str] = []
    query = ContactQuery(limit=10)
    while page := await storage.contacts.list(query):
        seen += [contact.id for contact in page]
        query = ContactQuery(limit=10, before=page[-1].ordinal)
    assert seen == [f"c{number:03}" for number in reversed(range(57))]


SEARCHES: list[tuple[ContactQuery, set[str]]] = [
    (ContactQuery(), {"c1", "c2", "c3"}),
    (ContactQuery(text="0005678"), {"c2"}),
    (ContactQuery(text="138-0000 5678"), {"c2"}),
    (ContactQuery(text="余额"), {"c1", "c2"}),
    (ContactQuery(text="50%"), {"c1"}),
    (ContactQuery(text="%"), {"c1"}),
    (ContactQuery(text="_"), set()),
    (ContactQuery(text="'; DROP TABLE contacts; --"), set()),
    (ContactQuery(text="\x00"), {"c1", "c2", "c3"}),
    (ContactQuery(agent="1001"), {"c1"}),
    (ContactQuery(queue="general", number="1234"), {"c1", "c3"}),
    (ContactQuery(agent="nobody"), set()),
    (ContactQuery(disposition="resolved"), {"c1", "c2"}),
    (ContactQuery(reason="abandoned_in_queue"), {"c3"}),
    (ContactQuery(channel="voice", queue="elder"), {"c2"}),
    (ContactQuery(channel="chat"), set()),
    (ContactQuery(min_talk_ms=60_000), {"c1", "c2"}),
    (ContactQuery(min_talk_ms=60_001), set()),
    (ContactQuery(recorded=True), set()),
]


async def test_looking_for_contacts(storage: Storage) -> None:
    await keep(
        storage,
        entries("c1", call("c1", note="余额 50% 已核对")),
        entries("c2", call("c2", agent="1002", queue="elder", caller="13800005678")),
        entries("c3", abandoned("c3")),
    )
    for query, wanted in SEARCHES:
        assert {contact.id for contact in await storage.contacts.list(query)} == wanted, query


async def test_recordings_of_a_contact(storage: Storage) -> None:
    await storage.journal.append(entries("c1", call("c1")), 0)
    late = RecordingRecord("r2", "c1", "voicemail", "a/b.wav", T0 + 9, 1_000, 16_044, "0" * 64)
    early = RecordingRecord("r1", "c1", "call", "a/a.wav", T0, 60_000, 960_044, "f" * 64)
    for recording in (late, early, msgspec.structs.replace(late, duration_ms=2_000)):
        await storage.contacts.add_recording(recording)
    assert await storage.contacts.recordings("c1") == [early, msgspec.structs.replace(late, duration_ms=2_000)]
    found = await storage.contacts.get("c1")
    assert found is not None
    assert found.has_recording
    assert (await storage.contacts.list(ContactQuery()))[0] == found


async def test_a_note_with_a_nul_is_kept(storage: Storage) -> None:
    await storage.journal.append(entries("c1", call("c1", note="a\x00b")), 0)
    found = await storage.contacts.get("c1")
    assert found is not None
    assert found.note == "ab"
    assert [e async for e in storage.journal.read()] == entries("c1", call("c1", note="a\x00b"))
