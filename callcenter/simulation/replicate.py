"""A scenario run several times with independent draws, summed up with confidence intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from callcenter.simulation.figures import Figures, Result, Summary, Tally, estimate
from callcenter.simulation.run import Run
from callcenter.simulation.scenario import Scenario

Told = Callable[[], None]
"""Called after each run."""


@dataclass(slots=True)
class Runs:
    """The figures of each run, by queue and in total; the n-th run of two scenarios met the same customers."""

    queues: dict[str, list[Figures]]
    totals: list[Figures] = field(default_factory=list)
    calls: int = 0


def _nobody() -> None:
    """Nobody wants to know."""


def repeat(scenario: Scenario, seed: int, count: int, told: Told = _nobody) -> Runs:
    """Simulate ``scenario`` ``count`` times; the same seed gives the same on every machine."""
    runs = Runs({name: [] for name in scenario.queues})
    for number in range(count):
        one = Run(scenario, f"{seed}/{number}")
        one.go()
        runs.calls += one.calls
        for name, queue in one.queues.items():
            runs.queues[name].append(queue.tally.figures())
        figures = Tally.of_all(queue.tally for queue in one.queues.values()).figures()
        figures["occupancy"] = one.busy_ms / one.staffed_ms if one.staffed_ms else 0.0
        runs.totals.append(figures)
        told()
    return runs


def run(
    scenario: Scenario, seed: int, replications: int | None = None, confidence: float = 0.95, told: Told = _nobody
) -> Result:
    """Simulate and sum up. ``replications`` overrides the scenario's own number."""
    count = replications or scenario.replications
    return sum_up(scenario, seed, repeat(scenario, seed, count, told), confidence)


def sum_up(scenario: Scenario, seed: int, runs: Runs, confidence: float) -> Result:
    """Means and intervals over the runs."""
    return Result(
        scenario=scenario.name,
        seed=seed,
        replications=len(runs.totals),
        confidence=confidence,
        service_level=scenario.service_level,
        queues={name: summary(figures, confidence) for name, figures in runs.queues.items()},
        total=summary(runs.totals, confidence),
        calls=runs.calls,
        own_levels={name: plan.service_level for name, plan in scenario.queues.items() if plan.service_level},
    )


def summary(runs: list[Figures], confidence: float) -> Summary:
    """Each figure's mean and interval."""
    return {name: estimate([figures[name] for figures in runs], confidence) for name in runs[0]}
