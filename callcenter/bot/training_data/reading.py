"""From a path to a :class:`Project`: a Rasa folder, one Rasa file, or a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from callcenter.bot.training_data.consistency import check
from callcenter.bot.training_data.csv_rows import looks_like_csv, read_csv
from callcenter.bot.training_data.model import BadTrainingData, DataProblem, Project
from callcenter.bot.training_data.rasa_domain import names_of, read_options, read_pipeline
from callcenter.bot.training_data.rasa_nlu import NluFile
from callcenter.flow.problems import BadFlowFile
from callcenter.flow.yamlfile import Document, read_text

MAX_BYTES = 16_777_216
OPTIONS_FILE = "embedded.yml"
_DIALOGUE_KEYS = {
    "stories", "rules", "slots", "forms", "responses", "actions", "e2e_actions", "session_config", "version",
    "intents", "entities", "nlu", "recipe", "assistant_id", "language", "pipeline", "policies",
}  # fmt: skip


def read_project(path: Path, *, for_training: bool = True) -> Project:
    """Read training data; ``for_training=False`` reads labelled test sentences, which need no five of each intent.

    Everything wrong is in ``problems``. Raises :class:`BadTrainingData` when a problem blocks.
    """
    project = Project(name=str(path))
    if path.is_dir():
        _read_folder(path, project)
    elif looks_like_csv(path):
        text = _text(path, project)
        if text is not None:
            read_csv(str(path), text, project)
    else:
        document = _document(path, project)
        if document is not None:
            _take(document, project)
    check(project, for_training=for_training, lenient=looks_like_csv(path))
    if any(problem.blocks for problem in project.problems):
        project.problems.sort(key=lambda problem: (not problem.blocks, problem.file, problem.line))
        raise BadTrainingData(project.problems)
    return project


def _read_folder(folder: Path, project: Project) -> None:
    data = folder / "data" if (folder / "data").is_dir() else folder
    found = {*_yaml_files(data)}
    for name in ("config", "domain"):
        found |= {folder / f"{name}{suffix}" for suffix in (".yml", ".yaml") if (folder / f"{name}{suffix}").is_file()}
    if (folder / "domain").is_dir():
        found |= {*_yaml_files(folder / "domain")}
    for file in sorted(found):
        document = _document(file, project)
        if document is not None:
            _take(document, project)
    options = folder / OPTIONS_FILE
    document = _document(options, project) if options.is_file() else None
    if document is not None and _is_record(document, project):
        read_options(document, project)


def _yaml_files(folder: Path) -> list[Path]:
    return [
        file
        for file in folder.rglob("*")
        if file.suffix in (".yml", ".yaml") and file.is_file() and file.name not in (OPTIONS_FILE, "endpoints.yml")
    ]


def _take(document: Document, project: Project) -> None:
    if not _is_record(document, project):
        return
    fields = document.data
    version = str(fields.get("version", "3"))
    if not version.startswith("3"):
        _say(project, document.file, document.line(("version",)), "unknown_version", found=version)
    for key in fields:
        if key not in _DIALOGUE_KEYS:
            line = document.line((key,))
            project.problems.append(DataProblem(document.file, line, "unsupported_key", {"key": key}, blocks=False))
    project.intents += names_of(document, "intents", project)
    if "entities" in fields:
        project.entities = [*(project.entities or []), *names_of(document, "entities", project)]
    NluFile(document, project).read()
    read_pipeline(document, project)


def _is_record(document: Document, project: Project) -> bool:
    if isinstance(document.data, dict):
        return True
    _say(project, document.file, 1, "not_a_mapping", where=Path(document.file).name)
    return False


def _text(path: Path, project: Project) -> str | None:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            _say(project, str(path), 1, "file_too_big", size=size, limit=MAX_BYTES)
            return None
        raw = path.read_bytes()
    except OSError as error:
        _say(project, str(path), 1, "unreadable", reason=error.strerror or str(error))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        _say(project, str(path), line, "not_utf8", byte=error.start + 1)
        return None


def _document(path: Path, project: Project) -> Document | None:
    text = _text(path, project)
    if text is None:
        return None
    try:
        return read_text(str(path), text, max_bytes=MAX_BYTES)
    except BadFlowFile as error:
        for problem in error.problems:
            project.problems.append(DataProblem(problem.file, problem.line, problem.code, problem.detail))
        return None


def _say(project: Project, file: str, line: int, code: str, **detail: Any) -> None:
    project.problems.append(DataProblem(file, line, code, detail))
