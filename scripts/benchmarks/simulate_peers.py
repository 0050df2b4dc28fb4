"""The same queue, M/M/agents+M, in simpy and in ciw, written as their documentation shows. Times in seconds."""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import ciw
import simpy


@dataclass(frozen=True, slots=True)
class Case:
    """Arrivals a second, mean handling and patience, agents."""

    arrival: float
    handling: float
    patience: float
    agents: int


class SimpyCentre:
    """A resource with ``agents`` places; a customer waits for it or for the end of their patience."""

    def __init__(self, case: Case, seed: int) -> None:
        self.case = case
        self.rng = random.Random(seed)
        self.env = simpy.Environment()
        self.agents = simpy.Resource(self.env, case.agents)
        self.calls = 0
        self.abandoned = 0

    def run(self, calls: int) -> int:
        """Simulate ``calls`` customers; returns how many were served or lost."""
        self.env.process(self._arrivals(calls))
        self.env.run()
        return self.calls

    def _arrivals(self, calls: int) -> Generator[Any, Any, None]:
        for _ in range(calls):
            yield self.env.timeout(self.rng.expovariate(self.case.arrival))
            self.env.process(self._customer())

    def _customer(self) -> Generator[Any, Any, None]:
        self.calls += 1
        with self.agents.request() as turn:
            outcome = yield turn | self.env.timeout(self.rng.expovariate(1 / self.case.patience))
            if turn in outcome:
                yield self.env.timeout(self.rng.expovariate(1 / self.case.handling))
            else:
                self.abandoned += 1


def ciw_run(case: Case, calls: int, seed: int) -> int:
    """Simulate about ``calls`` customers; returns how many came."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=case.arrival)],
        service_distributions=[ciw.dists.Exponential(rate=1 / case.handling)],
        reneging_time_distributions=[ciw.dists.Exponential(rate=1 / case.patience)],
        number_of_servers=[case.agents],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(calls / case.arrival)
    return len(simulation.get_all_records())
