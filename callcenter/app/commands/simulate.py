"""``callcenter simulate``: a scenario file run on the production router in virtual time."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from callcenter.domain.errors import ConfigError
from callcenter.simulation.figures import Result, Summary
from callcenter.simulation.replicate import run
from callcenter.simulation.scenario import Scenario, parse

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


def read(file: Path) -> Scenario:
    """The scenario in ``file``. ConfigError names the file, the line and the mend."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), f"cannot be read: {error}", "give the path of a scenario file in UTF-8") from error
    return parse(text, str(file))


def simulate(
    file: Annotated[Path, typer.Argument(help="Scenario file (YAML); see docs/simulate.md")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same result")] = 1,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table")] = False,
    replications: Annotated[int | None, typer.Option(min=1, help="Instead of the scenario's own number")] = None,
) -> None:
    """Simulate a contact centre and print its figures with confidence intervals."""
    try:
        result = run(read(file), seed, replications)
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if json:
        typer.echo(json_format.dumps(result.to_json(), ensure_ascii=False, indent=1))
    else:
        _print(result)


def _print(result: Result) -> None:
    level = result.service_level
    table = Table(title=result.scenario or "scenario")
    table.add_column("queue")
    for _, heading, _, _ in COLUMNS:
        table.add_column(heading, justify="right")
    for name, summary in result.queues.items():
        table.add_row(name, *_cells(summary))
    table.add_row("total", *_cells(result.total), style="bold")
    console = Console()
    console.print(table)
    console.print(
        f"{result.calls:,} contacts in {result.replications} runs, seed {result.seed}; "
        f"± {result.confidence:.0%} interval; service level: answered within {level.within / 1000:g} s, "
        f"abandons {level.abandons.replace('_', ' ')}.",
        markup=False,
    )


def _cells(summary: Summary) -> list[str]:
    cells = []
    for figure, _, factor, decimals in COLUMNS:
        value = summary.get(figure)
        if value is None:
            cells.append("")
            continue
        cells.append(f"{value.mean * factor:,.{decimals}f} ± {value.half_width * factor:,.{decimals}f}")
    return cells
