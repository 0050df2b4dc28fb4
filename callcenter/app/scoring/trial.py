"""The process that checks rules and tries them: it reads one task, and says the answer as a line of JSON."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
from msgspec import Struct

from callcenter.app.quality_files import read_written, written_form
from callcenter.domain.quality_records import Issue, Tried
from callcenter.quality.forms import BadForm
from callcenter.quality.problems import QualityProblem
from callcenter.quality.scoring import score
from callcenter.quality.transcript_file import BadTranscript, read_transcript


class Task(Struct, frozen=True):
    """Rules and a form by file name, and conversations in the form of docs/quality.md to judge by them."""

    rules: dict[str, str]
    form: dict[str, str]
    conversations: tuple[dict[str, Any], ...] = ()
    language: str = "zh"


class Answer(Struct, frozen=True):
    """What is wrong; where nothing is, how each conversation scores."""

    issues: tuple[Issue, ...]
    tried: tuple[Tried, ...] = ()


def answer(task: Task) -> Answer:
    """Check and try."""
    rules, problems = read_written(task.rules)
    form = None
    if rules is not None:
        try:
            form = written_form(task.form, frozenset(rule.id for rule in rules.rules))
        except BadForm as error:
            problems += error.problems
    if problems or rules is None or form is None:
        return Answer(tuple(_issue(problem, task.language) for problem in problems))
    tried: list[Tried] = []
    for said in task.conversations:
        try:
            result = score(read_transcript(str(said["id"]), msgspec.json.encode(said)), rules, form)
        except BadTranscript:
            continue
        found = tuple(sorted({finding.id for finding in result.findings}))
        tried.append(Tried(result.id, result.score, found))
    return Answer((), tuple(tried))


def _issue(problem: QualityProblem, language: str) -> Issue:
    return Issue(problem.file, problem.line, problem.message_in(language), problem.mend_in(language))


if __name__ == "__main__":
    found = answer(msgspec.json.decode(sys.stdin.buffer.read(), type=Task))
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
