from __future__ import annotations

import asyncio

from callcenter.domain.records import AuditRecord
from callcenter.storage import Storage


def act(number: int) -> AuditRecord:
    return AuditRecord(
        1_000 + number, "leader", "recording.heard", f"r{number}", {"为何": "抽检", "n": number, "x": None}
    )


async def test_the_chain_holds(storage: Storage) -> None:
    assert (await storage.audit.verify()).rows == 0
    for number in range(5):
        await storage.audit.write(act(number))
    check = await storage.audit.verify()
    assert (check.rows, check.broken_at) == (5, None)
    page = await storage.audit.page(limit=2)
    assert page == [(5, act(4)), (4, act(3))]
    assert await storage.audit.page(limit=9, before_id=4) == [(3, act(2)), (2, act(1)), (1, act(0))]


async def test_many_at_once_make_one_chain(storage: Storage) -> None:
    await asyncio.gather(*(storage.audit.write(act(number)) for number in range(30)))
    check = await storage.audit.verify()
    assert (check.rows, check.broken_at) == (30, None)


async def test_tampering_is_found(storage: Storage) -> None:
    for number in range(6):
        await storage.audit.write(act(number))
    whole = await storage.audit.verify()
    async with storage._database.write() as connection:
        await connection.exec_driver_sql("UPDATE audit SET actor = 'somebody' WHERE id = 4")
    assert (await storage.audit.verify()).broken_at == 4
    async with storage._database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM audit WHERE id = 2")
    assert (await storage.audit.verify()).broken_at == 3
    async with storage._database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM audit WHERE id > 1")
    cut = await storage.audit.verify()
    assert cut.broken_at is None
    assert cut.last_hash != whole.last_hash
