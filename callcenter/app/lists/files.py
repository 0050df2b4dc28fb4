"""A file of leads, whatever it is: text with separators, or a spreadsheet."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from callcenter.app.lists import text_file
from callcenter.domain.errors import Rejected
from callcenter.domain.lead_lists import Mapping, Preview
from dialer.lists.columns import guess

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MAX_UNPACKED = 1 << 30
"""Bytes that a spreadsheet may unpack to."""
MAX_COLUMNS = 200
PREVIEWED = 20

Row = tuple[int, list[str] | None]


def is_spreadsheet(path: Path) -> bool:
    """By its first bytes; the name says nothing."""
    with path.open("rb") as file:
        return file.read(4) in (_ZIP, _OLD_EXCEL)


def preview(path: Path, region: str, encoding: str = "", delimiter: str = "") -> Preview:
    """How the file would be read, and its first rows. Raises ``Rejected`` where there is no heading to go by."""
    encodings: tuple[str, ...] = ()
    if not is_spreadsheet(path):
        encoding = encoding or text_file.encoding_of(path)
        encodings = tuple(dict.fromkeys((encoding, *text_file.ENCODINGS)))
        delimiter = delimiter or text_file.delimiter_of(text_file.first_line(path, encoding))
    plain = Mapping((), (), region, encoding=encoding, delimiter=delimiter)
    first = list(islice(rows(path, plain), PREVIEWED + 1))
    heading = first[0][1] if first else None
    if not heading or not any(map(str.strip, heading)):
        raise Rejected("list_no_heading")
    while heading and not heading[-1].strip():
        heading.pop()
    if len(heading) > MAX_COLUMNS:
        raise Rejected("list_too_wide", str(len(heading)))
    guessed = guess(heading, region)
    mapping = Mapping(guessed.headings, guessed.uses, region, encoding=encoding, delimiter=delimiter)
    return Preview(mapping, tuple((number, tuple(cells or ())) for number, cells in first[1:]), encodings)


def rows(path: Path, mapping: Mapping) -> Iterator[Row]:
    """Each row with its number, the heading being row 1; None in place of its cells where it cannot be read.

    Raises ``Rejected`` when the file as a whole cannot be.
    """
    if is_spreadsheet(path):
        return _sheet_rows(path)
    return text_file.rows(path, mapping.encoding, mapping.delimiter)


def _sheet_rows(path: Path) -> Iterator[Row]:
    """The first sheet that is shown. The reader keeps the packed cells of one sheet in memory, outside of Python."""
    _look_inside(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
            if not shown:
                raise Rejected("list_no_sheet")
            sheet = book.get_sheet_by_name(shown[0])
            first = sheet.start[0] if sheet.start is not None else 0
            for number, cells in enumerate(sheet.iter_rows(), 1 + first):
                yield number, [_text(cell) for cell in cells]
    except CalamineError as error:
        raise Rejected("list_unreadable") from error


def _look_inside(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return  # the old format is not packed
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise Rejected("list_unreadable") from error
    if size > MAX_UNPACKED:
        raise Rejected("list_too_large")


def _text(cell: object) -> str:
    """A cell as one sees it: whole numbers without a point, days and times as ISO 8601 has them."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case int():
            return str(cell)
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
    return ""
