"""Prints a benchmark's results: a table for people, JSON for machines, the same rows in both."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure; ``peer`` is what the compared system reached, ``limit`` the bound on ours (None: no bound).

    ``lower_is_better`` tells on which side of the limit the figure must lie.
    """

    setting: str
    measure: str
    ours: float
    unit: str
    peer: float | None = None
    peer_name: str = ""
    limit: float | None = None
    lower_is_better: bool = True

    @property
    def ratio(self) -> float | None:
        """Ours divided by the peer's; None without a peer or with a peer of zero."""
        return self.ours / self.peer if self.peer else None

    @property
    def holds(self) -> bool:
        """Whether the limit, if there is one, is kept."""
        if self.limit is None:
            return True
        return self.ours <= self.limit if self.lower_is_better else self.ours >= self.limit


def machine() -> dict[str, object]:
    """The machine the figures were taken on."""
    return {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.platform(terse=True)}


def show(title: str, rows: Sequence[Row], *, as_json: bool = False, notes: Sequence[str] = ()) -> int:
    """Print the rows; 1 when a limit is broken, 0 otherwise, for use as an exit status."""
    if as_json:
        listed = [{**asdict(row), "ratio": row.ratio, "holds": row.holds} for row in rows]
        json.dump(
            {"title": title, "machine": machine(), "rows": listed, "notes": list(notes)},
            sys.stdout,
            ensure_ascii=False,
            indent=1,
        )
        print()
    else:
        _table(title, rows, notes)
    return 0 if all(row.holds for row in rows) else 1


def _table(title: str, rows: Sequence[Row], notes: Sequence[str]) -> None:
    facts = machine()
    table = Table(title=f"{title} ({facts['cpus']} cores, Python {facts['python']})")
    for heading in ("setting", "measure"):
        table.add_column(heading)
    for heading in ("ours", "peer", "ratio", "limit"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for row in rows:
        peer = "" if row.peer is None else f"{_number(row.peer)} {row.peer_name}".strip()
        limit = "" if row.limit is None else ("≤ " if row.lower_is_better else "≥ ") + _number(row.limit)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        ours = f"{_number(row.ours)} {row.unit}".strip()
        table.add_row(row.setting, row.measure, ours, peer, ratio, limit, "" if row.holds else "over the limit")
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    for note in notes:
        console.print(note, markup=False)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
