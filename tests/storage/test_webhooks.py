"""Deliveries are kept once for each beginning and end, and forgotten with the end."""

from __future__ import annotations

import msgspec

from callcenter.domain.deliveries import Delivery
from callcenter.storage import Storage

BEGIN = Delivery("d1", "pager", "late:cards", 1_000, True, '{"event": "alarm.raised"}', 1_000, 1_000)
END = msgspec.structs.replace(BEGIN, id="d2", raised=False, made_ms=9_000, due_ms=9_000)


async def test_a_beginning_is_open_until_done_and_unended_until_its_end_is_kept(storage: Storage) -> None:
    kept = storage.deliveries
    assert await kept.add(BEGIN)
    assert not await kept.add(msgspec.structs.replace(BEGIN, id="again")), "once for each webhook and alarm"
    assert await kept.add(msgspec.structs.replace(BEGIN, id="d3", webhook="chat", made_ms=2_000))
    assert await kept.open() == [BEGIN, msgspec.structs.replace(BEGIN, id="d3", webhook="chat", made_ms=2_000)]
    await kept.tried("d1", 2, 5_000)
    assert (await kept.open())[0] == msgspec.structs.replace(BEGIN, tries=2, due_ms=5_000)
    await kept.done(BEGIN)
    assert [one.id for one in await kept.open()] == ["d3"]
    assert [one.id for one in await kept.unended()] == ["d1", "d3"]


async def test_with_the_end_the_alarm_is_forgotten_and_may_begin_again(storage: Storage) -> None:
    kept = storage.deliveries
    await kept.add(BEGIN)
    await kept.done(BEGIN)
    assert await kept.add(END)
    assert [one.id for one in await kept.open()] == ["d2"]
    assert await kept.unended() == []
    again = msgspec.structs.replace(BEGIN, id="d4", since_ms=12_000)
    await kept.add(again)
    await kept.done(END)
    assert await kept.open() == await kept.unended() == [again]
