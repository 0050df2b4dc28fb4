"""The simulator, and so the router, against Ciw where agents have several skills and queues have priorities.

Both are run several times; each figure of each queue is held to be the same by Welch's test, 1 % jointly (Bonferroni),
and the runs must be long enough to tell a fault.
"""

from __future__ import annotations

from math import sqrt
from statistics import fmean, variance

import pytest
from scipy import stats

from callcenter.simulation.replicate import repeat
from callcenter.simulation.scenario_file import parse
from tests.simulation.ciw_skills import Centre, Line, figures_of

RUNS = 16
HOURS, WARM_UP = 40, 3
STRICT_S = 100_000
"""A step of priority that counts as so many seconds of waiting is never made up for."""

CENTRES = {
    "two priorities, one group": Centre(
        {"elder": Line(60, 240, 300, urgency=0), "general": Line(180, 180, 120, urgency=1)},
        ((13, ("elder", "general")),),
    ),
    "specialists and generalists": Centre(
        {"card": Line(200, 180, 90), "loan": Line(60, 300, 200)},
        ((8, ("card",)), (6, ("card", "loan"))),
    ),
    "generalists between two groups": Centre(
        {"card": Line(140, 180, None), "loan": Line(75, 240, None)},
        ((6, ("card",)), (5, ("loan",)), (5, ("card", "loan"))),
    ),
    "an urgent queue shared by all": Centre(
        {
            "lost_card": Line(40, 150, 600, urgency=0),
            "card": Line(150, 200, 120, urgency=1),
            "loan": Line(70, 300, 150, urgency=1),
        },
        ((8, ("lost_card", "card")), (6, ("lost_card", "loan")), (2, ("lost_card", "card", "loan"))),
    ),
    "three in a chain": Centre(
        {"a": Line(100, 200, 100), "b": Line(100, 200, 100), "c": Line(100, 200, 100)},
        ((5, ("a", "b")), (5, ("b", "c")), (5, ("c", "a"))),
    ),
}


def scenario_of(centre: Centre) -> str:
    """The same centre in our own form: a skill for each queue."""
    most = max(line.urgency for line in centre.lines.values())
    queues = "".join(
        f"  {name}:\n"
        f"    skills: {{{name}: 1}}\n"
        f"    arrivals: {{per_hour: {line.per_hour}}}\n"
        f"    handling: {{exponential: {line.handling}s}}\n"
        f"    patience: {'none' if line.patience is None else f'{{exponential: {line.patience}s}}'}\n"
        f"    priority: {most - line.urgency}\n"
        f"    ageing: {STRICT_S}s\n"
        for name, line in centre.lines.items()
    )
    agents = "".join(
        f"  - {{name: g{number}, count: {count}, skills: {{{', '.join(f'{name}: 5' for name in serves)}}}}}\n"
        for number, (count, serves) in enumerate(centre.groups)
    )
    return f"horizon: {HOURS + WARM_UP}h\nwarm_up: {WARM_UP}h\nqueues:\n{queues}agents:\n{agents}"


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", list(CENTRES))
def test_simulation_agrees_with_ciw(name: str) -> None:
    centre = CENTRES[name]
    ours = repeat(parse(scenario_of(centre)), seed=5, count=RUNS).queues
    theirs = [figures_of(centre, HOURS, WARM_UP, seed) for seed in range(RUNS)]
    figures = {
        (queue, figure)
        for queue, line in centre.lines.items()
        for figure in ("p_wait", "asa_s", "p_abandon")
        if figure != "p_abandon" or line.patience is not None
    }
    for queue, figure in sorted(figures):
        mine = [run[figure] for run in ours[queue]]
        peers = [run[queue][figure] for run in theirs]
        told = f"{queue} {figure}: {fmean(mine):.4f} and {fmean(peers):.4f}"
        assert stats.ttest_ind(mine, peers, equal_var=False).pvalue > 0.01 / len(figures), told
        spread = sqrt((variance(mine) + variance(peers)) / RUNS)
        assert 2.6 * spread < 0.25 * fmean(peers) + 0.002, f"{told}: too uncertain to tell"
