"""Why a row of a list makes no lead. The sentences of the codes are the pages' affair."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field


class Code(StrEnum):
    """Stable words for reject files, screens and tests."""

    EMPTY_ROW = "empty_row"
    MORE_CELLS = "more_cells"
    """The row has more cells than the heading: a separator stands inside a value."""
    UNREADABLE = "unreadable"
    """Not readable in the file's encoding, or not as a row."""
    NO_NUMBER = "no_number"
    NOT_A_NUMBER = "not_a_number"
    ROUNDED = "rounded"
    """A spreadsheet made 1.38E+10 of it: digits are lost."""
    NO_AREA_CODE = "no_area_code"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNASSIGNED = "unassigned"
    """As long as a number is, but in no range that is given out."""
    SERVICE_NUMBER = "service_number"
    """Free, shared-cost, premium or emergency: nobody's telephone."""
    BAD_EXTENSION = "bad_extension"
    BAD_PRIORITY = "bad_priority"
    BAD_ZONE = "bad_zone"
    TOO_MUCH_TEXT = "too_much_text"
    TWICE_IN_LIST = "twice_in_list"
    IN_CAMPAIGN = "in_campaign"
    IN_OTHER_CAMPAIGN = "in_other_campaign"
    UNKNOWN_OWNER = "unknown_owner"


class Reject(Struct, frozen=True):
    """One row that made no lead: its number in the file (the heading is row 1), the heading of the column at fault
    (empty: the whole row), and what the sentence needs besides."""

    row: int
    column: str
    code: Code
    more: dict[str, str | int] = field(default_factory=dict)
