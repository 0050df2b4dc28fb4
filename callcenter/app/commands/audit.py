"""``callcenter audit``: whether the audit log is whole, and its rows for others to keep."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from callcenter.app.settings import load_settings
from callcenter.domain.access_records import AuditAnchor
from callcenter.domain.errors import ConfigError
from callcenter.storage import Storage

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True, help="The audit log.")
Anchors = Annotated[Path | None, typer.Option(help="File of anchors: a row number and its hash on each line.")]


@app.command()
def verify(anchors: Anchors = None) -> None:
    """Check the whole chain; exit code 1 and the first row that does not fit when it is broken.

    A tail that was cut off shows only against anchors written down before (``callcenter audit anchor``).
    """
    known = _read(anchors) if anchors is not None else []
    check = _with_storage(lambda storage: storage.audit.verify(known))
    if check.broken_at is not None:
        typer.echo(f"broken at row {check.broken_at}: it, or one before it, was changed, moved or removed", err=True)
        raise typer.Exit(1)
    against = f", against {len(known)} anchors" if anchors is not None else ""
    typer.echo(f"{check.rows} rows, whole{against}; last hash {check.last_hash}")


@app.command()
def anchor(to: Annotated[Path | None, typer.Option(help="Append to this file instead of printing.")] = None) -> None:
    """Write down the last row's number and hash; keep it where the database's owner cannot change it."""
    check = _with_storage(lambda storage: storage.audit.verify())
    if check.broken_at is not None:
        typer.echo(f"broken at row {check.broken_at}: nothing to anchor", err=True)
        raise typer.Exit(1)
    line = f"{check.rows} {check.last_hash}"
    if to is None:
        typer.echo(line)
        return
    with to.open("a", encoding="ascii") as file:
        file.write(f"{line}\n")
    typer.echo(f"row {check.rows} is anchored in {to}")


@app.command()
def export() -> None:
    """Every row as a line of JSON on standard output, with number and hash."""

    async def work(storage: Storage) -> None:
        async for row in storage.audit.rows():
            record = row.record
            values = {
                "id": row.id,
                "at_ms": record.at_ms,
                "actor": record.actor,
                "act": record.act,
                "subject": record.subject,
                "detail": record.detail,
                "hash": row.hash,
            }
            sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")

    _with_storage(work)


def _read(path: Path) -> list[AuditAnchor]:
    found = []
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        mend = "name a file that `callcenter audit anchor` wrote"
        raise ConfigError(str(path), f"cannot be read: {error}", mend) from error
    for number, line in enumerate(lines, 1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 2 or not parts[0].isdecimal() or len(parts[1]) != 64:
            raise ConfigError(f"{path}:{number}", "is not a row number and a hash", "correct or remove the line")
        found.append(AuditAnchor(int(parts[0]), parts[1]))
    return found


def _with_storage(work: Callable[[Storage], Awaitable[T]]) -> T:
    async def run() -> T:
        storage = await Storage.open(load_settings().database_url)
        try:
            return await work(storage)
        finally:
            await storage.close()

    return asyncio.run(run())
