"""How long talks and wrap-ups last, learned as hazards: the chance to end in the next second, by age."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_EDGES = (
    0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 48, 64, 85, 113, 150, 200, 266, 355, 473, 630, 840, 1_120, 1_500,
)  # fmt: skip
"""Where age bins begin, in s: each about a third wider than the one before; the last has no end."""
AGES = 1_200
"""Ages in s that are told apart; who is older counts as just so old."""
BEYOND = 240
"""How far past :data:`AGES` survival is known, in s."""
_EVENTS = 0.02
"""Ends assumed in each bin before any was seen: so few that nobody is expected to get free before it was learned."""

_LOW = np.array(_EDGES, dtype=np.float64)
_HIGH = np.append(_LOW[1:], 1e9)
_BIN_OF_SECOND = np.searchsorted(_LOW, np.arange(AGES + BEYOND), side="right") - 1


class Spans:
    """Times of one kind. ``prior_s`` is the time assumed without an end in each age bin, before any was seen.

    The hazard of a bin is (ends + 0.02) / (time spent in it + prior), the occurrence/exposure rate of life tables;
    time of those who are still at it counts as spent, else the first hour would show short ones only.
    """

    def __init__(self, prior_s: float) -> None:
        self._prior_s = prior_s
        self._events = np.zeros(len(_EDGES))
        self._exposure = np.zeros(len(_EDGES))
        self.seen = 0
        """How many have ended."""

    def ended(self, length_s: float) -> None:
        """One has ended after so long."""
        last = bisect_right(_EDGES, length_s) - 1
        self._events[last] += 1.0
        self._exposure[:last] += _HIGH[:last] - _LOW[:last]
        self._exposure[last] += length_s - _EDGES[last]
        self.seen += 1

    def survival(self, ages_s: Floats) -> Floats:
        """P(longer than n s) for n = 0 … AGES + BEYOND; ``ages_s`` are those of the ones still at it."""
        exposure = self._exposure
        if len(ages_s):
            spent = np.clip(ages_s[:, None], _LOW, _HIGH) - _LOW
            exposure = exposure + spent.sum(axis=0)
        hazard = (self._events + _EVENTS) / (exposure + self._prior_s)
        passed: Floats = np.exp(-np.concatenate(([0.0], np.cumsum(hazard[_BIN_OF_SECOND]))))
        return np.maximum(passed, 1e-300)


def ends_within(survival: Floats, seconds: int) -> Floats:
    """P(ends within so many s | age) by age in whole seconds."""
    return 1.0 - survival[seconds : seconds + AGES] / survival[:AGES]


def both_end_within(first: Floats, second: Floats, seconds: int) -> Floats:
    """P(this and what follows it both end within so many s | age of the first), by its age in whole seconds.

    The convolution of the first's density with the second's distribution, taken in the middle of each second.
    """
    done = 1.0 - second[: seconds + 1]
    middle = 0.5 * (done[:-1] + done[1:])
    density = first[:-1] - first[1:]
    reached: Floats = np.correlate(density[: AGES + seconds - 1], middle[::-1], "valid")
    return np.clip(reached / first[:AGES], 0.0, 1.0)
