"""The audit log shows every change, and the database refuses one."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError

from callcenter.domain.access_records import AuditAnchor, AuditQuery
from callcenter.domain.errors import CallCenterError
from callcenter.domain.records import AuditRecord
from callcenter.storage import Storage


def act(number: int) -> AuditRecord:
    return AuditRecord(
        1_000 + number, "leader", "recording_heard", f"r{number}", {"为何": "抽检", "n": number, "x": None}
    )


async def write(storage: Storage, count: int) -> None:
    for number in range(count):
        await storage.audit.write(act(number))


async def as_owner(storage: Storage, *statements: str) -> None:
    """Change the table as somebody may who owns the database: without the triggers."""
    sqlite = storage._database.dialect == "sqlite"
    async with storage._database.write() as connection:
        if sqlite:
            for name in ("update", "delete", "replace"):
                await connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS audit_no_{name}")
        else:
            await connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def test_the_chain_holds(storage: Storage) -> None:
    assert (await storage.audit.verify()).rows == 0
    await write(storage, 5)
    check = await storage.audit.verify()
    assert (check.rows, check.broken_at) == (5, None)
    page = await storage.audit.page(AuditQuery(limit=2))
    assert [(row.id, row.record) for row in page] == [(5, act(4)), (4, act(3))]
    assert page[0].hash == check.last_hash
    rest = await storage.audit.page(AuditQuery(limit=9, before_id=4))
    assert [row.id for row in rest] == [3, 2, 1]
    assert [row.record async for row in storage.audit.rows()] == [act(number) for number in range(5)]


async def test_pages_are_filtered(storage: Storage) -> None:
    await write(storage, 4)
    await storage.audit.write(AuditRecord(5_000, "admin", "user_added", "user:7"))

    async def ids(**query: object) -> list[int]:
        return [row.id for row in await storage.audit.page(AuditQuery(**query))]  # type: ignore[arg-type]

    assert await ids(actor="admin") == [5]
    assert await ids(act="recording_heard", limit=2) == [4, 3]
    assert await ids(subject="r1") == [2]
    assert await ids(from_ms=1_002, to_ms=5_000) == [4, 3]
    assert await ids(actor="nobody\x00") == []


async def test_many_at_once_make_one_chain(storage: Storage) -> None:
    await asyncio.gather(*(storage.audit.write(act(number)) for number in range(30)))
    check = await storage.audit.verify()
    assert (check.rows, check.broken_at) == (30, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'somebody' WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "INSERT OR REPLACE INTO audit SELECT id, at_ms, 'somebody', act, subject, detail, previous, hash FROM audit",
    ],
)
async def test_the_database_refuses_to_change_it(storage: Storage, statement: str) -> None:
    await write(storage, 3)
    with pytest.raises((CallCenterError, DBAPIError)):
        async with storage._database.write() as connection:
            await connection.exec_driver_sql(statement)
    check = await storage.audit.verify()
    assert (check.rows, check.broken_at) == (3, None)
    await storage.audit.write(act(3))


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["UPDATE audit SET actor = 'somebody' WHERE id = 4"], 4),
        (["UPDATE audit SET at_ms = at_ms + 1 WHERE id = 1"], 1),
        (["UPDATE audit SET detail = '{}' WHERE id = 6"], 6),
        (["DELETE FROM audit WHERE id = 2"], 2),
        (["DELETE FROM audit WHERE id = 2", "UPDATE audit SET id = id - 1 WHERE id > 2"], 2),
        (
            [
                "UPDATE audit SET id = -3 WHERE id = 3",
                "UPDATE audit SET id = 3 WHERE id = 4",
                "UPDATE audit SET id = 4 WHERE id = -3",
            ],
            3,
        ),
        (["INSERT INTO audit SELECT 7, at_ms, actor, act, subject, detail, previous, hash FROM audit WHERE id = 6"], 7),
    ],
)
async def test_tampering_is_found(storage: Storage, statements: list[str], broken: int) -> None:
    await write(storage, 6)
    await as_owner(storage, *statements)
    assert (await storage.audit.verify()).broken_at == broken


async def test_a_tail_cut_off_is_found_by_what_was_written_down(storage: Storage) -> None:
    await write(storage, 6)
    whole = await storage.audit.verify()
    anchor = AuditAnchor(whole.rows, whole.last_hash)
    assert (await storage.audit.verify([anchor])).broken_at is None
    await as_owner(storage, "DELETE FROM audit WHERE id > 4")
    assert (await storage.audit.verify()).broken_at is None
    assert (await storage.audit.verify([anchor])).broken_at == 5
    await storage.audit.write(act(40))
    await storage.audit.write(act(50))
    assert (await storage.audit.verify()).broken_at is None
    assert (await storage.audit.verify([anchor])).broken_at == 6
