"""``callcenter db``: the database's shape."""

from __future__ import annotations

import typer

from callcenter.app.settings import load_settings
from callcenter.storage import current, head
from callcenter.storage import upgrade as upgrade_database

app = typer.Typer(no_args_is_help=True, help="The database.")


@app.command()
def upgrade() -> None:
    """Bring the database to the revision this version needs; keeps what is in it."""
    settings = load_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    typer.echo(f"database is at revision {upgrade_database(settings.database_url)}")


@app.command()
def status() -> None:
    """Say which revision the database has and which one this version needs."""
    typer.echo(f"has {current(load_settings().database_url) or 'nothing'}, needs {head()}")
