"""The process that works a question out: it reads one task, tells how far it is, and says the answer.

``python -m callcenter.app.what_if`` reads a :class:`Task` as JSON from standard input and writes lines of JSON:
:class:`Told` any number of times, then :class:`Said` or :class:`Failed`.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from callcenter.app.what_if.answering import answer
from callcenter.domain.errors import CallCenterError, ConfigError
from callcenter.domain.what_if import Answer, Question
from callcenter.storage.past_journal import PastJournal


class Task(Struct, frozen=True):
    """What is to be worked out, and from where."""

    url: str
    timezone: str
    question: Question


class Told(Struct, frozen=True, tag="told"):
    """Runs made, and those to be made."""

    runs: int
    runs_in_all: int


class Said(Struct, frozen=True, tag="said"):
    """The answer."""

    answer: Answer


class Failed(Struct, frozen=True, tag="failed"):
    """Why there is none; the days the journal tells of, where that helps."""

    fault: str
    detail: str = ""
    first_day: str = ""
    last_day: str = ""


Line = Told | Said | Failed
OF_THE_DAY = frozenset({"nobody_came", "nobody_answered", "no_configuration"})


def work(task: Task, out: BinaryIO) -> None:
    """Write the lines of one task."""

    def tell(line: Line) -> None:
        out.write(msgspec.json.encode(line) + b"\n")
        out.flush()

    try:
        found = answer(task.url, task.timezone, task.question, lambda made, of: tell(Told(made, of)))
    except ConfigError as error:
        days = _days(task) if error.code in OF_THE_DAY else ("", "")
        tell(Failed(error.code or "does_not_fit", str(error), *days))
    except MemoryError:
        tell(Failed("too_large"))
    except CallCenterError as error:
        tell(Failed("journal_unreadable", str(error)))
    else:
        tell(Said(found))


def _days(task: Task) -> tuple[str, str]:
    journal = PastJournal(task.url)
    try:
        bounds = journal.bounds()
    except CallCenterError:
        return "", ""
    finally:
        journal.close()
    if bounds is None:
        return "", ""
    first, last = (datetime.fromtimestamp(at_ms / 1_000, ZoneInfo(task.timezone)) for at_ms in bounds)
    return f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"


def main() -> None:
    """One task, from standard input to standard output."""
    work(msgspec.json.decode(sys.stdin.buffer.read(), type=Task), sys.stdout.buffer)
