"""The tables of ``callcenter simulate``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from callcenter.simulation.compare import Comparison
from callcenter.simulation.day.fidelity import Fidelity, Held
from callcenter.simulation.day.story import Note
from callcenter.simulation.figures import Estimate, Result, Summary

COLUMNS = (
    ("offered", "offered", 1, 0),
    ("answered", "answered", 1, 0),
    ("abandoned", "abandoned", 1, 0),
    ("p_wait", "P(wait) %", 100, 2),
    ("p_abandon", "P(abandon) %", 100, 2),
    ("asa_s", "ASA s", 1, 2),
    ("service_level", "service level %", 100, 2),
    ("occupancy", "occupancy %", 100, 2),
)
"""Figure, heading, factor, decimals."""
RARE = (("overflowed", "overflowed", 1, 0), ("unserved", "unserved", 1, 0))
"""Shown where there are any."""
CALLBACKS = (
    ("callbacks", "booked", 1, 0),
    ("called_back", "called back", 1, 0),
    ("callbacks_failed", "given up", 1, 0),
    ("callback_attempts", "attempts", 1, 0),
    ("callback_wait_s", "from booking to answer s", 1, 0),
)
"""A table of its own, where there are any."""
HELD = (
    ("offered", "offered", 1, 0),
    ("abandoned", "abandoned", 1, 0),
    ("p_abandon", "P(abandon) %", 100, 1),
    ("asa_s", "ASA s", 1, 1),
    ("service_level", "service level %", 100, 1),
    ("occupancy", "occupancy %", 100, 1),
)
NOTES = {
    "config_changed": "the configuration was changed %(count)s times within these hours; the first of them is used",
    "closed_by_hand": "queues were closed by hand %(count)s times that day; the simulation leaves them open",
    "disturbed": "%(count)s contacts are left out: they were cut off, or their queue was closed by hand",
    "not_over": "%(count)s contacts were not over when the journal was read; what is not known of them is drawn",
    "overflowed_out": "%(count)s contacts went on to a flow or number; how long they would have waited is drawn",
}
"""What a reader of a played day must know, by code."""


def show_result(result: Result) -> None:
    """One side."""
    columns = [*COLUMNS, *(column for column in RARE if result.total[column[0]].mean)]
    table = _table(result.scenario or "scenario", columns)
    for name, summary in result.queues.items():
        if summary["offered"].mean:
            table.add_row(name, *_cells(summary, columns))
    table.add_row("total", *_cells(result.total, columns), style="bold")
    level, own = result.service_level, ", or by the queue's own rule" if result.own_levels else ""
    console = _console()
    console.print(table)
    _show_callbacks("callbacks", result.queues, result.total, signed=False)
    console.print(
        f"{result.calls:,} contacts in {result.replications} runs, seed {result.seed}; "
        f"± {result.confidence:.0%} interval; service level: answered within {level.within / 1000:g} s, "
        f"abandons {level.abandons.value.replace('_', ' ')}{own}.",
        markup=False,
    )


def show_difference(comparison: Comparison) -> None:
    """After less before."""
    columns = [*COLUMNS, *(column for column in RARE if comparison.total[column[0]].mean)]
    table = _table("after less before; * = the interval leaves out zero", columns)
    for name, summary in comparison.queues.items():
        if not (comparison.before.queues[name]["offered"].mean or comparison.after.queues[name]["offered"].mean):
            continue
        table.add_row(name, *_cells(summary, columns, signed=True))
    table.add_row("total", *_cells(comparison.total, columns, signed=True), style="bold")
    _console().print(table)
    _show_callbacks("callbacks, after less before", comparison.queues, comparison.total, signed=True)


def _show_callbacks(title: str, queues: Mapping[str, Summary], total: Summary, *, signed: bool) -> None:
    shown = {name: summary for name, summary in queues.items() if summary["callbacks"].mean}
    if not shown:
        return
    table = _table(title, CALLBACKS)
    for name, summary in shown.items():
        table.add_row(name, *_cells(summary, CALLBACKS, signed=signed))
    table.add_row("total", *_cells(total, CALLBACKS, signed=signed), style="bold")
    _console().print(table)


def show_fidelity(held: Fidelity) -> None:
    """What happened, and what the simulation of the same says."""
    table = _table("what happened | simulated ± where a single day falls; ! = outside", HELD)
    for name, row in held.queues.items():
        if not row["offered"].actual:
            continue
        table.add_row(name, *_held_cells(row))
    table.add_row("total", *_held_cells(held.total), style="bold")
    _console().print(table)


def show_notes(notes: Sequence[Note]) -> None:
    """What must be known."""
    for note in notes:
        _console().print(f"Note: {NOTES[note.code] % note.detail}.", markup=False)


def sentence(comparison: Comparison, changes: str) -> str:
    """The outcome in a line."""
    before, after, difference = comparison.before.total, comparison.after.total, comparison.total
    level, lost = difference["service_level"], difference["abandoned"]
    return (
        f"{changes}: service level {before['service_level'].mean:.0%} → {after['service_level'].mean:.0%} "
        f"(± {level.half_width * 100:.1f} points), {abs(lost.mean):.0f} {'fewer' if lost.mean <= 0 else 'more'} "
        f"hang-ups (± {lost.half_width:.1f})."
    )


def _console() -> Console:
    """Wide enough for the tables also where the output is no terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=150)


def _table(title: str, columns: Sequence[tuple[str, str, int, int]]) -> Table:
    table = Table(title=title)
    table.add_column("queue")
    for _, heading, _, _ in columns:
        table.add_column(heading, justify="right")
    return table


def _cells(summary: Summary, columns: Sequence[tuple[str, str, int, int]], *, signed: bool = False) -> list[str]:
    return [
        _cell(summary[figure], factor, decimals, signed=signed) if figure in summary else ""
        for figure, _, factor, decimals in columns
    ]


def _cell(value: Estimate, factor: int, decimals: int, *, signed: bool) -> str:
    sign = "+" if signed else ""
    shown = round(value.mean * factor, decimals) + 0.0  # no -0
    text = f"{shown:{sign},.{decimals}f} ± {value.half_width * factor:,.{decimals}f}"
    return f"{text} *" if signed and abs(value.mean) > value.half_width else text


def _held_cells(row: dict[str, Held]) -> list[str]:
    return [_held(row[figure], factor, decimals) if figure in row else "" for figure, _, factor, decimals in HELD]


def _held(held: Held, factor: int, decimals: int) -> str:
    text = f"{held.actual * factor:,.{decimals}f} | {held.simulated * factor:,.{decimals}f}"
    return f"{text} ± {held.range * factor:,.{decimals}f}{'' if held.holds else ' !'}"
