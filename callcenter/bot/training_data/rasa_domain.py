"""The parts of a Rasa project that the training of understanding needs beside sentences: domain, pipeline, options."""

from __future__ import annotations

from typing import Any

import msgspec

from callcenter.bot.training_data.model import DataProblem, Options, Project
from callcenter.flow.yamlfile import Document

REPLACED = {
    "WhitespaceTokenizer",
    "JiebaTokenizer",
    "RegexFeaturizer",
    "LexicalSyntacticFeaturizer",
    "CountVectorsFeaturizer",
    "DIETClassifier",
    "LogisticRegressionClassifier",
    "SklearnIntentClassifier",
    "KeywordIntentClassifier",
    "CRFEntityExtractor",
    "DucklingEntityExtractor",
    "FallbackClassifier",
}
"""Components whose work a part of the embedded assistant does in its own way."""
USED = {"RegexEntityExtractor", "EntitySynonymMapper"}
"""Components that mean the same here."""
_EXTRACTOR_OPTIONS = {"use_word_boundaries", "use_lookup_tables", "use_regexes", "case_sensitive"}
EMBEDDINGS = ("none", "use", "minilm")


def names_of(document: Document, key: str, project: Project) -> list[str]:
    """The names listed under ``intents`` or ``entities``: plain, or a record of one name with its options."""
    listed = document.data.get(key)
    if listed is None:
        return []
    if not isinstance(listed, list):
        detail = {"where": key}
        project.problems.append(DataProblem(document.file, document.line((key,)), "not_a_list", detail))
        return []
    return [str(next(iter(item))) if isinstance(item, dict) and item else str(item) for item in listed]


def read_pipeline(document: Document, project: Project) -> None:
    """Name every component that means something else here, or nothing; take over those that mean the same."""
    pipeline = document.data.get("pipeline")
    if pipeline is None:
        return
    if not isinstance(pipeline, list):
        where = document.line(("pipeline",))
        project.problems.append(DataProblem(document.file, where, "not_a_list", {"where": "pipeline"}))
        return
    for number, component in enumerate(pipeline):
        name = str(component.get("name", "?") if isinstance(component, dict) else component)
        options = (
            {key: value for key, value in component.items() if key != "name"} if isinstance(component, dict) else {}
        )
        short = name.rsplit(".", 1)[-1]
        line = document.line(("pipeline", str(number)))
        if short in USED:
            if short == "RegexEntityExtractor":
                project.literal_regexes = options.get("use_regexes", True) is not False
            options = {key: value for key, value in options.items() if key not in _EXTRACTOR_OPTIONS}
            if not options:
                continue
        code = "replaced_component" if short in REPLACED | USED else "unsupported_component"
        detail: dict[str, Any] = {"name": short, "options": list(options) or ["-"]}
        project.problems.append(DataProblem(document.file, line, code, detail, blocks=False))


def read_options(document: Document, project: Project) -> None:
    """Take the options of ``embedded.yml``."""
    fields = document.data
    known = list(Options.__struct_fields__)
    for key in set(fields) - set(known):
        detail: dict[str, Any] = {"key": key, "known": known}
        project.problems.append(DataProblem(document.file, document.line((key,)), "unknown_key", detail))
    try:
        project.options = msgspec.convert({key: fields[key] for key in known if key in fields}, Options)
    except msgspec.ValidationError as error:
        key = str(error).rpartition("$.")[2].strip("`") or "embedded.yml"
        _bad_option(document, project, key, fields.get(key), str(error).split(" - ")[0])
        return
    for name in project.options.embedding.split("+"):
        if name not in EMBEDDINGS:
            _bad_option(document, project, "embedding", name, "none, use, minilm or use+minilm")
    if project.options.refuse not in ("balanced", "never"):
        _bad_option(document, project, "refuse", project.options.refuse, "balanced or never")


def _bad_option(document: Document, project: Project, key: str, found: Any, expected: str) -> None:
    detail = {"key": key, "found": str(found), "expected": expected}
    project.problems.append(DataProblem(document.file, document.line((key,)), "bad_option", detail))
