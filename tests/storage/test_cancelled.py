"""Whoever is cancelled within a transaction, as by a visitor who leaves, keeps no lock and no connection."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from callcenter.storage.database import Database

LONG = sa.text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000) SELECT x FROM n")


async def test_a_cancelled_transaction_leaves_no_lock(url: str) -> None:
    cancelled, others = Database(url), Database(url)
    asked = asyncio.Event()

    @sa.event.listens_for(cancelled._engine.sync_engine, "before_cursor_execute")
    def on_execute(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "RECURSIVE" in statement:
            asyncio.get_running_loop().call_soon(asked.set)

    async def work() -> None:
        async with cancelled.write() as connection:
            await connection.execute(sa.text("DELETE FROM webhook_deliveries"))
            await connection.execute(LONG)

    task = asyncio.create_task(work())
    await asked.wait()
    task.cancel()
    # What broke is kept, and with it whatever its traceback holds, as a log or a debugger would.
    [broke] = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(broke, asyncio.CancelledError)
    async with others.write() as connection:
        await connection.execute(sa.text("DELETE FROM webhook_deliveries"))
    async with cancelled.write() as connection:
        await connection.execute(sa.text("DELETE FROM webhook_deliveries"))
    await cancelled.close()
    await others.close()
