"""A queueing network of Ciw in which each agent serves some of the queues: the peer of our simulator for many skills.

Ciw has servers that are all alike. Here a node looks for a server who may serve the customer, longest idle first, and
a server who becomes free takes the longest-waiting customer of the most urgent queue they may serve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ciw


@dataclass(frozen=True)
class Line:
    """One queue: exponential laws in seconds; ``urgency`` 0 is served first, strictly."""

    per_hour: float
    handling: float
    patience: float | None
    urgency: int = 0


@dataclass(frozen=True)
class Centre:
    """Queues by name, and groups of agents: how many, and which queues they serve."""

    lines: dict[str, Line]
    groups: tuple[tuple[int, tuple[str, ...]], ...]


def _node_of(centre: Centre) -> type[ciw.Node]:
    serves = [queues for count, queues in centre.groups for _ in range(count)]

    class Skilled(ciw.Node):  # type: ignore[misc]
        def may(self, server: Any, individual: Any) -> bool:
            return individual.customer_class in serves[server.id_number - 1]

        def find_free_server(self, ind: Any) -> Any:
            free = [server for server in self.servers if not server.busy and self.may(server, ind)]
            return min(free, key=lambda server: (getattr(server, "idle_since", 0.0), server.id_number), default=None)

        def begin_service_if_possible_accept(self, next_individual: Any) -> None:
            next_individual.arrival_date = self.now
            if self.reneging:
                next_individual.reneging_date = self.get_reneging_date(next_individual)
            server = self.find_free_server(next_individual)
            if server is not None:
                self.begin(next_individual, server)

        def begin_service_if_possible_release(self, next_individual: Any, newly_free_server: Any) -> None:
            if newly_free_server is None:
                return
            newly_free_server.idle_since = self.now
            for urgent in self.individuals:
                waiting = [one for one in urgent if not one.server and self.may(newly_free_server, one)]
                if waiting:
                    self.begin(min(waiting, key=lambda one: one.arrival_date), newly_free_server)
                    return

        def begin(self, individual: Any, server: Any) -> None:
            self.attach_server(server, individual)
            individual.service_start_date = self.now
            individual.service_time = self.get_service_time(individual)
            individual.service_end_date = self.now + individual.service_time
            server.next_end_service_date = individual.service_end_date
            self.number_in_service += 1
            self.reset_class_change(individual)

    return Skilled


def figures_of(centre: Centre, hours: float, warm_up: float, seed: int) -> dict[str, dict[str, float]]:
    """One run of ``hours`` after ``warm_up`` hours. By queue: ``p_wait``, ``asa_s`` of the answered, ``p_abandon``."""
    ciw.seed(seed)
    patient = any(line.patience is not None for line in centre.lines.values())
    exponential = ciw.dists.Exponential
    reneging = {
        name: [exponential(rate=1 / line.patience) if line.patience is not None else None]
        for name, line in centre.lines.items()
    }
    network = ciw.create_network(
        arrival_distributions={name: [exponential(rate=line.per_hour / 3600)] for name, line in centre.lines.items()},
        service_distributions={name: [exponential(rate=1 / line.handling)] for name, line in centre.lines.items()},
        priority_classes={name: line.urgency for name, line in centre.lines.items()},
        number_of_servers=[sum(count for count, _ in centre.groups)],
        **({"reneging_time_distributions": reneging} if patient else {}),
    )
    simulation = ciw.Simulation(network, node_class=_node_of(centre))
    end = (hours + warm_up) * 3600
    simulation.simulate_until_max_time(end + 3600)
    found: dict[str, dict[str, float]] = {}
    for name in centre.lines:
        mine = [
            record
            for record in simulation.get_all_records()
            if record.customer_class == name and warm_up * 3600 <= record.arrival_date < end
        ]
        answered = [record.waiting_time for record in mine if record.record_type == "service"]
        waited = sum(wait > 1e-9 for wait in answered) + len(mine) - len(answered)
        found[name] = {
            "p_wait": waited / len(mine),
            "asa_s": sum(answered) / len(answered),
            "p_abandon": 1 - len(answered) / len(mine),
        }
    return found
