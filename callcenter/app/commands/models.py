"""``callcenter models``: the models of recognisers, listed, added and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table

from callcenter.app.recogniser import LIBRARIES, SETTING, SIMULATED, shelf_of
from callcenter.app.settings import load_settings
from callcenter.domain.errors import ConfigError
from callcenter.speech.models import Card, Shelf, catalogue, fetch
from callcenter.speech.models.shelf import copied_from
from callcenter.speech.recognisers.loading import MEND, present

app = typer.Typer(no_args_is_help=True, help="Models of recognisers: list, add, check.")
MEGABYTE = 1_000_000
_NO_SOURCE = "unknown"


@app.command("list")
def list_models(json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False) -> None:
    """Show the models that are there and those that can be fetched."""
    settings = load_settings()
    shelf = shelf_of(settings)
    cards = [shelf.get(name)[0] for name in shelf.names()]
    if json:
        typer.echo(msgspec.json.encode({"folder": str(shelf.folder), "models": cards}).decode())
        return
    if cards:
        table = Table(
            Column("name", no_wrap=True), "engine", "languages", "licence", "MB", "checksum", title=str(shelf.folder)
        )
        for card in cards:
            mark = " ← in use" if card.name == settings.recogniser else ""
            size, languages = f"{card.size / MEGABYTE:.0f}", ", ".join(card.languages)
            table.add_row(card.name + mark, card.engine, languages, card.licence, size, card.sha256[:12])
        Console().print(table)
        if settings.recogniser not in [card.name for card in cards]:
            typer.echo(f"None of them is in use: set {SETTING} to a name.")
    else:
        typer.echo(f"No model is installed in {shelf.folder}: recordings get no transcripts.")
    fresh = [one for one in catalogue().values() if one.name not in shelf.names()]
    name, page = Column("name", no_wrap=True), Column("page", overflow="fold")
    table = Table(name, "engine", "languages", "licence", "MB", page, title="callcenter models add NAME fetches")
    for known in fresh:
        row = (known.name, known.engine, ", ".join(known.languages), known.licence, str(known.megabytes), known.page)
        table.add_row(*row)
    if fresh:
        Console().print(table)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="A name of the list, or one of your own.")],
    source: Annotated[Path | None, typer.Option("--from", help="The unpacked folder of the model.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="zh, en; may be given twice.")] = None,
    licence: Annotated[str, typer.Option(help="Its licence, as its page says.")] = "",
    url: Annotated[str, typer.Option(help="wss:// address of a recogniser in a cloud instead of files.")] = "",
) -> None:
    """Add a model: from its public page, or from a folder."""
    shelf, known = shelf_of(load_settings()), catalogue().get(name)
    languages = tuple(language or (known.languages if known else ()))
    if not languages:
        raise ConfigError("--language", f"it is not known what {name} understands", "say it: --language zh")
    kept = Card(
        name=name,
        engine="cloud" if url else known.engine if known else "",
        languages=languages,
        licence=licence or (known.licence if known else _NO_SOURCE),
        source=known.page if known else str(source or url or _NO_SOURCE),
        size=0,
        sha256="",
        url=url,
    )
    card = _added(shelf, kept, source)
    typer.echo(f"{card.name}: {card.engine}, {card.size / MEGABYTE:.0f} MB, sha256 {card.sha256}")
    library = LIBRARIES.get(card.engine)
    if library is not None and not present(library):
        typer.echo(f"Its recogniser is not installed: {MEND}", err=True)
    typer.echo(f"Use it: {SETTING}={card.name}")


def _added(shelf: Shelf, card: Card, source: Path | None) -> Card:
    if card.engine == "cloud":
        return shelf.add(card, lambda folder: None)
    if source is not None:
        return shelf.add(card, copied_from(source))
    known = catalogue().get(card.name)
    if known is None:
        raise ConfigError(
            card.name, "is no model of the list", "give its folder: callcenter models add NAME --from FOLDER"
        )
    with Console(stderr=True).status(known.page) as status:

        def told(count: int) -> None:
            status.update(f"{known.page}: {count / MEGABYTE:.0f} of {known.megabytes} MB")

        return shelf.add(card, lambda folder: fetch(known, folder, told))


@app.command()
def check(name: Annotated[str, typer.Argument(help="A model; all when left out.")] = "") -> None:
    """Count the checksums anew and look for what is missing; exit code 1 when something is wrong."""
    settings = load_settings()
    shelf = shelf_of(settings)
    names = [name] if name else shelf.names()
    if not names:
        typer.echo(f"No model is installed in {shelf.folder}: callcenter models list shows what there is.")
    wrong = False
    for one in names:
        faults = [] if one == SIMULATED else list(shelf.faults(one))
        typer.echo(f"{'✗' if faults else '✓'} {one}")
        for fault, mend in faults:
            typer.echo(f"    {fault}\n    → {mend}")
        wrong = wrong or bool(faults)
    if wrong:
        raise typer.Exit(1)
