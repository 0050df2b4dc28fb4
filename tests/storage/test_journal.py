from __future__ import annotations

import asyncio
import itertools

import pytest

from callcenter.domain.errors import Corrupt, ProviderError
from callcenter.domain.journal import JournalEntry
from callcenter.domain.records import ContactQuery
from callcenter.storage import Storage
from callcenter.storage.journal import SqlJournal

from .samples import abandoned, call, entries


async def _all(journal: SqlJournal, from_seq: int = 1) -> list[JournalEntry]:
    return [entry async for entry in journal.read(from_seq)]


async def test_entries_come_back_equal_and_in_order(storage: Storage) -> None:
    written = entries("c1", call("c1"))
    await storage.journal.append(written[:2], 0)
    await storage.journal.append(written[2:], 2)
    assert await _all(storage.journal) == written
    assert await _all(storage.journal, 4) == written[3:]
    assert await storage.journal.last_seq() == 5
    assert await storage.journal.done_seq() == 2


async def test_empty_journal(storage: Storage) -> None:
    assert await storage.journal.last_seq() == 0
    assert await storage.journal.done_seq() == 0
    assert await storage.journal.latest_snapshot() is None
    assert await _all(storage.journal) == []


async def test_empty_batch_moves_only_the_mark(storage: Storage) -> None:
    await storage.journal.append(entries("c1", call("c1")), 0)
    await storage.journal.append([], 5)
    assert (await storage.journal.last_seq(), await storage.journal.done_seq()) == (5, 5)


async def test_reading_pages_through_a_long_journal(storage: Storage) -> None:
    written = [e for n in range(0, 1100, 5) for e in entries(f"c{n}", call(f"c{n}"), n + 1)]
    await storage.journal.append(written, 0)
    assert await _all(storage.journal) == written


async def test_a_gap_is_refused_and_nothing_written(storage: Storage) -> None:
    written = entries("c1", call("c1"))
    with pytest.raises(Corrupt, match="does not follow"):
        await storage.journal.append([written[0], written[2]], 0)
    with pytest.raises(Corrupt, match="does not follow"):
        await storage.journal.append([written[1]], 0)
    assert await _all(storage.journal) == []
    assert await storage.contacts.get("c1") is None


async def test_a_second_writer_is_refused(url: str, storage: Storage) -> None:
    second = await Storage.open(url)
    try:
        assert await second.journal.last_seq() == 0
        await second.journal.append([], 0)  # so that it believes in an empty journal
        written = entries("c1", call("c1"))
        await storage.journal.append(written, 0)
        with pytest.raises(Corrupt, match="another process writes"):
            await second.journal.append(entries("c2", abandoned("c2")), 0)
        assert await second.contacts.get("c2") is None
        assert await _all(storage.journal) == written
    finally:
        await second.close()


async def test_the_same_batch_again_is_a_retry(storage: Storage) -> None:
    written = entries("c1", call("c1"))
    await storage.journal.append(written, 0)
    before = await storage.contacts.get("c1")
    await storage.journal.append(written, 5)
    assert await _all(storage.journal) == written
    assert await storage.contacts.get("c1") == before
    assert await storage.journal.done_seq() == 5
    with pytest.raises(Corrupt):
        await storage.journal.append(entries("c2", abandoned("c2")), 5)


async def test_the_last_two_snapshots_are_kept(url: str, storage: Storage) -> None:
    for seq in (3, 8, 8, 12):
        await storage.journal.save_snapshot(seq, f"state {seq} \x00".encode())
    assert await storage.journal.latest_snapshot() == (12, b"state 12 \x00")
    async with storage._database.read() as connection:
        rows = await connection.exec_driver_sql("SELECT seq FROM snapshots ORDER BY seq")
        assert [row.seq for row in rows] == [8, 12]


async def test_a_cancelled_append_is_whole_or_absent(storage: Storage) -> None:
    """Cancel at every number of loop turns; what is in the database is always a whole number of batches."""
    seq = 0
    for turns in itertools.islice(itertools.cycle(range(6)), 60):
        contact = f"c{seq}"
        batch = entries(contact, call(contact), seq + 1)
        task = asyncio.create_task(storage.journal.append(batch, seq))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        last = await storage.journal.last_seq()
        assert last in {seq, seq + 5}
        assert (await storage.contacts.get(contact) is not None) == (last == seq + 5)
        seq = last
    assert [e.seq for e in await _all(storage.journal)] == list(range(1, seq + 1))


async def test_projections_equal_a_rebuild(storage: Storage) -> None:
    """However the batches are cut, the rows are the same as when folded anew from the whole journal."""
    seq, journal = 0, []
    for number in range(20):
        story = (call if number % 2 else abandoned)(f"c{number}")
        journal += entries(f"c{number}", story, seq + 1)
        seq = journal[-1].seq
    sizes = itertools.cycle([1, 3, 2, 7, 1])
    rest = journal
    while rest:
        size = next(sizes)
        await storage.journal.append(rest[:size], 0)
        rest = rest[size:]
    numbers = [f"c{number}" for number in range(20)]
    before = [await storage.contacts.get(c) for c in numbers]
    assert await storage.journal.rebuild_contacts() == seq
    assert [await storage.contacts.get(c) for c in numbers] == before
    assert all(before)


async def test_appends_and_pages_at_the_same_time(storage: Storage) -> None:
    async def write() -> None:
        for number in range(40):
            await storage.journal.append(entries(f"c{number}", call(f"c{number}"), number * 5 + 1), 0)

    async def look() -> None:
        for number in range(40):
            await storage.contacts.timeline(f"c{number}")
            await storage.contacts.list(ContactQuery())

    await asyncio.gather(write(), look(), look())
    assert await storage.journal.last_seq() == 200


async def test_unreadable_entry_is_named(storage: Storage) -> None:
    await storage.journal.append(entries("c1", call("c1")), 0)
    async with storage._database.write() as connection:
        await connection.exec_driver_sql("""UPDATE journal SET event = '{"type":"Nonsense"}' WHERE seq = 3""")
    with pytest.raises(Corrupt, match="entry 3 can not be read"):
        await _all(storage.journal)


async def test_a_missing_entry_is_named(storage: Storage) -> None:
    await storage.journal.append(entries("c1", call("c1")), 0)
    async with storage._database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM journal WHERE seq = 2")
    with pytest.raises(Corrupt, match="entry 2 is missing"):
        await _all(storage.journal)


@pytest.mark.parametrize("url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_a_lost_server_connection_is_retryable_and_heals(storage: Storage) -> None:
    written = entries("c1", call("c1"))
    await storage.journal.append(written[:2], 0)
    async with storage._database.read() as connection:
        await connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(ProviderError) as caught:
        await storage.journal.append(written[2:], 2)
    assert caught.value.retryable
    await storage.journal.append(written[2:], 2)
    assert await _all(storage.journal) == written
