"""When contacts come: endless or finite rows of moments, in ms from the start."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import log
from random import Random

from callcenter.simulation.durations import BLOCK, UNITS_MS, poisson_gap
from callcenter.simulation.queue_plan import Arrivals, Intervals

HOUR_MS = UNITS_MS["h"]


def moments(arrivals: Arrivals, rng: Random) -> Iterator[int]:
    """The moments of arrival in order."""
    if arrivals.trace is not None:
        return iter(sorted(arrivals.trace))
    if arrivals.intervals is not None:
        return _by_interval(arrivals.intervals, rng)
    return chain.from_iterable(_steady((arrivals.per_hour or 0.0) / HOUR_MS, rng))


def _steady(per_ms: float, rng: Random) -> Iterator[list[int]]:
    at, chance = 0.0, rng.random
    mean = 1.0 / per_ms if per_ms else 0.0
    while mean:
        yield [int(at := at - log(1.0 - chance()) * mean) for _ in range(BLOCK)]


def _by_interval(plan: Intervals, rng: Random) -> Iterator[int]:
    """Poisson within each interval; the draw that crosses an edge is continued at the next interval's rate."""
    if not any(plan.per_hour):
        return
    at, index = 0.0, 0
    left = poisson_gap(rng, 1.0)
    while True:
        rate = plan.per_hour[index % len(plan.per_hour)] / HOUR_MS
        edge = float((index + 1) * plan.every)
        if rate and at + left / rate < edge:
            at += left / rate
            left = poisson_gap(rng, 1.0)
            yield int(at)
        else:
            left -= (edge - at) * rate
            at, index = edge, index + 1
