"""Where the marks of a chart stand: numbers to coordinates, for the SVG in ``components/figures.html``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, log10

Value = float | int | None

_WIDTH = 420
_LEFT_OF_BARS = 96
_BAR, _BAR_STEP = 14, 22
_LINE_HEIGHT, _LINE_LEFT, _LINE_TOP, _LINE_BOTTOM = 150, 44, 10, 22
_NAMES_BELOW = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place along one axis."""

    text: str
    at: float
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its name and value."""

    name: str
    text: str
    top: float
    middle: float
    length: float
    thickness: int = _BAR


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars that lie, one below the other."""

    bars: Sequence[Bar]
    height: int
    width: int = _WIDTH
    left: int = _LEFT_OF_BARS


@dataclass(frozen=True, slots=True)
class LineChart:
    """One line over evenly spaced names; a gap where a value is missing."""

    lines: Sequence[str]
    end: tuple[float, float] | None
    ticks: Sequence[Mark]
    names: Sequence[Mark]
    goal: float | None
    width: int = _WIDTH
    height: int = _LINE_HEIGHT
    left: int = _LINE_LEFT
    right: int = field(default=_WIDTH - 6)


def share(value: float, highest: float) -> float:
    """``value`` as per cent of ``highest``, held between 0 and 100."""
    return round(min(max(100 * value / highest, 0.0), 100.0), 2) if highest > 0 else 0.0


def nice_ceiling(highest: float) -> float:
    """The next of 1, 2, 4, 5, 8 or 10 times a power of ten: a scale that halves and quarters well."""
    if highest <= 0:
        return 1.0
    power: float = 10.0 ** floor(log10(highest))
    return next(step * power for step in (1, 2, 4, 5, 8, 10) if step * power >= highest)


def lines(
    values: Sequence[Value], width: float, height: float, left: float = 0, top: float = 0, highest: float | None = None
) -> list[str]:
    """Points of the polylines through ``values``, newest right; missing values split the line."""
    found: list[str] = []
    run: list[str] = []
    for point in [*_points(values, width, height, left, top, highest), None]:
        if point is not None:
            run.append(f"{point[0]},{point[1]}")
        elif run:
            found.append(" ".join(run))
            run = []
    return found


def last_point(
    values: Sequence[Value], width: float, height: float, left: float = 0, top: float = 0, highest: float | None = None
) -> tuple[float, float] | None:
    """Where the newest known value stands."""
    return next((p for p in reversed(_points(values, width, height, left, top, highest)) if p is not None), None)


def bars(rows: Sequence[tuple[str, Value]]) -> BarChart:
    """Bars as long as their values, from nought."""
    highest = max((value or 0 for _, value in rows), default=0)
    room = _WIDTH - _LEFT_OF_BARS - 60
    made = [
        Bar(
            name,
            f"{value:g}" if value is not None else "–",
            number * _BAR_STEP + (_BAR_STEP - _BAR) / 2,
            number * _BAR_STEP + _BAR_STEP / 2,
            round(share(value or 0, highest) * room / 100, 1),
        )
        for number, (name, value) in enumerate(rows)
    ]
    return BarChart(made, max(len(rows), 1) * _BAR_STEP)


def line(rows: Sequence[tuple[str, Value]], goal: float | None = None) -> LineChart:
    """A line from nought, with a few ticks, and as many names as fit."""
    values = [value for _, value in rows]
    top = nice_ceiling(max([goal or 0, *(v for v in values if v is not None)], default=0))
    right = _WIDTH - 6
    width, height = right - _LINE_LEFT, _LINE_HEIGHT - _LINE_TOP - _LINE_BOTTOM
    place = (width, height, _LINE_LEFT, _LINE_TOP, top)
    return LineChart(
        lines(values, *place),
        last_point(values, *place),
        [Mark(f"{top * n / 4:g}", round(_LINE_TOP + height * (1 - n / 4), 1)) for n in range(5)],
        _names([name for name, _ in rows], width),
        round(_LINE_TOP + height * (1 - goal / top), 1) if goal is not None else None,
    )


def _points(
    values: Sequence[Value], width: float, height: float, left: float, top: float, highest: float | None
) -> list[tuple[float, float] | None]:
    known = [v for v in values if v is not None]
    low, high = (0.0, highest) if highest is not None else (min(known, default=0), max(known, default=0))
    span = high - low
    step = width / max(len(values) - 1, 1)
    return [
        None
        if value is None
        else (
            round(left + number * step, 1),
            round(top + height * (1 - (value - low) / span if span else 0.5), 1),
        )
        for number, value in enumerate(values)
    ]


def _names(names: Sequence[str], width: float) -> list[Mark]:
    every = -(-len(names) // _NAMES_BELOW) or 1
    step = width / max(len(names) - 1, 1)
    return [
        Mark(name, round(_LINE_LEFT + number * step, 1), _anchor(number, len(names)))
        for number, name in enumerate(names)
        if number % every == 0
    ]


def _anchor(number: int, count: int) -> str:
    return "start" if number == 0 else "end" if number == count - 1 else "middle"
