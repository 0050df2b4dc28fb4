"""Where the marks of a chart stand that shows a share with its confidence band under a cap, over the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.web.charts import Mark, nice_ceiling, text_width

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _FOOT = 560, 170, 44, 8, 10, 22
_TICKS = 4
_APART = 12
_MOST_OF_CAP = 4.0
"""A band of few calls reaches far; what is beyond so many caps is cut off."""

Row = tuple[str, float | None, float | None, float | None]
"""Name, the share, and the ends of its band; in percent."""


@dataclass(frozen=True, slots=True)
class BandChart:
    """``bands`` are polygons, ``lines`` polylines; both are split where values are missing."""

    bands: Sequence[str]
    lines: Sequence[str]
    dots: Sequence[tuple[float, float]]
    ticks: Sequence[Mark]
    names: Sequence[Mark]
    goal: float | None
    width: int = _WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    right: int = _WIDTH - _RIGHT


def band(rows: Sequence[Row], goal: float | None = None, highest: float | None = None) -> BandChart:
    """From nought to ``highest``, or as high as values and ``goal`` need; names are thinned until they fit."""
    top = highest or _top(rows, goal)
    high, wide = _HEIGHT - _TOP - _FOOT, _WIDTH - _LEFT - _RIGHT
    step = wide / max(len(rows) - 1, 1)

    def at(place: int) -> float:
        return round(_LEFT + place * step, 1)

    def up(value: float) -> float:
        return round(_TOP + high * (1 - min(value, top) / top), 1)

    runs = _runs(rows)
    spread = [[n for n in run if rows[n][2] is not None and rows[n][3] is not None] for run in runs]
    return BandChart(
        bands=[
            " ".join(
                [f"{at(n)},{up(rows[n][3] or 0.0)}" for n in run]
                + [f"{at(n)},{up(rows[n][2] or 0.0)}" for n in reversed(run)]
            )
            for run in spread
            if len(run) > 1
        ],
        lines=[" ".join(f"{at(n)},{up(rows[n][1] or 0.0)}" for n in run) for run in runs if len(run) > 1],
        dots=[(at(run[-1]), up(rows[run[-1]][1] or 0.0)) for run in runs if len(run) == 1 or run is runs[-1]],
        ticks=[Mark(f"{top * n / _TICKS:g}", up(top * n / _TICKS)) for n in range(_TICKS + 1)],
        names=_names([row[0] for row in rows], step),
        goal=None if goal is None else up(goal),
    )


def _top(rows: Sequence[Row], goal: float | None) -> float:
    most = max([value for row in rows for value in row[1:] if value is not None], default=0.0)
    if goal:
        most = max(goal * 1.25, min(most, _MOST_OF_CAP * goal), *(row[1] or 0.0 for row in rows))
    return nice_ceiling(most)


def _runs(rows: Sequence[Row]) -> list[list[int]]:
    """Places of values that follow each other."""
    found: list[list[int]] = []
    for place, row in enumerate(rows):
        if row[1] is None:
            continue
        if found and found[-1][-1] == place - 1:
            found[-1].append(place)
        else:
            found.append([place])
    return found


def _names(names: Sequence[str], step: float) -> list[Mark]:
    widest = max((text_width(name) for name in names), default=0.0) + _APART
    every = max(1, -(-int(widest) // max(1, int(step)))) if len(names) > 1 else 1
    last = len(names) - 1
    return [
        Mark(name, round(_LEFT + place * step, 1), "start" if place == 0 else "end" if place == last else "middle")
        for place, name in enumerate(names)
        if place % every == 0
    ]
