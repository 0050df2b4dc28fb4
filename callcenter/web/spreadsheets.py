"""Tables as files for spreadsheets. What somebody typed never becomes a formula there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import xlsxwriter

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_DAY_MS = 86_400_000
_WIDEST = 40

Cell = str | int | float | datetime | None


class Form(StrEnum):
    """What a column of numbers holds."""

    PLAIN = ""
    SHARE = "0.0%"  # from 0 to 1
    TIME = "[h]:mm:ss"  # ms


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a file."""

    title: str
    form: Form = Form.PLAIN


def harmless(cell: object) -> object:
    """A cell of a CSV file, with a quote before a text that a spreadsheet would take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def csv_line(cells: Iterable[object]) -> str:
    """One line of a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def csv_text(heading: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A CSV file, marked as UTF-8 so that spreadsheets read Chinese."""
    return "\ufeff" + csv_line(heading) + "".join(map(csv_line, rows))


def csv_cells(fields: Sequence[Field], row: Sequence[Cell]) -> list[object]:
    """A row as CSV has it: shares with four digits, lengths of time in whole seconds, moments to the minute."""
    return [_plain(field, cell) for field, cell in zip(fields, row, strict=True)]


def excel_file(sheet: str, fields: Sequence[Field], rows: Iterable[Sequence[Cell]], made_at: datetime) -> bytes:
    """An Excel file of one sheet with a fixed head. Rows go out one by one, so memory does not grow with them."""
    return excel_book([(sheet, fields, rows)], made_at)


def excel_book(sheets: Iterable[tuple[str, Sequence[Field], Iterable[Sequence[Cell]]]], made_at: datetime) -> bytes:
    """An Excel file of some sheets, each with its name, columns and rows."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, {**options, "strings_to_numbers": False}) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        for sheet, fields, rows in sheets:
            _sheet(book, sheet, fields, rows)
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, sheet: str, fields: Sequence[Field], rows: Iterable[Sequence[Cell]]) -> None:
    page = book.add_worksheet(sheet)
    bold = book.add_format({"bold": True, "bottom": 1})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    forms = [book.add_format({"num_format": field.form} if field.form else {}) for field in fields]
    for column, field in enumerate(fields):
        page.set_column(column, column, min(max(12, 2 * len(field.title)), _WIDEST))
        page.write_string(0, column, field.title, bold)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, (field, cell) in enumerate(zip(fields, row, strict=True)):
            if isinstance(cell, str):
                page.write_string(last, column, cell)
            elif isinstance(cell, datetime):
                page.write_datetime(last, column, cell.replace(tzinfo=None), moment)
            elif cell is not None:
                value = cell / _DAY_MS if field.form is Form.TIME else cell
                page.write_number(last, column, value, forms[column])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(fields) - 1)


def _plain(field: Field, cell: Cell) -> object:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if cell is None or isinstance(cell, str):
        return cell or ""
    if field.form is Form.TIME:
        return round(timedelta(milliseconds=cell).total_seconds())
    return round(cell, 4)
