"""The answer as rows of a table and as a chart: each queue as it was and as it would have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.domain.what_if import Answer, Compared, Interval
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name, unit, factor, and whether more of it is better."""

    name: str
    title: str
    unit: str
    factor: float
    more_is_better: bool


FIGURES = (
    Figure("within_level", N_("Answered in time"), "", 1, more_is_better=True),
    Figure("service_level", N_("Service level"), "%", 100, more_is_better=True),
    Figure("abandoned", N_("Hung up while waiting"), "", 1, more_is_better=False),
    Figure("asa_s", N_("ASA"), N_("s"), 1, more_is_better=False),
)
CHARTED = FIGURES[1]
MOST_CHARTED = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one queue; ``tone``: ``better``, ``worse``, or empty where the difference may be an accident."""

    before: str
    after: str
    difference: str
    tone: str


@dataclass(frozen=True, slots=True)
class Row:
    """One queue; ``unlike``: the simulation of the day as it was does not come to what happened."""

    name: str
    offered: str
    cells: Sequence[Cell]
    unlike: bool


def rows_of(words: Words, answer: Answer) -> list[Row]:
    """Queues, then all of them together."""
    queues = [_row(words.queue(found.queue), found) for found in answer.queues]
    return [*queues, _row(words.gettext("All queues"), answer.total)]


def unlike_of(words: Words, answer: Answer) -> list[str]:
    """The queues in which the simulation does not come to what happened."""
    return [words.queue(found.queue) for found in answer.queues if found.unlike]


def chart_title(words: Words, answer: Answer) -> str:
    """What the chart shows."""
    if len(answer.queues) <= MOST_CHARTED:
        return words.gettext("Service level by queue, %")
    return words.gettext("Service level of the %(count)d queues that differ most, %%", count=MOST_CHARTED)


def chart_rows(words: Words, answer: Answer) -> list[tuple[str, Interval, Interval]]:
    """Each queue's service level in per cent, as it was and as it would have been; of many, those that differ most."""
    by_difference = sorted(answer.queues, key=lambda found: -abs(found.difference[CHARTED.name].mean))
    most = {id(found) for found in by_difference[:MOST_CHARTED]}
    every = [(words.queue(found.queue), found) for found in answer.queues if id(found) in most]
    if len(every) > 1:
        every.append((words.gettext("All queues"), answer.total))
    return [(name, _scaled(found.before), _scaled(found.after)) for name, found in every]


def _scaled(side: dict[str, Interval]) -> Interval:
    value = side[CHARTED.name]
    return Interval(value.mean * CHARTED.factor, value.half_width * CHARTED.factor)


def _row(name: str, found: Compared) -> Row:
    cells = [_cell(found, figure) for figure in FIGURES]
    return Row(name, f"{found.before['offered'].mean:.0f}", cells, bool(found.unlike))


def _cell(found: Compared, figure: Figure) -> Cell:
    difference = found.difference[figure.name]
    better = (difference.mean > 0) == figure.more_is_better
    return Cell(
        _text(found.before[figure.name], figure.factor),
        _text(found.after[figure.name], figure.factor),
        _text(difference, figure.factor, signed=True),
        ("better" if better else "worse") if difference.is_clear else "",
    )


def _text(value: Interval, factor: float, *, signed: bool = False) -> str:
    shown = round(value.mean * factor, 1) + 0.0  # no -0
    sign = "+" if signed and shown else ""
    return f"{shown:{sign}.1f} ± {value.half_width * factor:.1f}".replace("-", "−")
