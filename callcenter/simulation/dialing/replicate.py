"""Several independent runs of a scenario of outbound dialling under each law, and their figures with intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from callcenter.simulation.dialing.counts import Counts
from callcenter.simulation.dialing.plan import DialScenario, Law
from callcenter.simulation.dialing.world import World
from callcenter.simulation.figures import Estimate, Summary, estimate, summary_json

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Period:
    """One counting period of a campaign over all runs; ``worst`` is the highest share of any run."""

    answers: Estimate
    abandoned_share: Estimate
    worst: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out under one law."""

    law: Law
    total: Summary
    periods: dict[str, tuple[Period, ...]]
    dials: dict[str, Estimate]
    worst_period: float
    """The highest abandoned share of any campaign, period and run."""

    def to_json(self) -> dict[str, Any]:
        """JSON values; docs/dialer.md names each field."""
        return {
            "law": self.law.title,
            "total": summary_json(self.total),
            "worst_period": self.worst_period,
            "campaigns": {
                name: {
                    "dials": _figure(self.dials[name]),
                    "periods": [
                        {
                            "answers": _figure(period.answers),
                            "abandoned_share": _figure(period.abandoned_share),
                            "worst": period.worst,
                        }
                        for period in periods
                    ],
                }
                for name, periods in self.periods.items()
            },
        }


@dataclass(frozen=True, slots=True)
class DialResult:
    """A scenario under its law and its peers."""

    scenario: DialScenario
    seed: int
    replications: int
    outcomes: tuple[Outcome, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON values; the same scenario and seed give the same."""
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "replications": self.replications,
            "confidence": CONFIDENCE,
            "caps": {name: plan.cap for name, plan in self.scenario.campaigns.items()},
            "laws": [outcome.to_json() for outcome in self.outcomes],
        }


def run(scenario: DialScenario, seed: int = 1, replications: int | None = None) -> DialResult:
    """Run it under its own law and each peer. All laws meet the same people in the same order of dialling."""
    runs = replications or scenario.replications
    laws = (scenario.law, *(law for law in scenario.peers if law != scenario.law))
    return DialResult(scenario, seed, runs, tuple(_under(scenario, law, seed, runs) for law in laws))


def _under(scenario: DialScenario, law: Law, seed: int, runs: int) -> Outcome:
    counts = [World(scenario, law, f"{seed}/{number}").go() for number in range(runs)]
    figures = [one.figures() for one in counts]
    return Outcome(
        law,
        {name: estimate([one[name] for one in figures]) for name in figures[0] if name != "worst_period"},
        {name: _periods(name, counts) for name in scenario.campaigns},
        {name: estimate([one.campaigns[name].dials for one in counts]) for name in scenario.campaigns},
        max(one["worst_period"] for one in figures),
    )


def _periods(name: str, counts: list[Counts]) -> tuple[Period, ...]:
    def over(place: int, value: Callable[[Counts], list[float]]) -> list[float]:
        return [value(one)[place] for one in counts]

    return tuple(
        Period(
            estimate([one.campaigns[name].answers[place] for one in counts]),
            estimate(over(place, lambda one: one.campaigns[name].shares())),
            max(over(place, lambda one: one.campaigns[name].shares())),
        )
        for place in range(len(counts[0].campaigns[name].answers))
    )


def _figure(value: Estimate) -> dict[str, float]:
    return {"mean": value.mean, "half_width": value.half_width}
