"""``callcenter transcribe``: recordings become transcripts; how far that is; dead jobs brought back."""

from __future__ import annotations

import asyncio
import getpass
import os
from typing import Annotated

import msgspec
import typer
from msgspec.structs import asdict

from callcenter.app.clock import SystemClock
from callcenter.app.conversation_text import ConversationTexts
from callcenter.app.recogniser import language_of, recogniser_of, trouble_of
from callcenter.app.secret_keys import seal_of
from callcenter.app.settings import Settings, load_settings
from callcenter.app.transcribing.worker import Told, Worker
from callcenter.domain.errors import ConfigError
from callcenter.domain.records import AuditRecord
from callcenter.recording import WavRecordingStore
from callcenter.storage import Storage

LATELY_MS = 3_600_000
ALL = "all"


def transcribe(
    status: Annotated[bool, typer.Option("--status", help="Say how far it is, and do nothing.")] = False,
    again: Annotated[str, typer.Option("--again", help="Bring back a dead job: a recording's id, or all.")] = "",
    missing: Annotated[bool, typer.Option("--missing", help="Also take recordings of before there were jobs.")] = False,
    contact: Annotated[str, typer.Option("--contact", help="Print what was said in a contact, as JSON.")] = "",
    json: Annotated[bool, typer.Option("--json", help="The status as JSON.")] = False,
) -> None:
    """Transcribe what waits, here and now, and end. The running product does the same beside its calls."""
    settings = load_settings()
    if contact:
        asyncio.run(_print_contact(settings, contact))
        return
    asyncio.run(_run(settings, status=status, again=again, missing=missing, json=json))


async def _run(settings: Settings, *, status: bool, again: str, missing: bool, json: bool) -> None:
    storage = await Storage.open(settings.database_url, seal_of(settings))
    try:
        if missing:
            typer.echo(f"{await storage.transcripts.add_missing()} recordings of before wait now", err=json)
        if again:
            count = await storage.transcripts.again("" if again == ALL else again)
            typer.echo(f"{count} dead jobs wait again", err=json)
        if not (status or again or missing or json):
            await _work(settings, storage)
        await _tell_status(settings, storage, json=json)
    finally:
        await storage.close()


async def _print_contact(settings: Settings, contact: str) -> None:
    storage = await Storage.open(settings.database_url, seal_of(settings))
    try:
        texts = ConversationTexts.from_storage(storage, settings.timezone)
        said = await texts.of(contact)
        if said is None:
            raise ConfigError(contact, "there is no such contact, or no text of it", "callcenter transcribe --status")
        actor = f"shell:{getpass.getuser()}"
        await storage.audit.write(AuditRecord(SystemClock().now_ms(), actor, "contact_exported", f"contact:{contact}"))
        typer.echo(msgspec.json.format(msgspec.json.encode(said), indent=1).decode())
    finally:
        await storage.close()


async def _work(settings: Settings, storage: Storage) -> None:
    recogniser = recogniser_of(settings)
    worker = Worker(
        f"command-{os.getpid()}",
        storage.transcripts,
        WavRecordingStore(settings.data / "recordings"),
        recogniser,
        SystemClock(),
        language_of(settings),
        risky=frozenset(settings.transcribe_first),
        told=_tell,
    )
    try:
        await worker.drain()
    finally:
        await recogniser.close()


def _tell(told: Told) -> None:
    if told.what != "begun":
        typer.echo(f"{told.what} {told.recording}", err=True)


async def _tell_status(settings: Settings, storage: Storage, *, json: bool) -> None:
    clock = SystemClock()
    backlog = await storage.transcripts.backlog(clock.now_ms() - LATELY_MS)
    dead = await storage.transcripts.dead()
    trouble = trouble_of(settings)
    if json:
        said = {**asdict(backlog), "speed": backlog.speed, "off": str(trouble or ""), "dead_jobs": dead}
        typer.echo(msgspec.json.encode(said).decode())
        return
    typer.echo(f"recogniser   {settings.recogniser}" if trouble is None else f"off: {trouble}")
    typer.echo(f"waiting      {backlog.waiting} ({backlog.waiting_audio_ms / 60_000:.1f} min of audio)")
    if backlog.oldest_filed_ms is not None:
        typer.echo(f"oldest       {(clock.now_ms() - backlog.oldest_filed_ms) / 60_000:.0f} min ago")
    typer.echo(f"running      {backlog.running}")
    typer.echo(f"done         {backlog.done}, {backlog.done_lately} of them in the last hour")
    if backlog.speed is not None:
        typer.echo(f"speed        {backlog.speed:.1f} minutes of audio in a minute")
    typer.echo(f"dead         {backlog.dead}")
    for job in dead:
        typer.echo(f"  {job.recording}  {job.trouble}")
    if dead:
        typer.echo("  → mend the cause, then: callcenter transcribe --again all")
