"""How right expected waits were: what was expected, or told, against what then came.

Only waits that an agent answered count fully. Of one that ended otherwise (the customer hung up, was handed on) nothing
is known but that it would have lasted longer. Had it lasted too long for the expectation already, that did not come
true; else it says nothing and is left out. It never counts in an error, for there is none to measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf, sqrt
from statistics import median, quantiles

from msgspec import Struct

from callcenter.domain.figures import WaitPrediction
from callcenter.domain.waits import MINUTE_MS, came_true, tolerance_ms

BORDERS_MS = (0, *(n * MINUTE_MS for n in (1, 2, 3, 5, 8, 12, 20, 30)))
"""Where one band of expected waits ends and the next begins; each holds its upper border."""
_Z = 1.959964
"""Of the normal distribution: 95 % lie within so many standard deviations."""


class Judgement(Struct, frozen=True):
    """What became of some expectations. Times in ms; None where nothing was answered."""

    answered: int
    near: int
    """Answered waits that came near enough to the expected one."""
    abandoned: int
    left: int
    overdue: int
    """Of those not answered: had waited too long for the expectation already."""
    error_ms: float | None
    """The median of what came minus what was expected: above nought, people waited longer."""
    miss_ms: float | None
    """The median distance between the two."""

    @property
    def judged(self) -> int:
        """How many expectations are known to have come true or not."""
        return self.answered + self.overdue

    @property
    def share(self) -> float | None:
        """Came true ÷ judged, from 0 to 1."""
        return self.near / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where that share lies with 95 % certainty, by Wilson's score: the fewer were judged, the wider."""
        return wilson(self.near, self.judged) if self.judged else None


class Band(Struct, frozen=True):
    """Answered waits that were expected to last between ``from_ms`` and ``to_ms`` (None: or longer)."""

    from_ms: int
    to_ms: int | None
    count: int
    expected_ms: float
    """The median, as are quarter, middle and three quarters of what came."""
    low_ms: float
    middle_ms: float
    high_ms: float


def judge(waits: Iterable[WaitPrediction]) -> Judgement:
    """Hold expectations against what came."""
    answered, abandoned, left, overdue, near = [], 0, 0, 0, 0
    for wait in waits:
        if wait.outcome == "answered":
            answered.append(wait.waited_ms - wait.expected_ms)
            near += came_true(wait.expected_ms, wait.waited_ms)
            continue
        abandoned += wait.outcome == "abandoned"
        left += wait.outcome != "abandoned"
        overdue += wait.waited_ms > wait.expected_ms + tolerance_ms(wait.expected_ms)
    return Judgement(
        answered=len(answered),
        near=near,
        abandoned=abandoned,
        left=left,
        overdue=overdue,
        error_ms=median(answered) if answered else None,
        miss_ms=median(map(abs, answered)) if answered else None,
    )


def bands(waits: Iterable[WaitPrediction]) -> list[Band]:
    """What came, by how much was expected; bands in which nothing was answered are left out."""
    answered = [wait for wait in waits if wait.outcome == "answered"]
    found = []
    for low, high in pairwise((-1, *BORDERS_MS[1:], inf)):
        inside = [wait for wait in answered if low < wait.expected_ms <= high]
        if inside:
            came = quartiles([wait.waited_ms for wait in inside])
            expected = median(wait.expected_ms for wait in inside)
            to_ms = None if high == inf else int(high)
            found.append(Band(max(int(low), 0), to_ms, len(inside), expected, *came))
    return found


def quartiles(values: Sequence[int]) -> tuple[float, float, float]:
    """A quarter, half and three quarters of the values lie below."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return low, middle, high


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share that was seen as ``part`` of ``whole``; ``whole`` is above nought."""
    share, square = part / whole, _Z * _Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    around = _Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return max(0.0, middle - around), min(1.0, middle + around)
