"""Reading a list of leads: which column is what, what is shown before it is read, and rows that made no lead."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field


class Use(StrEnum):
    """What a column is. Several may be ``further`` numbers or ``variable``, the others are once at most."""

    NUMBER = "number"
    FURTHER = "further"
    EXTENSION = "extension"
    NAME = "name"
    PRIORITY = "priority"
    ZONE = "zone"
    OWNER = "owner"
    VARIABLE = "variable"
    IGNORE = "ignore"


class Mapping(Struct, frozen=True):
    """How a file is read. ``uses`` says what each column is, in the file's order.

    ``region`` is where numbers without a country are at home; ``area_code`` is put before local landlines, empty: such
    are refused. ``encoding`` and ``delimiter`` are those of a CSV file, empty for a spreadsheet.
    """

    headings: tuple[str, ...]
    uses: tuple[Use, ...]
    region: str = "CN"
    area_code: str = ""
    encoding: str = ""
    delimiter: str = ""


class Preview(Struct, frozen=True):
    """A file before it is read: how it would be, and its first rows with their numbers. Personal data, not masked."""

    mapping: Mapping
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encodings: tuple[str, ...] = ()
    """Those it may be in, for a CSV file."""


class RejectedRow(Struct, frozen=True):
    """A row that made no lead, and why. ``cells`` are as they were in the file."""

    row: int
    column: str
    code: str
    more: dict[str, str | int] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
