"""Reports of campaigns as tables of a page and as an Excel file; both show the same columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callcenter.domain.campaign_reports import CampaignReport, ReportKind, ReportRow
from callcenter.domain.campaigns import Outcome
from callcenter.web.campaigns.pacing import percent
from callcenter.web.i18n import N_
from callcenter.web.spreadsheets import Cell, Field, Form, excel_book
from callcenter.web.wording import leads as lead_words
from callcenter.web.wording.words import Words, short_time

KINDS: dict[ReportKind, str] = {
    ReportKind.DAY: N_("Day"),
    ReportKind.WEEK: N_("Week"),
    ReportKind.MONTH: N_("Month"),
    ReportKind.REVIEW: N_("Review of the whole campaign"),
    ReportKind.NOW: N_("Up to now"),
}
COLUMNS: tuple[tuple[str, Form], ...] = (
    (N_("Dialled"), Form.PLAIN),
    (N_("Answered"), Form.PLAIN),
    (N_("Answered, share"), Form.SHARE),
    (N_("Spoken with"), Form.PLAIN),
    (N_("Promised"), Form.PLAIN),
    (N_("Promised, of spoken with"), Form.SHARE),
    (N_("Found no agent"), Form.PLAIN),
    (N_("Found no agent, of answered"), Form.SHARE),
    (N_("Time of lines"), Form.TIME),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a report: its title, what its first column is, and name and row of each line."""

    title: str
    head: str
    rows: Sequence[tuple[str, ReportRow]]


def parts_of(words: Words, report: CampaignReport) -> list[Part]:
    """By day, by hour of the day, by agent; those without a line are left out."""
    _ = words.gettext
    parts = [
        Part(_("By day"), _("Day"), [(row.key, row) for row in report.days]),
        Part(_("By hour"), _("Hour"), [(f"{row.key}:00", row) for row in report.hours]),
        Part(_("By agent"), _("Agent"), [(words.agent(row.key), row) for row in report.agents]),
    ]
    return [part for part in parts if part.rows]


def outcomes_of(words: Words, report: CampaignReport) -> list[tuple[str, int]]:
    """What came of the calls, the most frequent first."""
    known = [(Outcome(name), count) for name, count in report.outcomes.items() if name in set(Outcome)]
    return [(words.gettext(lead_words.OUTCOMES[name]), count) for name, count in known]


def cells(row: ReportRow) -> list[int | float | None]:
    """A row's values, in the order of :data:`COLUMNS`; None where there is nothing to divide by."""
    return [
        row.dialled,
        row.answered,
        row.answered / row.dialled if row.dialled else None,
        row.spoken,
        row.promised,
        row.promised / row.spoken if row.spoken else None,
        row.abandoned,
        row.abandoned / row.answered if row.answered else None,
        row.line_ms or None,
    ]


def shown(row: ReportRow) -> list[str]:
    """A row's values as people read them."""
    return [_shown(form, cell) for (_, form), cell in zip(COLUMNS, cells(row), strict=True)]


def _shown(form: Form, cell: float | None) -> str:
    if cell is None:
        return "–"
    return percent(cell) if form is Form.SHARE else short_time(cell) if form is Form.TIME else str(cell)


def span_of(words: Words, report: CampaignReport) -> str:
    """From which day to which."""
    if report.kind in (ReportKind.REVIEW, ReportKind.NOW):
        days = [row.key for row in report.days]
        return " – ".join(dict.fromkeys([days[0], days[-1]])) if days else ""
    return " – ".join(dict.fromkeys([words.day(report.from_ms), words.day(report.to_ms - 1)]))


def page_values(words: Words, report: CampaignReport, kept: Sequence[CampaignReport]) -> dict[str, Any]:
    """What the page shows: one report, and which others there are."""
    return {
        "report": report,
        "kind": words.gettext(KINDS[report.kind]),
        "span": span_of(words, report),
        "busy": percent(report.busy),
        "total": shown(report.total),
        "columns": [words.gettext(title) for title, _ in COLUMNS],
        "parts": [(part, [(name, shown(row)) for name, row in part.rows]) for part in parts_of(words, report)],
        "outcomes": outcomes_of(words, report),
        "kept": [(one, words.gettext(KINDS[one.kind]), span_of(words, one)) for one in kept],
    }


def as_excel(words: Words, report: CampaignReport) -> bytes:
    """A sheet for each table, and one of outcomes; shares and times are numbers one can reckon with."""
    _ = words.gettext
    made_at = datetime.fromtimestamp(report.made_ms / 1_000, words.zone)
    figures = [Field(_(title), form) for title, form in COLUMNS]
    whole = Part(_("In all"), _(KINDS[report.kind]), [(span_of(words, report), report.total)])

    def lines(part: Part) -> Iterator[Sequence[Cell]]:
        return ([name, *cells(row)] for name, row in part.rows)

    sheets: list[tuple[str, Sequence[Field], Iterator[Sequence[Cell]]]] = [
        (part.title, [Field(part.head), *figures], lines(part)) for part in (whole, *parts_of(words, report))
    ]
    outcomes: Iterator[Sequence[Cell]] = iter([[name, count] for name, count in outcomes_of(words, report)])
    return excel_book([*sheets, (_("By outcome"), [Field(_("Outcome")), Field(_("Calls"))], outcomes)], made_at)
