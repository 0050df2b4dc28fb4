"""``callcenter simulate``: a scenario file, or a past day from the journal, run on the production router."""

from __future__ import annotations

import json as json_format
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from callcenter.app.commands import simulate_tables as tables
from callcenter.app.other_side import other_side, read_text, with_changes
from callcenter.app.past_day import PastDay, database_url, load, window_of
from callcenter.app.settings import load_settings
from callcenter.domain.errors import ConfigError
from callcenter.simulation.compare import Comparison, compare
from callcenter.simulation.day.fidelity import fidelity
from callcenter.simulation.figures import Result
from callcenter.simulation.replicate import run
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.scenario_file import parse
from callcenter.simulation.scenario_text import write

Source = Annotated[
    str, typer.Argument(help="Scenario file (YAML); with --journal a database URL or SQLite file, else the product's")
]
Journal = Annotated[bool, typer.Option("--journal", help="Play a day of the journal again; needs --day")]
Day = Annotated[str, typer.Option(help="The day, as 2026-11-27")]
From = Annotated[str, typer.Option("--from", help="Only contacts that came from this time on, as 10:00")]
To = Annotated[str, typer.Option("--to", help="… and before this time")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same result")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of tables")]
Replications = Annotated[int | None, typer.Option(min=1, help="Instead of the scenario's own number")]
Against = Annotated[
    Path | None, typer.Option(help="The other side: a scenario, an exported configuration, or a file of changes")
]
Change = Annotated[list[str] | None, typer.Option(help="The other side: '+1 in team general 10:00-11:00'; repeatable")]
Export = Annotated[Path | None, typer.Option(help="Write the scenario to this file instead of running it")]


def simulate(
    source: Source = "",
    journal: Journal = False,
    day: Day = "",
    start: From = "",
    end: To = "",
    seed: Seed = 1,
    json: Json = False,
    replications: Replications = None,
    against: Against = None,
    change: Change = None,
    export: Export = None,
) -> None:
    """Simulate a contact centre: its figures with confidence intervals, and what if, by --against or --change."""
    try:
        past = _past(source, day, start, end) if journal else None
        before = past.scenario if past is not None else _scenario(source, day, start, end)
        after = _after(before, past, against, change or [])
        if export is not None:
            export.write_text(write(before if after is None else after), encoding="utf-8")
            return
        outcome = run(before, seed, replications) if after is None else compare(before, after, seed, replications)
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if json:
        typer.echo(json_format.dumps(as_json(outcome, past), ensure_ascii=False, indent=1))
    else:
        _show(outcome, past, ", ".join(change or []) or (against.name if against is not None else ""))


def _scenario(source: str, day: str, start: str, end: str) -> Scenario:
    if not source:
        raise ConfigError("SCENARIO", "no scenario is named", "name a file, or use --journal --day 2026-11-27")
    if day or start or end:
        raise ConfigError("--day, --from, --to", "belong to --journal", "leave them out, or add --journal")
    return parse(read_text(Path(source)), source)


def _past(source: str, day: str, start: str, end: str) -> PastDay:
    settings = load_settings()
    window = window_of(_day(day), _clock("--from", start), _clock("--to", end), settings.timezone)
    hours = f" {start or '00:00'}–{end or '24:00'}" if start or end else ""
    url = database_url(source) if source else settings.database_url
    return load(url, window, settings.timezone, f"{day}{hours}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError("--day", f"{text!r} is no day" if text else "is missing", "write --day 2026-11-27") from error


def _clock(option: str, text: str) -> time | None:
    if not text:
        return None
    try:
        return time() if text == "24:00" else datetime.strptime(text, "%H:%M").time()  # a clock's hands
    except ValueError as error:
        raise ConfigError(option, f"{text!r} is no time of day", "write 10:00") from error


def _after(before: Scenario, past: PastDay | None, against: Path | None, change: list[str]) -> Scenario | None:
    after: Scenario | None = None
    if against is not None:
        after = other_side(against, before, past.story.config if past is not None else None)
    return with_changes(after or before, change) if change else after


def as_json(outcome: Result | Comparison, past: PastDay | None) -> dict[str, Any]:
    """What ``--json`` prints; docs/simulate.md names each field."""
    found = outcome.to_json()
    if past is not None:
        before = outcome.before if isinstance(outcome, Comparison) else outcome
        found["actual"] = fidelity(before, past.queues, past.total).to_json()
        found["notes"] = [{"code": note.code, **note.detail} for note in past.story.notes]
    return found


def _show(outcome: Result | Comparison, past: PastDay | None, changes: str) -> None:
    before = outcome.before if isinstance(outcome, Comparison) else outcome
    if past is not None:
        tables.show_fidelity(fidelity(before, past.queues, past.total))
        tables.show_notes(past.story.notes)
    tables.show_result(before)
    if isinstance(outcome, Comparison):
        tables.show_result(outcome.after)
        tables.show_difference(outcome)
        typer.echo(tables.sentence(outcome, changes))
