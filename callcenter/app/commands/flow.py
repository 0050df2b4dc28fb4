"""``callcenter flow``: check, test and draw flows, and write their schema."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from callcenter.app.flow_folder import FlowFolder, read_folder
from callcenter.flow.drawing import mermaid
from callcenter.flow.problems import Problem
from callcenter.flow.schema import flow_schema_text
from callcenter.flow.simulator import Outcome, run_scripts

app = typer.Typer(no_args_is_help=True, help="Check, test and draw flows.")

Folder = Annotated[Path, typer.Argument(help="Folder of flows, or one flow's file")]
Lang = Annotated[str, typer.Option("--lang", help="zh or en; by default as LANG says, else zh")]


def language_of(option: str) -> str:
    """The language to speak: the option, else the environment's, else Chinese."""
    said = option or os.environ.get("LC_ALL") or os.environ.get("LANG") or "zh"
    return "en" if said.lower().startswith("en") else "zh"


def _open(path: Path, lang: str) -> tuple[FlowFolder, Path | None]:
    """The folder, and the single file asked for, if it was one. Ends the program when it cannot be read."""
    folder, only = (path, None) if path.is_dir() else (path.parent, path)
    try:
        if only is not None and not only.is_file():
            raise FileNotFoundError(2, "no such file or folder", str(only))
        return read_folder(folder), only
    except OSError as error:
        what = {"zh": "无法读取", "en": "cannot read"}[lang]
        typer.echo(f"{what} {error.filename or path}: {error.strerror or error}", err=True)
        raise typer.Exit(2) from None


def _about(problems: list[Problem], only: Path | None) -> list[Problem]:
    return [problem for problem in problems if only is None or Path(problem.file) == only]


@app.command("check")
def check_flows(path: Folder = Path("ivr_flows"), lang: Lang = "") -> None:
    """Name file, line and mend of everything wrong with the flows."""
    language = language_of(lang)
    folder, only = _open(path, language)
    problems = _about(folder.check(), only)
    for problem in problems:
        typer.echo(problem.line_in(language))
    if problems:
        raise typer.Exit(1)
    count = len(folder.loaded) if only is None else 1
    typer.echo({"zh": f"{count} 个流程，没有问题", "en": f"{count} flow(s), nothing wrong"}[language])


@app.command("test")
def play_scripts(
    path: Folder = Path("ivr_flows"),
    lang: Lang = "",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show what each caller heard")] = False,
) -> None:
    """Play the scripted callers (*.test.yaml) through the flows."""
    language = language_of(lang)
    folder, only = _open(path, language)
    problems = folder.check()
    for problem in problems:
        typer.echo(problem.line_in(language))
    if problems:
        raise typer.Exit(1)
    outcomes = _run(folder, only, verbose)
    failed = sum(not outcome.passed for outcome in outcomes)
    passed = len(outcomes) - failed
    typer.echo({"zh": f"通过 {passed}，失败 {failed}", "en": f"{passed} passed, {failed} failed"}[language])
    if failed or not outcomes:
        raise typer.Exit(1)


def _run(folder: FlowFolder, only: Path | None, verbose: bool) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for tests in folder.scripts:
        name = tests.scripts.flow
        if only is not None and Path(tests.document.file) != only and name != only.stem:
            continue
        for outcome in run_scripts(tests, folder.flows, folder.calendars):
            outcomes.append(outcome)
            mark = "✓" if outcome.passed else "✗"
            typer.echo(f"{mark} {name}: {outcome.name}")
            if outcome.fault:
                typer.echo(f"  {tests.document.file}:{outcome.line}: {outcome.fault}")
            if verbose or outcome.fault:
                for text in outcome.heard:
                    typer.echo(f"    “{text}”")
    return outcomes


@app.command("draw")
def draw_flow(
    name: Annotated[str, typer.Argument(help="Name of a flow, or its file")],
    folder: Annotated[Path, typer.Option("--folder", help="Folder of flows")] = Path("ivr_flows"),
    lang: Lang = "",
) -> None:
    """Print a flow as a Mermaid flowchart."""
    language = language_of(lang)
    file = Path(name)
    where = file.parent if file.suffix in (".yaml", ".yml") else folder
    read, _ = _open(where, language)
    found = read.loaded.get(file.stem)
    if found is None:
        for problem in _about(read.problems, where / f"{file.stem}.yaml"):
            typer.echo(problem.line_in(language), err=True)
        known = ", ".join(read.loaded)
        message = {
            "zh": f"没有流程“{file.stem}”；现有：{known}",
            "en": f"there is no flow '{file.stem}'; there are: {known}",
        }
        typer.echo(message[language], err=True)
        raise typer.Exit(2)
    typer.echo(mermaid(found.flow, language), nl=False)


@app.command("schema")
def print_schema(
    write: Annotated[Path | None, typer.Option("--write", help="Write it to this file instead of printing it")] = None,
) -> None:
    """Print the JSON Schema of flow files, for editors."""
    if write is None:
        typer.echo(flow_schema_text(), nl=False)
        return
    write.parent.mkdir(parents=True, exist_ok=True)
    write.write_text(flow_schema_text(), encoding="utf-8")
