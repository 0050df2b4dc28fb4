"""A scenario run several times with independent draws, summed up with confidence intervals."""

from __future__ import annotations

from callcenter.simulation.figures import Result, Summary, Tally, estimate
from callcenter.simulation.run import Run
from callcenter.simulation.scenario import Scenario


def run(scenario: Scenario, seed: int, replications: int | None = None, confidence: float = 0.95) -> Result:
    """Simulate ``scenario``; the same seed gives the same result on every machine.

    ``replications`` overrides the scenario's own number.
    """
    count = replications or scenario.replications
    queues: dict[str, list[dict[str, float]]] = {name: [] for name in scenario.queues}
    totals: list[dict[str, float]] = []
    calls = 0
    for number in range(count):
        one = Run(scenario, f"{seed}/{number}")
        one.go()
        calls += one.calls
        total = Tally()
        for name, queue in one.queues.items():
            queues[name].append(queue.tally.figures(scenario.service_level))
            total.add(queue.tally)
        figures = total.figures(scenario.service_level)
        figures["occupancy"] = one.busy_ms / one.staffed_ms if one.staffed_ms else 0.0
        totals.append(figures)
    return Result(
        scenario=scenario.name,
        seed=seed,
        replications=count,
        confidence=confidence,
        service_level=scenario.service_level,
        queues={name: _summary(runs, confidence) for name, runs in queues.items()},
        total=_summary(totals, confidence),
        calls=calls,
    )


def _summary(runs: list[dict[str, float]], confidence: float) -> Summary:
    return {name: estimate([figures[name] for figures in runs], confidence) for name in runs[0]}
