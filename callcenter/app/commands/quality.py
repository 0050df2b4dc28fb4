"""``callcenter quality``: check rules and forms, and score transcripts."""

from __future__ import annotations

import json as json_format
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from callcenter.app import quality_files as files
from callcenter.app.commands.flow import Lang, language_of
from callcenter.app.commands.quality_rescore import rescore
from callcenter.app.quality_training import read_sentences, train
from callcenter.domain.errors import ConfigError
from callcenter.quality.forms import BadForm, Form
from callcenter.quality.problems import QualityProblem
from callcenter.quality.rules import RuleSet
from callcenter.quality.schema import schema_text
from callcenter.quality.scoring import Score, masked, score
from callcenter.quality.transcript_file import BadTranscript, read_transcript

app = typer.Typer(no_args_is_help=True, help="Quality: check rules and forms, score transcripts.")
app.command("rescore")(rescore)

FormFile = Annotated[Path | None, typer.Option("--form", help="Score form (YAML); by default the shipped one")]


@app.command("check")
def check_rules(
    rules: Annotated[Path, typer.Argument(help="Rule file or folder of them")] = files.SHIPPED_RULES,
    form: FormFile = None,
    lang: Lang = "",
) -> None:
    """Name file, line and mend of everything wrong with rules, run their examples, and check a form against them."""
    language = language_of(lang)
    found, problems = _rules(rules, language, examples=True)
    if found is not None and form is not None:
        try:
            files.load_form(form, found)
        except BadForm as error:
            problems += error.problems
        except OSError as error:
            raise _unreadable(error, form, language) from None
    _show(problems, language)
    if problems or found is None:
        raise typer.Exit(1)
    count, examples = len(found.rules), sum(len(rule.examples) for rule in found.rules)
    said = {
        "zh": f"{count} 条规则，{examples} 个例子，没有问题",
        "en": f"{count} rules, {examples} examples, nothing wrong",
    }
    typer.echo(said[language])


@app.command("score")
def score_transcripts(
    transcripts: Annotated[list[Path], typer.Argument(help="Transcripts (JSON), or folders of them")],
    rules: Annotated[Path, typer.Option("--rules", help="Rule file or folder")] = files.SHIPPED_RULES,
    form: FormFile = None,
    json: Annotated[bool, typer.Option("--json", help="A JSON list instead of a table")] = False,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Personal data in quotes as it was said")] = False,
    lang: Lang = "",
) -> None:
    """Score transcripts: points, and each finding with the sentence it cites. Exit 1 when a file was no transcript."""
    language = language_of(lang)
    ready, using = _ready(rules, form, language)
    try:
        paths = list(files.transcript_files(transcripts))
    except OSError as error:
        raise _unreadable(error, transcripts[0], language) from None
    if not paths:
        nothing = {"zh": "这里没有 JSON 文件", "en": "there are no JSON files here"}[language]
        typer.echo(f"{', '.join(map(str, transcripts))}: {nothing}", err=True)
        raise typer.Exit(2)
    failed = False
    told: list[dict[str, Any]] = []
    for path in paths:
        try:
            result = score(read_transcript(str(path), path.read_bytes()), ready, using)
            result = result if unmasked else masked(result)
        except BadTranscript as error:
            failed = True
            _show(error.problems, language, err=True)
            told.append({"file": str(path), "error": [problem.line_in(language) for problem in error.problems]})
            continue
        except OSError as error:
            failed = True
            typer.echo(f"{path}: {error.strerror}", err=True)
            told.append({"file": str(path), "error": [str(error.strerror)]})
            continue
        told.append({"file": str(path), **result.to_json()})
        if not json:
            _table(path, result, ready, language)
    if json:
        typer.echo(json_format.dumps(told, ensure_ascii=False, indent=1))
    if failed:
        raise typer.Exit(1)


@app.command("train")
def train_classifier(
    sentences: Annotated[Path, typer.Argument(help="YAML with two lists of sentences, yes and no")],
    out: Annotated[Path, typer.Option("--out", help="Where to write it: models/NAME.json beside the rules")],
    lang: Lang = "",
) -> None:
    """Train a classifier for rules from sentences, and say by cross-validation how often it is right."""
    language = language_of(lang)
    try:
        made = train(*read_sentences(sentences))
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json_format.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        raise _unreadable(error, sentences, language) from None
    said = {
        "zh": "{out}：{sentences} 句；五折交叉验证，概率 0.5 起：准确率 {precision:.2f}，召回率 {recall:.2f}",
        "en": "{out}: {sentences} sentences; 5-fold, from 0.5: precision {precision:.2f}, recall {recall:.2f}",
    }
    typer.echo(said[language].format(out=out, **made))


@app.command("schema")
def print_schema(
    name: Annotated[str, typer.Argument(help="rules, form or transcript")] = "rules",
    lang: Lang = "",
) -> None:
    """Print the JSON Schema of rule files, forms or transcripts, for editors."""
    try:
        typer.echo(schema_text(name), nl=False)
    except KeyError:
        said = {"zh": "可选：rules、form、transcript", "en": "choose one of: rules, form, transcript"}
        typer.echo(said[language_of(lang)], err=True)
        raise typer.Exit(2) from None


def _rules(path: Path, language: str, *, examples: bool) -> tuple[RuleSet | None, list[QualityProblem]]:
    try:
        return files.load_rules(path, examples=examples)
    except OSError as error:
        raise _unreadable(error, path, language) from None


def _ready(rules: Path, form: Path | None, language: str) -> tuple[RuleSet, Form]:
    """Rules and form to score by; ends the program with 2 when they can not be used."""
    found, problems = _rules(rules, language, examples=False)
    if found is None or problems:
        _show(problems, language, err=True)
        raise typer.Exit(2)
    try:
        return found, files.load_form(form or files.SHIPPED_FORM, found)
    except BadForm as error:
        _show(error.problems, language, err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        raise _unreadable(error, form, language) from None


def _unreadable(error: OSError, path: Path | None, language: str) -> typer.Exit:
    what = {"zh": "无法读取", "en": "cannot read"}[language]
    typer.echo(f"{what} {error.filename or path}: {error.strerror or os.strerror(error.errno or 0)}", err=True)
    return typer.Exit(2)


def _show(problems: list[QualityProblem], language: str, *, err: bool = False) -> None:
    for problem in problems:
        typer.echo(problem.line_in(language), err=err)


def _table(path: Path, result: Score, rules: RuleSet, language: str) -> None:
    titles = {rule.id: rule.title[language] for rule in rules.rules}
    none = {"zh": "未评分", "en": "not scored"}[language]
    fatal = {"zh": "（致命项）", "en": " (fatal)"}[language] if result.fatal else ""
    typer.echo(f"{path}: {none if result.score is None else f'{result.score:g}'}{fatal}")
    for note in result.notes:
        typer.echo(f"  ! {QualityProblem(str(path), 1, note.code, note.detail).message_in(language)}")
    for finding in result.findings:
        where = (
            "" if finding.turn is None or finding.start_ms is None else f" #{finding.turn} {_clock(finding.start_ms)}"
        )
        quote = f" “{finding.quote}”" if finding.quote else ""
        typer.echo(f"  {finding.id} {titles[finding.id]}{where}{quote} {finding.confidence:.2f}")


def _clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"
