"""Lists of leads in words: states, reasons, and why a row made no lead."""

from __future__ import annotations

from callcenter.domain.lead_lists import RejectedRow, Use
from callcenter.domain.leads import ListState
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words
from dialer.lists.reasons import Code

TONES: dict[ListState, str] = {
    ListState.UPLOADED: "warn",
    ListState.IMPORTING: "info",
    ListState.IMPORTED: "good",
    ListState.FAILED: "bad",
    ListState.RECALLED: "",
}
LIST_STATES: dict[ListState, str] = {
    ListState.UPLOADED: N_("columns to be confirmed"),
    ListState.IMPORTING: N_("being read"),
    ListState.IMPORTED: N_("read"),
    ListState.FAILED: N_("not read to its end"),
    ListState.RECALLED: N_("recalled"),
}
USES: dict[Use, str] = {
    Use.NUMBER: N_("Number to call"),
    Use.FURTHER: N_("Further number"),
    Use.EXTENSION: N_("Extension"),
    Use.NAME: N_("Name"),
    Use.PRIORITY: N_("Priority (0–10)"),
    Use.ZONE: N_("Time zone"),
    Use.OWNER: N_("Agent who calls"),
    Use.VARIABLE: N_("Shown to the agent"),
    Use.IGNORE: N_("Left out"),
}
CODES: dict[Code, str] = {
    Code.MORE_CELLS: N_(
        "The row has %(cells)s cells, the heading %(columns)s: a separator stands in a value. Put the value in quotes."
    ),
    Code.UNREADABLE: N_("The row can't be read: its characters are broken, or a quote is not closed."),
    Code.NO_NUMBER: N_("There is no number."),
    Code.NOT_A_NUMBER: N_("This is no telephone number."),
    Code.ROUNDED: N_(
        "A spreadsheet has rounded the number, so digits are lost. Format the column as text and enter it again."
    ),
    Code.NO_AREA_CODE: N_("A landline number without its area code. Add it, or say above which one is meant."),
    Code.TOO_SHORT: N_("Digits are missing."),
    Code.TOO_LONG: N_("There are too many digits."),
    Code.UNASSIGNED: N_("No operator has such numbers."),
    Code.SERVICE_NUMBER: N_("A service number is nobody's telephone."),
    Code.BAD_EXTENSION: N_("The extension is not up to eight digits."),
    Code.BAD_PRIORITY: N_("The priority is not a number from 0 to %(most)s."),
    Code.BAD_ZONE: N_("This is no time zone. Write it as Asia/Shanghai."),
    Code.TOO_MUCH_TEXT: N_("More than %(most)s characters stand here."),
    Code.TWICE_IN_LIST: N_("The number is in row %(first)s already."),
    Code.IN_CAMPAIGN: N_("The number is in this campaign already: list no. %(list)s, row %(first)s."),
    Code.IN_OTHER_CAMPAIGN: N_("The number is being called by another campaign: %(campaign)s."),
    Code.UNKNOWN_OWNER: N_("There is no such agent."),
}
"""Sentences of rejected rows; empty rows are none."""
FAILURES: dict[str, str] = {
    "list_same_file": N_("This very file was uploaded to this campaign already. Tick the box to upload it again."),
    "list_empty": N_("The file is empty. Choose another one."),
    "list_too_large": N_("The file is too large: at most 200 MB, and 1 GB unpacked. Divide it."),
    "list_too_long": N_(
        "The file has more than 1,000,000 rows. What comes before them was read; put the rest in another file."
    ),
    "list_too_wide": N_("The file has more than 200 columns. Leave out those that nobody needs."),
    "list_no_heading": N_("The first row must name the columns. Add a heading and upload the file again."),
    "list_no_sheet": N_("The workbook has no visible sheet."),
    "list_unreadable": N_(
        "The file can't be read. Save it as CSV or as an Excel workbook (.xlsx) and upload it again."
    ),
    "list_gone": N_("The file is not here any more, or is being read already. Reload the page."),
    "list_broke_off": N_(
        "Reading broke off. What was read is kept; upload the file again for the rest: known numbers are left out."
    ),
    "list_discarded": N_("The file was discarded before it was read."),
    "list_other_table": N_("The columns have changed since the page was opened. Look at them again."),
    "campaign_gone": N_("The campaign is not there any more."),
    "no_number_column": N_("No column is the number to call. Choose one."),
    "column_used_twice": N_(
        "Two columns are used for the same. Only further numbers and what agents are shown may be several."
    ),
    "same_heading": N_(
        "Two columns that agents are shown have the same heading. Leave one out, or rename it in the file."
    ),
    "no_owner_chosen": N_("Choose at least one agent or team."),
}
"""Why a file was not taken, or not read to its end."""


def rejected(words: Words, row: RejectedRow) -> str:
    """The sentence of a rejected row; a code of a later version is named."""
    try:
        text = CODES[Code(row.code)]
    except (ValueError, KeyError):
        return row.code
    return words.gettext(text, **row.more) if row.more else words.gettext(text)


def owner(words: Words, name: str) -> str:
    """Whose a lead is."""
    kind, _, value = name.partition(":")
    match kind:
        case "agent":
            return words.agent(value)
        case "team":
            return words.team(value)
    return words.gettext("nobody's")
