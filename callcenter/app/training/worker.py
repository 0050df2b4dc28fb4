"""The process that trains: it reads one task, tells how far it is, and says what came of it.

``python -m callcenter.app.training`` reads a :class:`Task` as JSON from standard input and writes lines of JSON:
:class:`Told` any number of times, then one of the others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from callcenter.app.training.judging import judge
from callcenter.app.training.tasks import Alike, Answer, Failed, Grouped, Known, Line, Read, Task, Told, Train, Trained
from callcenter.app.training.working_copy import data_hash, held_out, with_examples
from callcenter.bot.embedded import load, save, train
from callcenter.bot.embedded.alike import groups_of
from callcenter.bot.training_data import BadTrainingData, read_project
from callcenter.domain.errors import CallCenterError
from callcenter.domain.training import TrainingStage

MOST_PROBLEMS = 8
Tell = Callable[[Line], None]


def work(task: Task, out: BinaryIO) -> None:
    """Write the lines of one task."""

    def tell(line: Line) -> None:
        out.write(msgspec.json.encode(line) + b"\n")
        out.flush()

    try:
        tell(_answer(task, tell))
    except BadTrainingData as error:
        tell(Failed("data_wrong", {language: _problems(error, language) for language in ("zh", "en")}))
    except MemoryError:
        tell(Failed("too_large"))
    except CallCenterError as error:
        tell(Failed("not_trained", {"zh": str(error), "en": str(error)}))


def _answer(task: Task, tell: Tell) -> Answer:
    match task:
        case Alike(texts=texts, model=model):
            return Grouped(groups_of(texts, load(Path(model)).vocabulary if model else None))
        case Read(data=data):
            return Known([(one.text, one.intent) for one in read_project(Path(data)).examples])
        case Train():
            return _trained(task, tell)


def _problems(error: BadTrainingData, language: str) -> str:
    blocking = [problem for problem in error.problems if problem.blocks]
    return "\n".join(one.line_in(language) for one in blocking[:MOST_PROBLEMS])


def _trained(task: Train, tell: Tell) -> Trained:
    tell(Told(TrainingStage.READING))
    folder = Path(task.data)
    project = read_project(folder)
    with_examples(project, task.examples)
    aside, kind = held_out(project, folder)

    def progress(what: str, done: int, of: int) -> None:
        tell(Told(TrainingStage.TRAINING, done, of))

    model = train(project, progress)
    tell(Told(TrainingStage.JUDGING))
    report = judge(model, aside, kind, task.running)
    save(model, Path(task.out))
    return Trained(data_hash(folder, task.examples), len(project.examples), report)


def main() -> None:
    """One task, from standard input to standard output."""
    work(msgspec.json.decode(sys.stdin.buffer.read(), type=Task), sys.stdout.buffer)
