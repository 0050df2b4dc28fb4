"""``callcenter figures``: what is counted of queues and agents."""

from __future__ import annotations

import asyncio
import csv
import sys
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from msgspec.structs import asdict

from callcenter.app.settings import Settings, load_settings
from callcenter.domain.errors import ConfigError
from callcenter.domain.figures import AgentSums, FigureQuery, QueueSums
from callcenter.reports.metrics import AGENT_FIGURES, QUEUE_FIGURES
from callcenter.reports.stretches import BY, DAYS, EVERY, stretches
from callcenter.storage import Storage

app = typer.Typer(no_args_is_help=True, help="Figures of queues and agents.")


@app.callback()
def figures() -> None:
    """Figures of queues and agents."""


@app.command()
def rebuild() -> None:
    """Count everything anew from the journal; the same again changes nothing. The product may go on meanwhile."""
    last = asyncio.run(_rebuild(load_settings().database_url))
    typer.echo(f"figures are counted anew from {last:,} entries")


@app.command()
def export(
    first: Annotated[str, typer.Argument(help="First day, such as 2026-03-09, local time.")],
    last: Annotated[str, typer.Argument(help="Last day; the first when left out.")] = "",
    every: Annotated[int, typer.Option(help="Minutes of each row: 15, 30, 60 or 1440 (a day).")] = 60,
    by: Annotated[str, typer.Option(help="queue, channel, team or agent.")] = "queue",
) -> None:
    """Print sums and figures as CSV; lengths of time in ms, shares from 0 to 1. A state that goes on is not in it."""
    settings = load_settings()
    zone = ZoneInfo(settings.timezone)
    query = _query(_day(first), _day(last or first), every, by, zone)
    asyncio.run(_export(settings, query, zone))


async def _rebuild(url: str) -> int:
    storage = await Storage.open(url)
    try:
        return await storage.journal.rebuild_figures(_Progress())
    finally:
        await storage.close()


async def _export(settings: Settings, query: FigureQuery, zone: ZoneInfo) -> None:
    out = csv.writer(sys.stdout)
    storage = await Storage.open(settings.database_url)
    try:
        if query.by in ("team", "agent"):
            out.writerow(["start", query.by, *AgentSums.__struct_fields__, *AGENT_FIGURES])
            for one in await storage.figures.agents(query):
                told = [_said(work_out(one.sums)) for work_out in AGENT_FIGURES.values()]
                out.writerow([_clock(one.start_ms, zone), one.group, *asdict(one.sums).values(), *told])
        else:
            out.writerow(["start", query.by, *QueueSums.__struct_fields__, *QUEUE_FIGURES])
            for row in await storage.figures.queues(query):
                told = [_said(work_out(row.sums)) for work_out in QUEUE_FIGURES.values()]
                out.writerow([_clock(row.start_ms, zone), row.group, *asdict(row.sums).values(), *told])
    finally:
        await storage.close()


def _query(first: date, last: date, every: int, by: str, zone: ZoneInfo) -> FigureQuery:
    """What to read. ConfigError names what is wrong."""
    if every not in EVERY:
        raise ConfigError("--every", f"{every} is none of {', '.join(map(str, EVERY))}", "give one of these")
    if by not in BY:
        raise ConfigError("--by", f"{by!r} is nothing figures are kept by", "give queue, channel, team or agent")
    if not 0 <= (last - first).days < DAYS:
        raise ConfigError("the days", f"{first} to {last}", f"give the earlier one first, and at most {DAYS} days")
    starts, end_ms = stretches(first, last, every, zone)
    return FigureQuery(starts, end_ms, by=by, limit=1_000_000)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError("the days", f"{text!r} is no date", "write it such as 2026-03-09") from error


def _clock(at_ms: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, zone).isoformat(timespec="minutes")


def _said(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


class _Progress:
    """A line for each tenth."""

    def __init__(self) -> None:
        self._tenths = 0

    def __call__(self, done: int, total: int) -> None:
        tenths = done * 10 // total
        if tenths > self._tenths:
            self._tenths = tenths
            typer.echo(f"{done:,} of {total:,} entries read")
