"""``callcenter dialer``: what can be asked of outbound dialling without dialling."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from callcenter.app.other_side import read_text
from callcenter.domain.errors import ConfigError
from callcenter.simulation.dialing.file import parse
from callcenter.simulation.dialing.replicate import DialResult, Outcome, run
from callcenter.simulation.figures import Estimate

app = typer.Typer(no_args_is_help=True, help="Outbound dialling: simulate it before dialling anybody.")

Source = Annotated[str, typer.Argument(help="Scenario file (YAML), see docs/dialer.md")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same result")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of tables")]
Replications = Annotated[int | None, typer.Option(min=1, help="Instead of the scenario's own number")]


@app.callback()
def _only_group() -> None:
    """Keep the group's name although it has one command so far."""


@app.command("simulate")
def simulate(scenario: Source, seed: Seed = 1, json: Json = False, replications: Replications = None) -> None:
    """Simulate campaigns on the pacing of production, beside other laws: busy agents, abandoned calls, waits."""
    try:
        found = run(parse(read_text(Path(scenario)), scenario), seed, replications)
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if json:
        typer.echo(json_format.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        _show(found)


def _show(result: DialResult) -> None:
    console = Console()
    title = f"{result.scenario.name or 'scenario'}: {result.replications} runs, seed {result.seed}"
    table = Table(title=title)
    table.add_column("law")
    for heading in ("busy", "abandoned", "worst period", "dials", "answers", "agent waits", "longest"):
        table.add_column(heading, justify="right")
    for outcome in result.outcomes:
        total = outcome.total
        table.add_row(
            outcome.law.title,
            _share(total["busy"]),
            _share(total["abandoned_share"]),
            f"{outcome.worst_period:.2%}",
            f"{total['dials'].mean:,.0f}",
            f"{total['answers'].mean:,.0f}",
            f"{total['agent_wait_s'].mean:.1f} s",
            f"{total['longest_agent_wait_s'].mean:.0f} s",
        )
    console.print(table)
    console.print(_periods(result, result.outcomes[0]))


def _periods(result: DialResult, outcome: Outcome) -> Table:
    table = Table(title=f"Abandoned by counting period ({outcome.law.title})")
    for heading in ("campaign", "cap", "period"):
        table.add_column(heading)
    for heading in ("answers", "abandoned", "worst run"):
        table.add_column(heading, justify="right")
    for name, periods in outcome.periods.items():
        for number, period in enumerate(periods, 1):
            table.add_row(
                name,
                f"{result.scenario.campaigns[name].cap:.2%}",
                str(number),
                f"{period.answers.mean:,.0f}",
                _share(period.abandoned_share),
                f"{period.worst:.2%}",
            )
    return table


def _share(value: Estimate) -> str:
    return f"{value.mean:.2%} ± {value.half_width:.2%}"
