"""The desk benchmark measures changes: rounds begin from rest, and one that does not is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callcenter.app.settings import Settings
from callcenter.app.wiring import Product, running
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.telephony.simulated.clock import VirtualClock
from scripts.benchmarks.desk import outcome_of
from scripts.benchmarks.desk_ours import change, prepare, rest
from scripts.benchmarks.desk_plan import RESTING, STATES, agent_id

DESKS = 3


async def test_a_round_right_after_another_begins_with_every_desk_at_rest(tmp_path: Path) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    settings = Settings(data=tmp_path / "data", telephony="simulated", demo=False, flows=flows)
    await prepare(settings, DESKS)
    products: list[Product] = []
    clock = VirtualClock(quiet=lambda: not products or products[0].idle)
    async with running(settings, clock=clock, report=lambda text: None) as product, clock.running():
        products.append(product)

        def states() -> set[str]:
            return {agent.state.value for agent in product.desk.floor_view().agents}

        async def each(event: type[Any]) -> None:
            for index in range(DESKS):
                await product.desk.submit(event(agent=agent_id(index), desk=f"desk-of-{agent_id(index)}"))

        await rest(product.engine, DESKS)
        await each(ev.AgentSignedIn)
        assert states() == {RESTING}
        for index in range(DESKS - 1):
            change(product.engine, index, STATES[0])
        await product.desk.submit(ev.StateRequested(agent=agent_id(DESKS - 1), state=AgentState(STATES[0])))
        assert states() == {STATES[0]}

        await each(ev.DeskLost)
        assert states() == {STATES[0]}, "whose page has just gone keeps their state for a while"
        await rest(product.engine, DESKS)
        await each(ev.AgentSignedIn)
        assert states() == {RESTING}


def test_delays_count_from_when_a_change_was_due() -> None:
    told = {"changes": [(0, 1_000_000, "available"), (1, 2_000_000, "available")], "share": 0.5, "memory_mb": 1.0}
    seen = [[(0, RESTING), (4_000_000, "available")], [(0, RESTING), (2_500_000, "available")]]
    outcome = outcome_of(told, {"seen": seen, "bytes": 100})
    assert outcome.delays_ms == [0.5, 3.0]
    assert (outcome.merged, outcome.lost) == (0, 0)


def test_a_change_to_what_a_desk_showed_already_is_no_late_delivery_but_a_wrong_round() -> None:
    turn = 4_000_000_000
    told = {
        "changes": [(0, turn, "available"), (0, 2 * turn, "on_break"), (0, 3 * turn, "available")],
        "share": 0.5,
        "memory_mb": 1.0,
    }
    seen = [[(0, "available"), (2 * turn + 1, "on_break"), (3 * turn + 1, "available")]]
    with pytest.raises(ValueError, match="desk 0 was set to available while it showed that"):
        outcome_of(told, {"seen": seen, "bytes": 100})
