"""Contacts by the million: some years of a bank's hotline, the same ones for the same number."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from callcenter.domain.written_words import folded
from callcenter.storage.contact_words import words_of
from callcenter.storage.ordinals import END, ordinal_of, tail_of

NOW_MS = 1_790_000_000_000
YEARS_MS = 3 * 365 * 86_400_000
AGENTS = 2_000
TEAM = 20
QUEUES = [f"q{k:02}" for k in range(40)]
DISPOSITIONS = [
    "solved",
    "balance",
    "card_lost",
    "complaint",
    "follow_up",
    "wrong",
    "loan",
    "limit",
    "pin",
    "regulator",
]
REASONS = ["customer_hung_up", "agent_hung_up", "flow_completed", "abandoned_in_queue", "abandoned_in_flow"]
REASONS += ["voicemail_left", "callback_booked", "flow_failed", "telephony_lost"]
_QUEUE_WEIGHTS = [1 / (k + 1) for k in range(len(QUEUES))]
_DISPOSITION_WEIGHTS = [40, 20, 12, 8, 8, 5, 4, 2, 0.9, 0.1]
_REASON_WEIGHTS = [55, 15, 12, 9, 6, 1.5, 1, 0.4, 0.1]
HOT = "+8655512345678"
RARE = "彗星计划"
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "建国秀英伟芳敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂红玉"
_WHAT = [
    "查询余额",
    "卡片挂失",
    "补办新卡",
    "修改密码",
    "提高额度",
    "贷款还款",
    "账单异议",
    "转账失败",
    "短信提醒",
    "年费减免",
]
_WHO = [
    "客户要求",
    "本人核实",
    "家属代办",
    "已安抚",
    "情绪激动",
    "听力不佳",
    "老年客户",
    "二次来电",
    "网点转来",
    "监管转办",
]
_THEN = [
    "已解决",
    "需回电",
    "转交后台",
    "等待审批",
    "建议到店",
    "告知时限",
    "发送短信",
    "登记工单 ticket",
    "升级处理 VIP",
    "refund requested",
]
COLUMNS = (
    *("ordinal", "id", "channel", "direction", "caller", "caller_tail", "caller_end", "dialled", "flow", "queue"),
    *("agent", "started_ms", "answered_ms", "ended_ms", "waited_ms", "talked_ms", "reason", "disposition", "note"),
    *("fields", "follow_up_ms"),
)
_BATCH = 250_000


@dataclass
class Batch:
    """Rows of some contacts for each table, in the order of their primary keys."""

    contacts: list[tuple[Any, ...]] = field(default_factory=list)
    agents: list[tuple[str, int]] = field(default_factory=list)
    words: list[tuple[str, int]] = field(default_factory=list)


def phone(k: int) -> str:
    """The number of customer ``k``."""
    return f"+861{30 + k % 69:02}{k * 7919 % 100_000_000:08}"


def customer_name(k: int) -> str:
    """The name of customer ``k``."""
    size = len(_GIVEN)
    return _FAMILY[k % 20] + _GIVEN[k // 20 % size] + _GIVEN[k // 20 // size % size]


def _notes() -> list[tuple[str, tuple[str, ...]]]:
    texts = [f"{who}，{what}，{then}。" for who in _WHO for what in _WHAT for then in _THEN]
    return [(text, tuple(words_of([text]))) for text in texts]


def batches(count: int, customers: int, seed: int = 1) -> Iterator[Batch]:
    """``count`` contacts, oldest first."""
    random_ = random.Random(seed)
    notes, step = _notes(), YEARS_MS // count
    rare_words = tuple(words_of([RARE]))
    for first in range(0, count, _BATCH):
        batch, size = Batch(), min(_BATCH, count - first)
        queues = random_.choices(QUEUES, _QUEUE_WEIGHTS, k=size)
        reasons = random_.choices(REASONS, _REASON_WEIGHTS, k=size)
        results = random_.choices(DISPOSITIONS, _DISPOSITION_WEIGHTS, k=size)
        for k in range(size):
            number = first + k
            started = NOW_MS - YEARS_MS + number * step
            ordinal, chance = ordinal_of(started, number), random_.random()
            caller = HOT if chance < 0.01 else phone(random_.randrange(customers))
            tail, reason = tail_of(caller), reasons[k]
            answered = reason in ("customer_hung_up", "agent_hung_up")
            agent, waited, talked, note = "", int(chance * 90_000), 0, ""
            if answered:
                agent = str(1_000 + random_.randrange(AGENTS))
                talked = int(random_.expovariate(1 / 210_000))
                batch.agents.append((agent, ordinal))
                if chance > 0.9:
                    batch.agents.append((str(1_000 + (int(agent) + 7) % AGENTS), ordinal))
                if chance < 0.6:
                    note, words = notes[int(chance * 1_666)]
                    batch.words += [(word, ordinal) for word in words]
                    if number % 100_003 == 0:
                        note += RARE
                        batch.words += [(word, ordinal) for word in rare_words]
            batch.contacts.append(
                (
                    *(ordinal, f"c-{number:010}", "chat" if number % 211 == 0 else "voice", "inbound", caller, tail),
                    *(tail[:END], "95500", "hotline", "" if reason == "flow_completed" else queues[k], agent, started),
                    *(started + waited if answered else None, started + 300_000, waited, talked, reason),
                    *(results[k] if answered else "", note, "{}", None),
                )
            )
        batch.agents.sort()
        batch.words = sorted(set(batch.words))
        yield batch


def fill_sqlite(path: str, count: int, customers: int, tell: Callable[[str], None]) -> None:
    """Fill a database of the newest shape: rows first, then the indexes."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode=OFF",
        "synchronous=OFF",
        "cache_size=-800000",
        "temp_store=FILE",
        "locking_mode=EXCLUSIVE",
    ):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        "AND tbl_name IN ('contacts', 'contact_agents', 'recordings')"
    ).fetchall()
    connection.execute("BEGIN")
    for name, _sql in indexes:
        connection.execute(f"DROP INDEX {name}")
    places = ", ".join("?" * len(COLUMNS))
    done = 0
    for batch in batches(count, customers):
        connection.executemany(f"INSERT INTO contacts ({', '.join(COLUMNS)}) VALUES ({places})", batch.contacts)
        connection.executemany("INSERT INTO contact_agents (agent, ordinal) VALUES (?, ?)", batch.agents)
        connection.executemany("INSERT INTO contact_words (word, ordinal) VALUES (?, ?)", batch.words)
        done += len(batch.contacts)
        tell(f"{done:,} contacts")
    connection.executemany(
        "INSERT INTO customers (name, name_folded, phone, level, tags, note) VALUES (?, ?, ?, '', '[]', '')",
        customer_rows(customers),
    )
    connection.execute(_RECORDINGS)
    connection.execute("COMMIT")
    for name, sql in indexes:
        tell(name)
        connection.execute(sql)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


_RECORDINGS = (
    "INSERT INTO recordings (id, contact, kind, path, started_ms, duration_ms, size, sha256) "
    "SELECT 'r' || id, id, 'call', '2026/01/01/' || id || '.wav', started_ms, talked_ms, talked_ms * 32, '' "
    "FROM contacts WHERE agent <> '' ORDER BY ordinal"
)


def customer_rows(customers: int) -> Iterator[tuple[str, str, str]]:
    """Name, compared name and number of each customer, each number once."""
    seen: set[str] = set()
    for k in range(customers):
        name, number = customer_name(k), phone(k)
        if number not in seen:
            seen.add(number)
            yield name, folded(name), number


def fill_postgres(uri: str, count: int, customers: int, tell: Callable[[str], None]) -> None:
    """The same with ``COPY``; the indexes stay, which is how a running centre would grow."""
    import psycopg

    with psycopg.connect(uri) as connection, connection.cursor() as cursor:
        indexes = cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes "
            "WHERE tablename IN ('contacts', 'contact_agents', 'recordings') "
            "AND indexname LIKE 'ix_%'"
        ).fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")  # type: ignore[arg-type]  # names of our own indexes
        done = 0
        for batch in batches(count, customers):
            _copy(cursor, "contacts", COLUMNS, batch.contacts)
            _copy(cursor, "contact_agents", ("agent", "ordinal"), batch.agents)
            _copy(cursor, "contact_words", ("word", "ordinal"), batch.words)
            done += len(batch.contacts)
            tell(f"{done:,} contacts")
        rows = [(*row, "", "[]", "") for row in customer_rows(customers)]
        _copy(cursor, "customers", ("name", "name_folded", "phone", "level", "tags", "note"), rows)
        cursor.execute(_RECORDINGS)
        for name, definition in indexes:
            tell(name)
            cursor.execute(definition)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
