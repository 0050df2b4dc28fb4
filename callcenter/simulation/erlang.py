"""Closed formulas for one queue of like agents: Erlang-C (all wait) and Erlang-A (customers lose patience).

Arrivals are Poisson, handling and patience exponential. Used for staffing and to prove the simulator right.
Source: Garnett, Mandelbaum, Reiman, "Designing a Call Center with Impatient Customers" (2002); the service level is
the distribution of the wait of the offered customer, found from the birth–death chain as a sum over the number found.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log


@dataclass(frozen=True, slots=True)
class Steady:
    """Long-run figures. Shares are of all offered; times in the unit of the rates' inverse."""

    wait: float
    """P(no agent free on arrival)."""
    abandon: float
    asa: float
    """Mean wait of those answered."""
    within: float
    """Answered within the target, of all offered."""
    occupancy: float


def erlang_c(arrival: float, handling: float, agents: int, target: float) -> Steady:
    """Everybody waits to the end. ValueError when the agents cannot carry the load."""
    load = arrival * handling
    if load >= agents:
        raise ValueError(f"{agents} agents cannot carry {load:g} erlangs without abandonment")
    blocking = 1.0
    for number in range(1, agents + 1):
        blocking = load * blocking / (number + load * blocking)
    wait = blocking / (1 - load / agents * (1 - blocking))
    spare = agents / handling - arrival
    return Steady(wait, 0.0, wait / spare, 1 - wait * exp(-spare * target), load / agents)


def erlang_a(arrival: float, handling: float, patience: float, agents: int, target: float) -> Steady:
    """Customers leave after an exponential ``patience`` (mean, same unit as ``handling``)."""
    serve, leave = 1 / handling, 1 / patience
    chances = _chances(arrival, serve, leave, agents)
    queued = chances[agents:]
    wait = sum(queued)
    waiting = sum(number * chance for number, chance in enumerate(queued))
    abandon = waiting * leave / arrival
    answered_wait, within = 0.0, 1 - wait
    for before, chance in enumerate(queued):
        share, mean, early = _answered(agents * serve, leave, before, target)
        answered_wait += chance * share * mean
        within += chance * early
    asa = answered_wait / (1 - abandon)
    occupancy = sum(min(number, agents) * chance for number, chance in enumerate(chances)) / agents
    return Steady(wait, abandon, asa, within, occupancy)


def _chances(arrival: float, serve: float, leave: float, agents: int) -> list[float]:
    """The stationary chance of each number of customers present, as far as it matters."""
    logs, number, top = [0.0], 0, 0.0
    while logs[-1] > top - 40 or number < agents:
        number += 1
        out = min(number, agents) * serve + max(0, number - agents) * leave
        logs.append(logs[-1] + log(arrival / out))
        top = max(top, logs[-1])
    total = sum(exp(value - top) for value in logs)
    return [exp(value - top) / total for value in logs]


def _answered(service: float, leave: float, before: int, target: float) -> tuple[float, float, float]:
    """For one who finds ``before`` waiting: share answered, their mean wait, and share answered within ``target``.

    The wait without own impatience is a sum of exponentials with rates service + k·leave, k = 0…before; being
    answered at time t has density ∝ (1 − e^(−leave·t))^before · e^(−(service + leave)·t), a beta law in
    e^(−leave·t), whose distribution is an incomplete beta function.
    """
    ratio = service / leave
    share = ratio / (ratio + before + 1)
    mean = sum(1 / (service + step * leave) for step in range(1, before + 2))
    early = share * (1 - _beta(exp(-leave * target), ratio + 1, before + 1.0))
    return share, mean, early


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz)."""
    if x <= 0.0 or x >= 1.0:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or tiny)
    fraction = d
    for m in range(1, 1_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            fraction *= c * d
        if abs(c * d - 1) < 1e-13:
            break
    return front * fraction
