"""The simulator against closed formulas: twelve queues of one skill, small and large, light and overloaded.

Each case's figures are held to 99 % jointly (Bonferroni), and the intervals must be narrow enough to tell a fault.
"""

from __future__ import annotations

import pytest

from callcenter.simulation.erlang import erlang_a, erlang_c
from callcenter.simulation.replicate import run
from callcenter.simulation.scenario_file import parse

CASES = [
    (990, 180, 120, 50),
    (120, 300, 60, 9),
    (60, 240, 90, 5),
    (400, 90, 30, 10),
    (30, 200, 300, 2),
    (300, 240, 45, 16),
    (600, 120, 600, 20),
    (200, 180, 15, 12),
    (800, 180, None, 45),
    (90, 120, None, 5),
    (40, 150, None, 3),
    (480, 90, None, 15),
]


@pytest.mark.heavy
@pytest.mark.parametrize(("per_hour", "handling", "patience", "agents"), CASES)
def test_simulation_agrees_with_erlang(per_hour: float, handling: float, patience: float | None, agents: int) -> None:
    arrival = per_hour / 3600
    leave = "none" if patience is None else f"{{exponential: {patience}s}}"
    law = f"arrivals: {{per_hour: {per_hour}}}, handling: {{exponential: {handling}s}}, patience: {leave}"
    scenario = parse(f"horizon: 60h\nwarm_up: 4h\nqueues: {{all: {{{law}}}}}\nagents: [{{count: {agents}}}]")
    if patience is None:
        exact = erlang_c(arrival, handling, agents, 20)
    else:
        exact = erlang_a(arrival, handling, patience, agents, 20)
    wanted = {
        "p_wait": exact.wait,
        "asa_s": exact.asa,
        "service_level": exact.within,
        "occupancy": exact.occupancy,
        **({"p_abandon": exact.abandon} if patience is not None else {}),
    }
    found = run(scenario, seed=11, replications=16, confidence=1 - 0.01 / len(wanted)).total
    for figure, value in wanted.items():
        assert found[figure].covers(value), figure
        assert found[figure].half_width < (0.25 * value if figure in ("asa_s", "p_abandon") else 0.06)
