"""What an agent promised to come back to: found, done, open again with a new date, thin for the database."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.effects import Effect
from callcenter.domain.journal import JournalEntry
from callcenter.storage import Storage
from callcenter.storage.follow_ups import due_statement

from .samples import STEP_MS, T0, opened

HOUR = 3_600_000


def promised(contact: str, agent: str, due_ms: int | None) -> list[Effect]:
    return [
        opened(contact),
        fx.AgentConnected(contact=contact, agent=agent, waited_ms=0),
        fx.WrapUpFiled(contact=contact, agent=agent, disposition="resolved", note="", follow_up_ms=due_ms),
    ]


async def tell(storage: Storage, seq: int, contact: str, effects: list[Effect]) -> None:
    entry = JournalEntry(seq, T0 + seq * STEP_MS, ev.TimerFired(timer="t"), tuple(effects), (contact,))
    await storage.journal.append([entry], 0)


async def due(storage: Storage, agent: str, until_ms: int, limit: int = 8) -> list[tuple[str, int | None]]:
    return [(r.id, r.follow_up_ms) for r in await storage.contacts.follow_ups(agent, until_ms, limit)]


async def test_those_due_are_found_latest_first(storage: Storage) -> None:
    promises = [("c1", "a", T0 + HOUR), ("c2", "a", T0 + 2 * HOUR), ("c3", "a", T0 + 3 * HOUR), ("c4", "a", None)]
    for seq, (contact, agent, at) in enumerate([*promises, ("c5", "b", T0 + HOUR)], 1):
        await tell(storage, seq, contact, promised(contact, agent, at))
    assert await due(storage, "a", T0 + 2 * HOUR) == [("c2", T0 + 2 * HOUR), ("c1", T0 + HOUR)]
    assert await due(storage, "a", T0 + 9 * HOUR, 1) == [("c3", T0 + 3 * HOUR)]
    assert await due(storage, "b", T0 + 9 * HOUR) == [("c5", T0 + HOUR)]
    assert await due(storage, "nobody", T0 + 9 * HOUR) == []


async def test_done_is_ones_own_once_and_until_there_is_a_new_date(storage: Storage) -> None:
    await tell(storage, 1, "c1", promised("c1", "a", T0 + HOUR))
    for contact, at, agent in (("c1", T0 + HOUR, "b"), ("c1", T0 + 1, "a"), ("none", T0 + HOUR, "a")):
        assert not await storage.contacts.follow_up_done(contact, at, agent, T0)
    assert await due(storage, "a", T0 + HOUR) == [("c1", T0 + HOUR)]
    for _ in range(2):
        assert await storage.contacts.follow_up_done("c1", T0 + HOUR, "a", T0)
    assert await due(storage, "a", T0 + HOUR) == []
    await tell(storage, 2, "c1", promised("c1", "a", T0 + 2 * HOUR)[2:])
    assert await due(storage, "a", T0 + 2 * HOUR) == [("c1", T0 + 2 * HOUR)]
    found = await storage.contacts.get("c1")
    assert found is not None
    assert "done" not in str(msgspec.to_builtins(found))


async def test_the_index_finds_them(storage: Storage) -> None:
    await tell(storage, 1, "c1", promised("c1", "a", T0 + HOUR))
    async with storage.contacts._database.read() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:  # so few rows are read as they lie
            await connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        wanted = due_statement("a", T0 + HOUR, 8).compile(
            dialect=connection.dialect, compile_kwargs={"literal_binds": True}
        )
        plan = await connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{wanted}")
        told = str(plan.all())
    assert "ix_contacts_follow_up" in told
    if sqlite:
        assert "TEMP B-TREE" not in told.replace("USE TEMP B-TREE FOR LAST TERM", "")
