"""Three hundred desks at work, one of them and the floor in a real browser: all of them end with the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.domain.effects import AgentConnected, ContactEnded
from scripts.benchmarks.fluent_floor import busy_floor
from scripts.benchmarks.fluent_pages import open_agent, open_floor, shows
from tests.web.gallery import chromium

DESKS = 300


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_with_three_hundred_desks_at_work_every_page_shows_the_truth(
    tmp_path: Path, free_ports: list[int]
) -> None:
    troubles: list[str] = []
    async with busy_floor(tmp_path, free_ports[0], DESKS) as floor, chromium() as browser:
        agent_page, floor_page = await open_agent(browser, floor.base), await open_floor(browser, floor.base)
        for page in (agent_page, floor_page):
            page.on("pageerror", lambda error: troubles.append(str(error)))
        await floor.work(60, 4, 8)
        states = floor.states()
        assert len(states) == DESKS
        assert set(states.values()) == {"available", "on_break"}
        await floor.told()
        await shows(agent_page, floor_page, states)
        entries = [entry async for entry in floor.product.storage.journal.read()]
    assert not troubles
    facts = [effect for entry in entries for effect in entry.effects]
    assert any(isinstance(fact, AgentConnected) for fact in facts)
    assert sum(isinstance(fact, ContactEnded) for fact in facts) == 4 * 8
