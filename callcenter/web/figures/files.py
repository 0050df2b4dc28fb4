"""Figures as files: a row for each stretch of time and group, with every figure there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from callcenter.web.figures.asking import Asked
from callcenter.web.figures.columns import Column, Kind, columns_of
from callcenter.web.figures.table import Rows, group_name, kind_name
from callcenter.web.i18n import N_
from callcenter.web.spreadsheets import Cell, Field, Form, csv_cells, csv_text, excel_file
from callcenter.web.wording.words import Words

MOST_ROWS = 50_000
"""More would keep the machine busy that takes calls; for those there is ``callcenter figures export``."""
_FORMS = {Kind.COUNT: Form.PLAIN, Kind.SHARE: Form.SHARE, Kind.TIME: Form.TIME}
_IN_SECONDS = N_("%(figure)s (s)")


def as_csv(words: Words, wanted: Asked, rows: Rows) -> bytes:
    """The rows as CSV: lengths of time in seconds, shares from 0 to 1."""
    fields = _fields(words, wanted)
    heading = [words.gettext(_IN_SECONDS, figure=f.title) if f.form is Form.TIME else f.title for f in fields]
    return csv_text(heading, (csv_cells(fields, row) for row in _rows(words, wanted, rows))).encode()


def as_excel(words: Words, wanted: Asked, rows: Rows, now_ms: int) -> bytes:
    """The rows as an Excel file: moments, lengths of time and shares are numbers one can reckon with."""
    made_at = datetime.fromtimestamp(now_ms / 1_000, words.zone)
    return excel_file(words.gettext("Figures"), _fields(words, wanted), _rows(words, wanted, rows), made_at)


def file_name(wanted: Asked, ending: str) -> str:
    """Says what is in the file."""
    return f"figures-{wanted.by}-{wanted.first}-{wanted.last}-{wanted.every}min.{ending}"


def _fields(words: Words, wanted: Asked) -> list[Field]:
    figures = [Field(words.gettext(c.title), _FORMS[c.kind]) for c in columns_of(wanted.by)]
    return [Field(words.gettext("From")), Field(kind_name(words, wanted.by)), Field(words.gettext("Id")), *figures]


def _rows(words: Words, wanted: Asked, rows: Rows) -> Iterator[list[Cell]]:
    columns: tuple[Column, ...] = columns_of(wanted.by)
    for row in rows:
        start = datetime.fromtimestamp(row.start_ms / 1_000, words.zone)
        figures = [column.of(row.sums) for column in columns]
        yield [start, group_name(words, wanted.by, row.group), row.group, *figures]
