"""The process that reads a list: one task from standard input, lines of JSON about its progress to standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from callcenter.app.lists import files
from callcenter.app.lists.tasks import Done, Failed, Line, Progress, Read
from callcenter.domain.errors import CallCenterError, Rejected
from callcenter.domain.lead_lists import RejectedRow
from callcenter.domain.leads import OPEN, NewLead
from callcenter.storage.lead_writer import Known, LeadWriter
from dialer.lists.duplicates import Placed, without_duplicates
from dialer.lists.judging import UploadJudge
from dialer.lists.reasons import Code, Reject
from dialer.lists.rows import RowReader
from dialer.rules.pack import shipped

BATCH = 1_000
"""Rows of one transaction: some 30 ms, for which others who write wait."""


def work(task: Read, tell: Callable[[Line], None]) -> None:
    """Read the file to its end, and say how it went."""
    writer = LeadWriter(task.url, task.campaign, task.list_id)
    try:
        rows = files.rows(Path(task.path), task.mapping)
        last = _Reading(task, writer).all(rows, tell)
        writer.finish()
        tell(Done(last))
    except MemoryError:
        tell(Failed("list_too_large"))
    except Rejected as error:
        tell(Failed(error.code))
    except (CallCenterError, OSError):
        tell(Failed("list_broke_off"))
    finally:
        writer.close()


class _Reading:
    def __init__(self, task: Read, writer: LeadWriter) -> None:
        self._task = task
        self._writer = writer
        self._reader = RowReader(task.mapping, task.agents)
        self._judge = UploadJudge([shipped(name) for name in task.packs], task.rules, task.at_ms)

    def all(self, rows: Iterator[files.Row], tell: Callable[[Line], None]) -> int:
        """Every row after the task's first; returns the last row's number."""
        last = self._task.after
        rows = (row for row in rows if row[0] > self._task.after)
        while batch := list(islice(rows, BATCH)):
            if batch[-1][0] > self._task.max_rows:
                raise Rejected("list_too_long")
            self._batch(batch)
            last = batch[-1][0]
            tell(Progress(last))
        return last

    def _batch(self, batch: list[files.Row]) -> None:
        read = [
            Reject(number, "", Code.UNREADABLE) if cells is None else self._reader.read(number, cells)
            for number, cells in batch
        ]
        leads = [one for one in read if isinstance(one, NewLead)]
        known = self._writer.known([lead.number for lead in leads])
        opted_out = self._writer.opted_out(number for lead in leads for number in numbers_of(lead))
        task = self._task
        kept, twice = without_duplicates(leads, map(_placed, known), task.campaign, task.list_id, task.others)
        judged = [self._judge.judged(lead, not opted_out.isdisjoint(numbers_of(lead))) for lead in kept]
        # An empty row is no row.
        rejects = [one for one in read if isinstance(one, Reject) and one.code is not Code.EMPTY_ROW] + twice
        cells_of = dict(batch)
        told = [_told(reject, cells_of[reject.row]) for reject in rejects]
        self._writer.add(judged, told, batch[-1][0])


def numbers_of(lead: NewLead) -> list[str]:
    """All numbers of the person."""
    return [lead.number, *(other.number for other in lead.further)]


def _placed(known: Known) -> Placed:
    return Placed(
        known.campaign, known.list, known.row, known.number, known.extension, known.state in (*OPEN, "in_attempt")
    )


def _told(reject: Reject, cells: list[str] | None) -> RejectedRow:
    return RejectedRow(reject.row, reject.column, str(reject.code), reject.more, tuple(cells or ()))


def main() -> None:
    """One task, from standard input to standard output."""
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Read)

    def tell(line: Line) -> None:
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
        sys.stdout.buffer.flush()

    work(task, tell)
