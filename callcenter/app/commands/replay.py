"""``callcenter replay``: runs the journal again and says whether every decision comes out the same."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from callcenter.app.settings import Settings, load_settings
from callcenter.core.center import Center
from callcenter.core.replay import Difference
from callcenter.core.replay import replay as replay_entries
from callcenter.domain.journal import JournalEntry
from callcenter.storage import Storage

SHOWN = 10


def replay(
    until: Annotated[int, typer.Option(help="Stop after this entry; 0: all.")] = 0,
) -> None:
    """Replay the journal from its beginning; exit code 1 when a decision differs."""
    read, differences = asyncio.run(_replay(load_settings(), until))
    for difference in differences[:SHOWN]:
        typer.echo(f"entry {difference.seq} ({difference.event}): the effects differ")
        typer.echo(f"  journalled {difference.journalled}\n  replayed   {difference.replayed}")
    typer.echo(f"{read} entries replayed, {len(differences)} differ")
    if differences:
        raise typer.Exit(1)


async def _replay(settings: Settings, until: int) -> tuple[int, list[Difference]]:
    storage = await Storage.open(settings.database_url)
    center, read = Center(), 0
    differences: list[Difference] = []
    try:
        batch: list[JournalEntry] = []
        async for entry in storage.journal.read():
            if until and entry.seq > until:
                break
            batch.append(entry)
            read += 1
            if len(batch) >= 1_000:
                differences += replay_entries(center, batch)
                batch = []
        differences += replay_entries(center, batch)
    finally:
        await storage.close()
    return read, differences
