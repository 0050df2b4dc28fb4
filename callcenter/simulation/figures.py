"""Counting one run, and summing up several with confidence intervals. Memory does not grow with the calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import fsum, gamma, pi, sqrt
from typing import Any

from callcenter.domain.figures import QueueSums
from callcenter.reports import metrics
from callcenter.simulation.durations import root
from callcenter.simulation.queue_plan import ServiceLevel

Figures = dict[str, float]
"""The figures of one run, by name."""


class Tally:
    """Counts of one queue in one run; times in ms."""

    __slots__ = (
        "abandoned",
        "answered",
        "answered_wait_ms",
        "callback_attempts",
        "callback_wait_ms",
        "callbacks",
        "callbacks_failed",
        "called_back",
        "left_out",
        "longest_wait_ms",
        "missed_offers",
        "offered",
        "overflowed",
        "unserved",
        "waited",
        "within",
    )

    def __init__(self) -> None:
        self.offered = 0
        self.answered = 0
        self.abandoned = 0
        self.left_out = 0
        self.waited = 0
        self.within = 0
        self.answered_wait_ms = 0
        self.longest_wait_ms = 0
        self.missed_offers = 0
        self.overflowed = 0
        """Went on to another queue or elsewhere."""
        self.unserved = 0
        """Still waited when nothing more could happen."""
        self.callbacks = 0
        """Booked by customers who waited."""
        self.called_back = 0
        """Reached the customer: a visit of its own, offered and answered then."""
        self.callbacks_failed = 0
        """Were given up."""
        self.callback_attempts = 0
        self.callback_wait_ms = 0
        """From booking to picking up, over those reached."""

    @classmethod
    def of_all(cls, tallies: Iterable[Tally]) -> Tally:
        """The counts of several queues as one; a visit is one stay in one queue."""
        whole, every = cls(), list(tallies)
        for name in cls.__slots__:
            setattr(whole, name, sum(getattr(tally, name) for tally in every))
        whole.longest_wait_ms = max((tally.longest_wait_ms for tally in every), default=0)
        return whole

    def figures(self) -> Figures:
        """The figures of this run, by the same definitions as reports. Shares are 0 when nobody came."""
        sums = QueueSums(
            offered=self.offered,
            answered=self.answered,
            within_level=self.within,
            abandoned=self.abandoned,
            left_out=self.left_out,
            handed_on=self.overflowed,
            answered_wait_ms=self.answered_wait_ms,
            called_back=self.called_back,
        )
        waited_for = metrics.waited_for(sums)
        return {
            "offered": self.offered,
            "answered": self.answered,
            "within_level": self.within,
            "abandoned": self.abandoned,
            "overflowed": self.overflowed,
            "unserved": self.unserved,
            "p_wait": self.waited / waited_for if waited_for else 0.0,
            "p_abandon": metrics.abandonment(sums) or 0.0,
            "asa_s": (metrics.asa_ms(sums) or 0.0) / 1_000,
            "service_level": metrics.service_level(sums) or 0.0,
            "longest_wait_s": self.longest_wait_ms / 1_000,
            "missed_offers": self.missed_offers,
            "callbacks": self.callbacks,
            "called_back": self.called_back,
            "callbacks_failed": self.callbacks_failed,
            "callback_attempts": self.callback_attempts,
            "callback_wait_s": self.callback_wait_ms / self.called_back / 1_000 if self.called_back else 0.0,
        }


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean over the runs and the half-width of its interval (0 with a single run)."""

    mean: float
    half_width: float

    def range_of(self, runs: int) -> float:
        """The half-width within which a single further run falls with the same confidence."""
        return self.half_width * sqrt(runs + 1)

    def covers(self, value: float) -> bool:
        """Whether ``value`` lies in the interval."""
        return abs(value - self.mean) <= self.half_width


def estimate(values: Sequence[float], confidence: float = 0.95) -> Estimate:
    """The t-interval of the mean of independent runs.

    ``fsum`` rounds once: what ``sum`` makes of floats depends on the version of Python.
    """
    count = len(values)
    mean = fsum(values) / count
    if count < 2:
        return Estimate(mean, 0.0)
    spread = root(fsum((value - mean) ** 2 for value in values) / (count - 1))
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
    """What queues are measured by that say nothing else."""
    queues: dict[str, Summary]
    total: Summary
    calls: int
    """All simulated contacts, those of warm-up and cool-down included."""
    own_levels: dict[str, ServiceLevel] = field(default_factory=dict)
    """Queues that are measured by a rule of their own."""

    def to_json(self) -> dict[str, Any]:
        """JSON values; the same scenario and seed give the same."""
        return {
            "scenario": self.scenario,
            "seed": self.seed,
            "replications": self.replications,
            "confidence": self.confidence,
            "service_level": {
                **_level_json(self.service_level),
                "queues": {name: _level_json(level) for name, level in self.own_levels.items()},
            },
            "calls": self.calls,
            "queues": {name: summary_json(summary) for name, summary in self.queues.items()},
            "total": summary_json(self.total),
        }


def _level_json(level: ServiceLevel) -> dict[str, Any]:
    return {"within_s": level.within / 1_000, "abandons": level.abandons.value, "short_s": level.short / 1_000}


def summary_json(summary: Summary) -> dict[str, Any]:
    """JSON values of a summary."""
    return {name: {"mean": value.mean, "half_width": value.half_width} for name, value in summary.items()}
