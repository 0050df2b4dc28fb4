"""``callcenter nlu``: train, test, ask and compare the embedded assistant's understanding."""

from __future__ import annotations

import json as json_format
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from callcenter.app.commands.flow import Lang, language_of
from callcenter.domain.errors import CallCenterError

if TYPE_CHECKING:  # numpy, jieba and scikit-learn are loaded by the commands, not by every start of the program
    from callcenter.bot.embedded import Model
    from callcenter.bot.embedded.evaluation import Evaluation
    from callcenter.bot.training_data import Project

app = typer.Typer(no_args_is_help=True, help="Train, test, ask and compare the assistant's understanding.")

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="JSON instead of a table")]
ModelDir = Annotated[Path, typer.Option("--model", help="Folder of a model made by: callcenter nlu train")]

_NAMES = {
    "accuracy": "in-scope sentences answered with their own intent",
    "macro_f1": "mean F1 of the intents",
    "refused": "in-scope sentences refused",
    "accepted_out_of_scope": "out-of-scope sentences not refused",
    "accuracy_unrefused": "accuracy had nothing been refused",
    "in_scope": "in-scope sentences",
    "out_of_scope": "out-of-scope sentences",
    "ms_per_query": "milliseconds of processor time a sentence",
}


@app.command("train")
def train_model(
    out: Annotated[Path, typer.Option("--out", help="Folder to write the model to")],
    data: Annotated[Path, typer.Option("--data", help="Rasa folder or file, or CSV text,category")] = Path(
        "nlu_models"
    ),
    embedding: Annotated[
        str, typer.Option("--embedding", help="none, use, minilm, use+minilm; else embedded.yml")
    ] = "",
    seed: Annotated[int | None, typer.Option("--seed", help="The same seed gives the same model")] = None,
    json: Json = False,
    lang: Lang = "",
) -> None:
    """Train a model; says what is wrong with the data, by file and line."""
    from callcenter.bot.embedded import save, train

    began = time.process_time()
    project = _read(data, language_of(lang))
    changed: dict[str, Any] = {}
    if embedding:
        changed["embedding"] = embedding
    if seed is not None:
        changed["seed"] = seed
    project.options = msgspec.structs.replace(project.options, **changed)
    console = Console(stderr=True)
    with console.status("train") as status:
        model = _try(lambda: train(project, lambda what, done, of: status.update(f"{what} {done}/{of}")))
    _try(lambda: save(model, out))
    seconds = round(time.process_time() - began, 1)
    said = {"model": str(out), **model.card, "embedding": model.embedding, "processor_s": seconds}
    if json:
        typer.echo(json_format.dumps(said, ensure_ascii=False, indent=1))
        return
    _print(f"{out}: {model.card['sentences']} sentences, {len(model.intents)} intents, {seconds} s of processor time; "
           f"by {model.card['folds']}-fold cross-validation:", model.card["cross_validation"])  # fmt: skip


@app.command("test")
def test_model(
    file: Annotated[Path, typer.Argument(help="Labelled sentences: Rasa file or folder, or CSV text,category")],
    model: ModelDir = Path("nlu_model"),
    json: Json = False,
    lang: Lang = "",
) -> None:
    """Judge a model by labelled sentences. Rows labelled out_of_scope, or with an intent it lacks, must be refused."""
    from callcenter.bot.embedded.evaluation import evaluate

    language = language_of(lang)
    found = evaluate(_load(model), _read(file, language, for_training=False).examples)
    said = {**found.figures.to_json(), "ms_per_query": round(found.ms_per_query, 3)}
    if json:
        typer.echo(json_format.dumps(said, ensure_ascii=False, indent=1))
        return
    _print(f"{model} on {file}", said)
    _print_confused(found)


@app.command("parse")
def parse_text(
    text: Annotated[list[str], typer.Argument(help="What a customer says; one sentence in each pair of quotes")],
    model: ModelDir = Path("nlu_model"),
    json: Json = False,
) -> None:
    """Show what a model makes of sentences."""
    trained = _load(model)
    for sentence in text:
        parse = trained.parse(sentence)
        if json:
            typer.echo(json_format.dumps(parse.to_json(), ensure_ascii=False))
            continue
        typer.echo(f"{parse.text}\n  {parse.intent} {parse.confidence:.2f}{'  refused' if parse.refused else ''}")
        for entity in parse.entities:
            typer.echo(f"  {entity.entity} = {entity.value}  ({entity.text})")


@app.command("compare")
def compare_models(
    before: Annotated[Path, typer.Argument(help="Folder of a model")],
    after: Annotated[Path, typer.Argument(help="Folder of another")],
    file: Annotated[Path, typer.Argument(help="Labelled sentences: Rasa file or folder, or CSV text,category")],
    json: Json = False,
    lang: Lang = "",
) -> None:
    """Compare two models on the same sentences: accuracy, whether the difference may be chance, what changed."""
    from callcenter.bot.embedded.evaluation import compare

    examples = _read(file, language_of(lang), for_training=False).examples
    found = compare(_load(before), _load(after), examples)
    if json:
        typer.echo(json_format.dumps(found.to_json(), ensure_ascii=False, indent=1))
        return
    _print(f"{before} on {file}", found.before.to_json())
    _print(f"{after} on {file}", found.after.to_json())
    typer.echo(
        f"only the first right: {found.only_before}, only the second right: {found.only_after}; "
        f"McNemar's exact test: p = {found.p_value:.4f}"
    )
    for change in found.changes:
        mark = "+" if change.after_right else "-" if change.before_right else " "
        typer.echo(f"{mark} {change.text}  [{change.label}]  {change.before} → {change.after}")


def _read(path: Path, language: str, *, for_training: bool = True) -> Project:
    from callcenter.bot.training_data import BadTrainingData, read_project

    try:
        project = read_project(path, for_training=for_training)
    except BadTrainingData as error:
        for problem in error.problems:
            if problem.blocks:
                typer.echo(problem.line_in(language), err=True)
        raise typer.Exit(1) from None
    if for_training:
        for problem in project.notes():
            typer.echo(problem.line_in(language), err=True)
    return project


def _load(folder: Path) -> Model:
    from callcenter.bot.embedded import load

    return _try(lambda: load(folder))


def _try(work: Callable[[], T]) -> T:
    try:
        return work()
    except CallCenterError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _print(title: str, said: dict[str, Any]) -> None:
    table = Table(title=title, title_justify="left", show_header=False)
    for key, name in _NAMES.items():
        if said.get(key) is not None:
            table.add_row(key, str(said[key]), name)
    if said.get("accuracy_interval"):
        table.add_row("accuracy_interval", " – ".join(map(str, said["accuracy_interval"])), "95 %")
    Console().print(table)


def _print_confused(found: Evaluation) -> None:
    confused = found.confused()
    if not confused:
        return
    table = Table("meant", "understood", "times", title="most confused", title_justify="left")
    for meant, understood, times in confused:
        table.add_row(meant, understood, str(times))
    Console().print(table)
