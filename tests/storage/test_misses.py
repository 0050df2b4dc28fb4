"""What found no article is counted by its wording, the most asked first, and bounded."""

from __future__ import annotations

import pytest

from callcenter.domain import knowledge
from callcenter.domain.knowledge import Miss
from callcenter.storage import Storage
from callcenter.storage import knowledge as store


async def test_the_same_wording_is_counted_once_however_it_is_spaced_and_cased(storage: Storage) -> None:
    kept = storage.misses
    await kept.note("火星 移民", by_agent=False, now_ms=1_000)
    await kept.note("Fly to Mars", by_agent=False, now_ms=2_000)
    await kept.note("fly  to mars", by_agent=True, now_ms=3_000)
    mars, zh = await kept.listed()
    assert mars == Miss(mars.id, "fly  to mars", 1, 1, 2_000, 3_000)
    assert zh == Miss(zh.id, "火星 移民", 1, 0, 1_000, 1_000)
    assert await kept.listed(1) == [mars]
    assert await kept.get(zh.id) == zh


async def test_one_that_is_dropped_is_gone_and_begins_anew(storage: Storage) -> None:
    kept = storage.misses
    await kept.note("火星", by_agent=True, now_ms=1_000)
    (miss,) = await kept.listed()
    assert await kept.drop(miss.id)
    assert not await kept.drop(miss.id)
    assert await kept.get(miss.id) is None
    await kept.note("火星", by_agent=True, now_ms=9_000)
    assert [(one.by_agents, one.first_ms) for one in await kept.listed()] == [(1, 9_000)]


async def test_beyond_what_is_kept_those_not_asked_for_longest_go(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MISSES_KEPT", 3)
    assert knowledge.MISSES_KEPT > 3
    for number in range(5):
        await storage.misses.note(f"q{number}", by_agent=False, now_ms=number)
        await storage.misses.note("q0", by_agent=False, now_ms=number)
    assert [one.text for one in await storage.misses.listed()] == ["q0", "q4", "q3"]
