"""Counting one run, and summing up several with confidence intervals. Memory does not grow with the calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gamma, pi, sqrt
from typing import Any

from callcenter.simulation.durations import root
from callcenter.simulation.scenario import ServiceLevel


class Tally:
    """Counts of one queue in one run; times in ms."""

    __slots__ = (
        "abandoned",
        "abandoned_short",
        "answered",
        "answered_wait_ms",
        "longest_wait_ms",
        "missed_offers",
        "offered",
        "waited",
        "within",
    )

    def __init__(self) -> None:
        self.offered = 0
        self.answered = 0
        self.abandoned = 0
        self.abandoned_short = 0
        self.waited = 0
        self.within = 0
        self.answered_wait_ms = 0
        self.longest_wait_ms = 0
        self.missed_offers = 0

    def add(self, other: Tally) -> None:
        """Take the counts of another queue in."""
        for name in self.__slots__:
            if name == "longest_wait_ms":
                self.longest_wait_ms = max(self.longest_wait_ms, other.longest_wait_ms)
            else:
                setattr(self, name, getattr(self, name) + getattr(other, name))

    def figures(self, level: ServiceLevel) -> dict[str, float]:
        """The figures of this run. Shares are 0 when nobody came."""
        counted = self.offered
        if level.abandons == "excluded":
            counted -= self.abandoned
        elif level.abandons == "short_excluded":
            counted -= self.abandoned_short
        return {
            "offered": self.offered,
            "answered": self.answered,
            "abandoned": self.abandoned,
            "p_wait": _share(self.waited, self.offered),
            "p_abandon": _share(self.abandoned, self.offered),
            "asa_s": _share(self.answered_wait_ms, self.answered) / 1_000,
            "service_level": _share(self.within, counted),
            "longest_wait_s": self.longest_wait_ms / 1_000,
            "missed_offers": self.missed_offers,
        }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean over the runs and the half-width of its interval (0 with a single run)."""

    mean: float
    half_width: float

    def covers(self, value: float) -> bool:
        """Whether ``value`` lies in the interval."""
        return abs(value - self.mean) <= self.half_width


def estimate(values: Sequence[float], confidence: float = 0.95) -> Estimate:
    """The t-interval of the mean of independent runs."""
    count = len(values)
    mean = sum(values) / count
    if count < 2:
        return Estimate(mean, 0.0)
    spread = root(sum((value - mean) ** 2 for value in values) / (count - 1))
    return Estimate(mean, t_quantile((1 + confidence) / 2, count - 1) * spread / sqrt(count))


def t_quantile(chance: float, freedom: int) -> float:
    """Student's t: the value not exceeded with ``chance`` ≥ 0.5; by bisection of its integrated density."""
    low, high = 0.0, 1.0
    while _t_below(high, freedom) < chance:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_below(middle, freedom) < chance else (low, middle)
    return (low + high) / 2


def _t_below(value: float, freedom: int) -> float:
    """P(T ≤ value), Simpson's rule with 400 steps."""
    if freedom > 300:  # the gamma function overflows; the law is normal to four digits
        freedom = 300
    factor = gamma((freedom + 1) / 2) / gamma(freedom / 2) / sqrt(freedom * pi)
    steps = 400
    width = value / steps
    total = 0.0
    for step in range(steps + 1):
        weight = 1 if step in (0, steps) else 4 if step % 2 else 2
        total += weight * (1 + (step * width) ** 2 / freedom) ** (-(freedom + 1) / 2)
    return 0.5 + factor * total * width / 3


Summary = dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a scenario: figures by queue and in total, each with its interval."""

    scenario: str
    seed: int
    replications: int
    confidence: float
    service_level: ServiceLevel
    queues: dict[str, Summary]
    total: Summary
    calls: int
    """All simulated contacts, those of the warm-up included."""

    def to_json(self) -> dict[str, Any]:
        """JSON values; the same scenario and seed give the same."""
        level = self.service_level
        return {
            "scenario": self.scenario,
            "seed": self.seed,
            "replications": self.replications,
            "confidence": self.confidence,
            "service_level": {
                "within_s": level.within / 1_000,
                "abandons": level.abandons,
                "short_s": level.short / 1_000,
            },
            "calls": self.calls,
            "queues": {name: _json(summary) for name, summary in self.queues.items()},
            "total": _json(self.total),
        }


def _json(summary: Summary) -> dict[str, Any]:
    return {name: {"mean": value.mean, "half_width": value.half_width} for name, value in summary.items()}
