"""How well a simulation of a past day comes to what really happened on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callcenter.simulation.figures import Figures, Result, Summary

HELD = ("offered", "answered", "abandoned", "p_abandon", "asa_s", "service_level", "occupancy")
"""The figures held against each other."""
SLACK = {"offered": 0.5, "answered": 0.5, "abandoned": 0.5, "p_abandon": 0.005, "asa_s": 0.5}
"""A difference that nobody would call one, in the figure's unit; for shares half a per cent."""


@dataclass(frozen=True, slots=True)
class Held:
    """One figure: what happened, what the simulation says, and the half-width in which a single day falls (95 %)."""

    actual: float
    simulated: float
    range: float

    @property
    def holds(self) -> bool:
        """Whether what happened lies where the simulation expects a day to lie."""
        return abs(self.actual - self.simulated) <= self.range

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {"actual": self.actual, "simulated": self.simulated, "range": self.range, "holds": self.holds}


@dataclass(frozen=True, slots=True)
class Fidelity:
    """By queue and in total, by figure."""

    queues: dict[str, dict[str, Held]]
    total: dict[str, Held]

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "queues": {name: {f: held.to_json() for f, held in row.items()} for name, row in self.queues.items()},
            "total": {f: held.to_json() for f, held in self.total.items()},
        }


def fidelity(simulated: Result, queues: dict[str, Figures], total: Figures) -> Fidelity:
    """Hold the simulation of the day as it was against what happened."""
    runs = simulated.replications
    return Fidelity(
        {name: _held(simulated.queues[name], figures, runs) for name, figures in queues.items()},
        _held(simulated.total, total, runs),
    )


def _held(simulated: Summary, actual: Figures, runs: int) -> dict[str, Held]:
    return {
        name: Held(actual[name], simulated[name].mean, simulated[name].range_of(runs) + SLACK.get(name, 0.005))
        for name in HELD
        if name in simulated and name in actual
    }
