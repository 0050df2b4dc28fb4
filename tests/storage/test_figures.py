"""The tables of figures: kept with each batch, made anew from the journal, read by stretch of time and group."""

from __future__ import annotations

from itertools import cycle

import pytest
import sqlalchemy as sa
from msgspec.structs import asdict

from callcenter.domain.access import Reach, Scope
from callcenter.domain.figures import INTERVAL_MS, AgentSums, FigureQuery, QueueSums, WaitPrediction
from callcenter.domain.journal import JournalEntry
from callcenter.reports.fold import Figures, from_journal
from callcenter.storage import Storage
from callcenter.storage.tables import agent_figures, queue_figures, told_waits, wait_predictions
from tests.reports import plain
from tests.reports.day import Day
from tests.reports.test_fold import check_same, measured

TABLES = (queue_figures, agent_figures, wait_predictions, told_waits)
HOURS = 3


@pytest.fixture(scope="module")
def journal() -> list[JournalEntry]:
    """Three hours; its figures are those of the plain count."""
    entries = Day(measured(), seed=7).run(HOURS).through_text()
    figures = from_journal(entries)
    check_same(figures, plain.count(entries))
    totals = QueueSums.of(figures.queues.values())
    assert min(totals.abandoned, totals.left_out, totals.handed_on, totals.hold_ms, totals.wrap_up_ms) > 0
    assert totals.answered > 100
    assert {one.outcome for one in figures.predictions} == {"answered", "abandoned", "left"}
    assert figures.told_waits
    return entries


async def keep(storage: Storage, entries: list[JournalEntry]) -> None:
    """Append in batches of all sizes."""
    sizes, rest = cycle([1, 7, 2, 40, 1, 113]), entries
    while rest:
        size = next(sizes)
        await storage.journal.append(rest[:size], 0)
        rest = rest[size:]


async def rows(storage: Storage) -> list[list[tuple[object, ...]]]:
    async with storage._database.read() as connection:
        return [
            [tuple(row) for row in await connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in TABLES
        ]


def expected(figures: Figures) -> list[list[tuple[object, ...]]]:
    return [
        sorted((*key[:2], str(key[2]), *asdict(sums).values()) for key, sums in figures.queues.items()),
        sorted((*key[:3], str(key[3]), *asdict(sums).values()) for key, sums in figures.agents.items()),
        sorted(map(wait, figures.predictions)),
        sorted(map(wait, figures.told_waits)),
    ]


def wait(p: WaitPrediction) -> tuple[object, ...]:
    return p.joined_ms, p.contact, p.queue, p.channel, p.expected_ms, p.waited_ms, p.outcome


async def test_tables_hold_what_the_journal_comes_to_and_a_rebuild_changes_nothing(
    storage: Storage, journal: list[JournalEntry]
) -> None:
    await keep(storage, journal)
    kept = await rows(storage)
    assert kept == expected(from_journal(journal))
    told: list[tuple[int, int]] = []
    assert await storage.journal.rebuild_figures(lambda *step: told.append(step)) == len(journal)
    assert await rows(storage) == kept
    assert told[-1] == (len(journal), len(journal))


async def test_a_rebuild_mends_what_is_wrong_and_goes_on_from_there(
    storage: Storage, journal: list[JournalEntry]
) -> None:
    half = len(journal) // 2
    await keep(storage, journal[:half])
    async with storage._database.write() as connection:
        await connection.execute(queue_figures.update().values(offered=queue_figures.c.offered + 1))
        await connection.execute(agent_figures.delete())
    await storage.journal.rebuild_figures()
    await storage.journal.append(journal[half:], 0)
    assert await rows(storage) == expected(from_journal(journal))


async def test_entries_written_during_a_rebuild_are_counted_once(
    storage: Storage, url: str, journal: list[JournalEntry]
) -> None:
    await keep(storage, journal[:-500])
    other = await Storage.open(url)
    written: list[JournalEntry] = []

    def meanwhile(done: int, total: int) -> None:
        if not written:
            written.extend(journal[-500:])
            storage.journal._writer.append(written, 0)

    try:
        await other.journal.rebuild_figures(meanwhile)
    finally:
        await other.close()
    assert await rows(storage) == expected(from_journal(journal))


async def test_the_same_batch_again_counts_nothing_twice(storage: Storage, journal: list[JournalEntry]) -> None:
    await storage.journal.append(journal[:200], 0)
    await storage.journal.append(journal[:200], 50)
    assert await rows(storage) == expected(from_journal(journal[:200]))


def query(figures: Figures, step: int, **more: object) -> FigureQuery:
    known = [key[0] for key in (*figures.agents, *figures.queues)]
    first, last = min(known), max(known)
    return FigureQuery(tuple(range(first, last + 1, step)), last + INTERVAL_MS, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("step", [INTERVAL_MS, 2 * INTERVAL_MS, 4 * INTERVAL_MS])
async def test_queues_by_stretch_and_group_add_up_to_the_day(
    storage: Storage, journal: list[JournalEntry], step: int
) -> None:
    await keep(storage, journal)
    figures = from_journal(journal)
    whole = QueueSums.of(figures.queues.values())
    for by in ("queue", "channel", ""):
        found = await storage.figures.queues(query(figures, step, by=by))
        assert QueueSums.of(row.sums for row in found) == whole
        assert [(row.group, row.start_ms) for row in found] == sorted({(row.group, row.start_ms) for row in found})
    one = await storage.figures.queues(query(figures, step, by="queue", only="card"))
    card = QueueSums.of(sums for (_, queue, _), sums in figures.queues.items() if queue == "card")
    assert {row.group for row in one} == {"card"}
    assert QueueSums.of(row.sums for row in one) == card


async def test_days_of_different_length_are_cut_where_they_begin(storage: Storage, journal: list[JournalEntry]) -> None:
    """As where clocks are put forward."""
    await keep(storage, journal)
    figures = from_journal(journal)
    first = min(key[0] for key in figures.queues)
    starts = (first, first + INTERVAL_MS, first + 4 * INTERVAL_MS, first + 5 * INTERVAL_MS)
    end = first + 40 * INTERVAL_MS
    found = await storage.figures.queues(FigureQuery(starts, end))
    for (start, until), row in zip(zip(starts, (*starts[1:], end), strict=True), found, strict=True):
        inside = (sums for (at, *_), sums in figures.queues.items() if start <= at < until)
        assert (row.start_ms, row.sums) == (start, QueueSums.of(inside))


async def test_agents_are_seen_as_far_as_one_reaches_by_the_team_they_were_in(
    storage: Storage, journal: list[JournalEntry]
) -> None:
    await keep(storage, journal)
    figures = from_journal(journal)
    teams = {key[2] for key in figures.agents}
    assert len(teams) == 2
    for reach in (Reach(Scope.ALL), Reach(Scope.TEAM, "1002", frozenset({"red", ""})), Reach(Scope.OWN, "1003")):
        mine = {key: sums for key, sums in figures.agents.items() if reach.covers(key[1], key[2])}
        found = await storage.figures.agents(query(figures, INTERVAL_MS, by="agent", reach=reach))
        assert {row.group for row in found} == {key[1] for key in mine}
        assert AgentSums.of(row.sums for row in found) == AgentSums.of(mine.values())
    nobody = await storage.figures.agents(query(figures, INTERVAL_MS, reach=Reach(Scope.OWN, "")))
    assert AgentSums.of(row.sums for row in nobody) == AgentSums()


async def test_no_more_rows_than_asked_for(storage: Storage, journal: list[JournalEntry]) -> None:
    await keep(storage, journal)
    figures = from_journal(journal)
    assert len(await storage.figures.queues(query(figures, INTERVAL_MS, by="queue", limit=3))) == 3


async def test_predictions_of_a_time(storage: Storage, journal: list[JournalEntry]) -> None:
    await keep(storage, journal)
    all_of_them = sorted(from_journal(journal).predictions, key=lambda p: (p.joined_ms, p.contact))
    middle = all_of_them[len(all_of_them) // 2].joined_ms
    assert await storage.figures.predictions(0, 2**62, 10_000) == all_of_them
    later = [p for p in all_of_them if p.joined_ms >= middle]
    assert await storage.figures.predictions(middle, 2**62, 10_000) == later
    assert await storage.figures.predictions(0, 2**62, 2) == all_of_them[:2]
    told = sorted(from_journal(journal).told_waits, key=lambda p: (p.joined_ms, p.contact))
    assert await storage.figures.told_waits(0, 2**62, 10_000) == told
