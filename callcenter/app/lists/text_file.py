"""CSV files of any origin: encoding and delimiter found, rows read one by one, broken ones told apart."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

ENCODINGS = ("utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5", "cp1252")
"""What may be chosen by hand."""
DELIMITERS = (",", "\t", ";", "|", "，")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 20
_BROKEN = "\ufffd"
MAX_LINES = 20
"""A cell that goes on for longer has a quote that nobody closed."""
MAX_LINE = 100_000
"""Characters of one line."""


def encoding_of(path: Path) -> str:
    """By its mark; else UTF-16 by its NULs; else UTF-8 or GB18030, whichever reads more of the file.

    Detectors by letter frequency take short Chinese lists for Korean; here only few encodings are in question, and
    reading the file in each is exact.
    """
    with path.open("rb") as file:
        head = file.read(4_096)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if head.count(0) * 8 > len(head):
        # Separators and digits, of which lists are full, have their NUL behind them in little-endian order.
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    utf8 = _unreadable(path, "utf-8")
    return "utf-8" if utf8 == 0 or utf8 <= _unreadable(path, "gb18030") else "gb18030"


def delimiter_of(heading: str) -> str:
    """The one that stands most often in the heading, outside of quotes."""
    plain = "".join(heading.split('"')[::2])
    return max(DELIMITERS, key=plain.count)


def first_line(path: Path, encoding: str) -> str:
    """The heading as it stands in the file."""
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        return file.readline(MAX_LINE)


def rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with its number, the heading being row 1; None in place of its cells where it cannot be read."""
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        for number, record in enumerate(_records(file), 1):
            yield number, None if record is None or _BROKEN in record else _cells(record, delimiter)


def _cells(record: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([record], delimiter=delimiter), [])
    except csv.Error:
        return None


def _records(lines: Iterator[str]) -> Iterator[str | None]:
    """Lines put together where quotes are open at their end. An unclosed one costs its own line and no other."""
    waiting: Iterator[str] = iter(lines)
    while (line := next(waiting, None)) is not None:
        if len(line) > MAX_LINE:
            yield None
        elif line.count('"') % 2 == 0:
            yield line
        else:
            taken = [line]
            while len(taken) < MAX_LINES and (more := next(waiting, None)) is not None:
                taken.append(more)
                if more.count('"') % 2:
                    break
            record = "".join(taken)
            if record.count('"') % 2 == 0:
                yield record
            else:
                yield None
                waiting = chain(taken[1:], waiting)


def _unreadable(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    found = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found += decoder.decode(chunk).count(_BROKEN)
    return found + decoder.decode(b"", final=True).count(_BROKEN)
