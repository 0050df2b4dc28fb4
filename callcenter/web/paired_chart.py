"""Where the marks of a chart stand that shows two values with their intervals for each of some names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.domain.what_if import Interval
from callcenter.web.charts import Mark, text_width

_WIDTH, _RIGHT, _STEP, _APART, _FOOT, _TOP = 640, 18, 34, 7, 22, 4
_SHORTEST, _LONGEST = 60.0, 190.0
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """A mean and the ends of its interval, along the axis; ``middle`` is its height."""

    at: float
    low: float
    high: float
    middle: float


@dataclass(frozen=True, slots=True)
class Pair:
    """One name with its two values."""

    name: str
    middle: float
    first: Point
    second: Point


@dataclass(frozen=True, slots=True)
class PairedChart:
    """Pairs one below the other, with a scale below them."""

    pairs: Sequence[Pair]
    ticks: Sequence[Mark]
    left: float
    right: float
    bottom: float
    width: int
    height: float


def paired(rows: Sequence[tuple[str, Interval, Interval]], highest: float) -> PairedChart:
    """The chart on a scale from nought to ``highest``; what goes beyond ends there."""
    left = round(min(max([_SHORTEST, *(text_width(name) for name, _, _ in rows)]), _LONGEST) + 12, 1)
    right = _WIDTH - _RIGHT

    def place(value: float) -> float:
        return round(left + (right - left) * min(max(value / highest, 0.0), 1.0), 1)

    def point(value: Interval, middle: float) -> Point:
        return Point(place(value.mean), place(value.low), place(value.high), middle)

    pairs = []
    for number, (name, first, second) in enumerate(rows):
        middle = _TOP + number * _STEP + _STEP / 2
        pairs.append(Pair(name, middle, point(first, middle - _APART), point(second, middle + _APART)))
    bottom = _TOP + max(len(rows), 1) * _STEP
    steps = [highest * number / (_TICKS - 1) for number in range(_TICKS)]
    ticks = [Mark(f"{step:g}", place(step)) for step in steps]
    return PairedChart(pairs, ticks, left, right, bottom, _WIDTH, bottom + _FOOT)
