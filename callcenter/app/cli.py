"""The command line ``callcenter``."""

from __future__ import annotations

import sys

import typer

from callcenter.app.commands import (
    audit,
    config,
    db,
    dialer,
    doctor,
    figures,
    flow,
    models,
    nlu,
    quality,
    replay,
    serve,
    simulate,
    transcribe,
    user,
)
from callcenter.domain.errors import CallCenterError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="An open contact centre.")
app.command("serve")(serve.serve)
app.command("doctor")(doctor.doctor)
app.command("simulate")(simulate.simulate)
app.command("replay")(replay.replay)
app.command("transcribe")(transcribe.transcribe)
app.add_typer(models.app, name="models")
app.add_typer(flow.app, name="flow")
app.add_typer(nlu.app, name="nlu")
app.add_typer(quality.app, name="quality")
app.add_typer(db.app, name="db")
app.add_typer(user.app, name="user")
app.add_typer(audit.app, name="audit")
app.add_typer(config.app, name="config")
app.add_typer(figures.app, name="figures")
app.add_typer(dialer.app, name="dialer")


def main() -> None:
    """Run the command; an error of ours is one sentence on standard error and exit code 1."""
    try:
        app()
    except CallCenterError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
