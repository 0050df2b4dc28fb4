"""The quality report, on the page and as an Excel file."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from callcenter.domain import audit_reviews
from callcenter.domain.access import Right
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.quality.forms import form_in_force, form_of
from callcenter.web.quality.report import GROUPS, Report, as_excel, days_of, report_of
from callcenter.web.quality.rule_names import rule_names
from callcenter.web.quality.words import title_of
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.spreadsheets import XLSX

router = APIRouter(prefix="/quality")
Seer = Annotated[Viewer, Depends(signed_in(Right.SEE_QUALITY))]
MOST_BARS = 20
"""Of more groups the lowest are drawn; the table has all."""
_Day = Annotated[str, Query(max_length=10)]
_By = Annotated[str, Query(max_length=20)]


@router.get("/reports")
async def report_page(request: Request, viewer: Seer, first: _Day = "", last: _Day = "", by: _By = "agent") -> Response:
    """Coverage, scores by group, trend, people against the machine, findings."""
    words = words_of(request)
    called = await rule_names(services_of(request), words)
    report = await _asked(request, viewer, first, last, by)
    groups = [(name, words.gettext(text)) for name, text in GROUPS.items()]
    return page(
        request,
        "quality/report.html",
        report=report,
        groups=groups,
        titles=await _titles(request),
        called=called,
        chart_rows=[(one.name, round(one.mean, 1)) for one in report.lines[:MOST_BARS]],
        hit_rows=[(called(one.rule), one.contacts) for one in report.hits],
    )


@router.get("/reports.xlsx")
async def report_file(request: Request, viewer: Seer, first: _Day = "", last: _Day = "", by: _By = "agent") -> Response:
    """The groups of the report, to reckon with."""
    services = services_of(request)
    report = await _asked(request, viewer, first, last, by)
    now = services.clock.now_ms()
    detail = {"first": report.first.isoformat(), "last": report.last.isoformat(), "by": report.by}
    await services.audit.write(AuditRecord(now, viewer.user.name, audit_reviews.QUALITY_REPORT_EXPORTED, "", detail))
    name = f"quality-{report.by}-{report.first}-{report.last}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(as_excel(words_of(request), report, now), media_type=XLSX, headers=headers)


async def _asked(request: Request, viewer: Viewer, first: str, last: str, by: str) -> Report:
    services, words = services_of(request), words_of(request)
    begins, ends = days_of(words, services.clock.now_ms(), first, last)
    return await report_of(services, words, viewer, begins, ends, by)


async def _titles(request: Request) -> dict[str, Any]:
    """What the items of the form in force are called."""
    services, words = services_of(request), words_of(request)
    _, version = await form_in_force(services)
    form = await form_of(services, version)
    items = [item for section in form.sections for item in section.items]
    return {one.id: title_of(words, one.title) for one in items}
