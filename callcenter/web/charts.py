"""Where the marks of a chart stand: numbers to coordinates, for the SVG in ``components/figures.html``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, log10
from unicodedata import east_asian_width

Value = float | int | None

_WIDTH = 420
_LEFT_OF_BARS, _MOST_LEFT_OF_BARS = 96, 170
_WIDE, _NARROW, _APART = 11.5, 6.5, 12
"""How wide a Chinese and a Latin letter of a chart's text is, and how far two names below a line stand apart."""
_BAR, _BAR_STEP = 14, 22
_LINE_HEIGHT, _LINE_LEFT, _LINE_TOP, _LINE_BOTTOM = 150, 44, 10, 22
_WIDE_LINE = (720, 190)
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
    left: float = _LEFT_OF_BARS


@dataclass(frozen=True, slots=True)
class Range:
    """One group of a range chart: what was expected, and where the middle half and the median of what came stand."""

    at: float
    name: str
    expected: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Upright ranges side by side over one scale."""

    ranges: Sequence[Range]
    ticks: Sequence[Mark]
    width: int
    height: int
    left: int = _LINE_LEFT


@dataclass(frozen=True, slots=True)
class LineChart:
    """One line over evenly spaced names; a gap where a value is missing, a dot where a value stands alone."""

    lines: Sequence[str]
    alone: Sequence[tuple[float, float]]
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
    """Bars as long as their values, from nought. Names longer than there is room for are cut short."""
    highest = max((value or 0 for _, value in rows), default=0)
    longest = max((text_width(name) for name, _ in rows), default=0) + 10
    left = min(max(longest, _LEFT_OF_BARS), _MOST_LEFT_OF_BARS)
    room = _WIDTH - left - 60
    made = [
        Bar(
            _cut(name, left - 10),
            number_text(value),
            number * _BAR_STEP + (_BAR_STEP - _BAR) / 2,
            number * _BAR_STEP + _BAR_STEP / 2,
            round(share(value or 0, highest) * room / 100, 1),
        )
        for number, (name, value) in enumerate(rows)
    ]
    return BarChart(made, max(len(rows), 1) * _BAR_STEP, left=left)


def line(rows: Sequence[tuple[str, Value]], goal: float | None = None, wide: bool = False) -> LineChart:
    """A line from nought, with a few ticks, and as many names as fit; a point with an empty name is never named.

    ``wide``: for a place of nearly twice the width, so that texts stay as large as elsewhere.
    """
    values = [value for _, value in rows]
    top = nice_ceiling(max([goal or 0, *(v for v in values if v is not None)], default=0))
    whole, high = _WIDE_LINE if wide else (_WIDTH, _LINE_HEIGHT)
    width, height = whole - 6 - _LINE_LEFT, high - _LINE_TOP - _LINE_BOTTOM
    place = (width, height, _LINE_LEFT, _LINE_TOP, top)
    return LineChart(
        [points for points in lines(values, *place) if " " in points],
        _alone(_points(values, *place)),
        last_point(values, *place),
        [Mark(f"{top * n / 4:g}", round(_LINE_TOP + height * (1 - n / 4), 1)) for n in range(5)],
        _names([name for name, _ in rows], width),
        round(_LINE_TOP + height * (1 - goal / top), 1) if goal is not None else None,
        whole,
        high,
        right=whole - 6,
    )


def ranges(rows: Sequence[tuple[str, float, float, float, float]]) -> RangeChart:
    """Rows of name, expected, lower quarter, median and upper quarter, from nought."""
    width, high = _WIDE_LINE
    top = nice_ceiling(max((max(expected, upper) for _, expected, _, _, upper in rows), default=0))
    height, step = high - _LINE_TOP - _LINE_BOTTOM, (width - 6 - _LINE_LEFT) / max(len(rows), 1)

    def place(value: float) -> float:
        return round(_LINE_TOP + height * (1 - value / top), 1)

    made = [
        Range(round(_LINE_LEFT + (number + 0.5) * step, 1), name, *(place(value) for value in values))
        for number, (name, *values) in enumerate(rows)
    ]
    return RangeChart(made, [Mark(f"{top * n / 4:g}", place(top * n / 4)) for n in range(5)], width, high)


def number_text(value: Value) -> str:
    """A value as it is written into a chart; a dash for none."""
    return "–" if value is None else str(value) if isinstance(value, int) else f"{value:g}"


def text_width(text: str) -> float:
    """About how wide a chart's text is."""
    return sum(_WIDE if east_asian_width(letter) in "WF" else _NARROW for letter in text)


def _cut(name: str, width: float) -> str:
    while text_width(name) > width:
        name = name.rstrip("…")[:-1] + "…"
    return name


def _alone(points: Sequence[tuple[float, float] | None]) -> list[tuple[float, float]]:
    around = [None, *points, None]
    return [p for before, p, after in zip(around, points, around[2:], strict=False) if p and not (before or after)]


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
    told = [(number, name) for number, name in enumerate(names) if name]
    room = int(width // (max(map(text_width, names), default=0) + _APART))
    every = -(-len(told) // max(min(_NAMES_BELOW, room), 1)) or 1
    step = width / max(len(names) - 1, 1)
    made, free_from = [], 0.0
    for number, name in told[::every]:
        at, anchor = _LINE_LEFT + number * step, _anchor(number, len(names))
        begins = at - {"start": 0.0, "middle": text_width(name) / 2, "end": text_width(name)}[anchor]
        if begins >= free_from:
            made.append(Mark(name, round(at, 1), anchor))
            free_from = begins + text_width(name) + _APART / 2
    return made


def _anchor(number: int, count: int) -> str:
    return "start" if number == 0 else "end" if number == count - 1 else "middle"
