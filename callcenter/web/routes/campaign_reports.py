"""A campaign's reports: up to now, by day, week and month, and the review at its end; as pages and as Excel files."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from callcenter.domain.access import Right
from callcenter.domain.campaign_reports import CampaignReport, ReportKind
from callcenter.web.access import services_of, signed_in
from callcenter.web.campaigns.report_views import as_excel, page_values
from callcenter.web.errors import NotFound
from callcenter.web.rendering import page, words_of
from callcenter.web.routes.campaign_lists import named
from callcenter.web.sessions import Viewer
from callcenter.web.spreadsheets import XLSX

router = APIRouter(prefix="/campaigns/{campaign}/reports")
Seer = Annotated[Viewer, Depends(signed_in(Right.RUN_CAMPAIGNS, Right.APPROVE_CAMPAIGNS))]
CampaignId = Annotated[str, Path(min_length=1, max_length=100)]
FromMs = Annotated[int, Path(ge=0, le=2**53)]


@router.get("")
async def now_page(request: Request, viewer: Seer, campaign: CampaignId) -> Response:
    """The whole campaign up to now, and the reports that were made."""
    return await _page(request, campaign, ReportKind.NOW, 0)


@router.get("/{kind}/{from_ms}")
async def report_page(
    request: Request, viewer: Seer, campaign: CampaignId, kind: ReportKind, from_ms: FromMs
) -> Response:
    """One report."""
    return await _page(request, campaign, kind, from_ms)


@router.get("/{kind}/{from_ms}/excel")
async def excel(request: Request, viewer: Seer, campaign: CampaignId, kind: ReportKind, from_ms: FromMs) -> Response:
    """One report as an Excel file."""
    await named(request, campaign)
    report, _ = await _found(request, campaign, kind, from_ms)
    data = await anyio.to_thread.run_sync(as_excel, words_of(request), report)
    name = f"campaign-{campaign}-{kind}-{words_of(request).day(report.to_ms - 1)}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=XLSX, headers=headers)


async def _page(request: Request, campaign: str, kind: ReportKind, from_ms: int) -> Response:
    name = await named(request, campaign)
    report, kept = await _found(request, campaign, kind, from_ms)
    values = page_values(words_of(request), report, kept)
    return page(request, "campaigns/report.html", campaign=campaign, name=name, **values)


async def _found(
    request: Request, campaign: str, kind: ReportKind, from_ms: int
) -> tuple[CampaignReport, list[CampaignReport]]:
    reports = services_of(request).campaign_reports
    kept = list(await reports.kept(campaign))
    if kind is ReportKind.NOW:
        return await reports.now(campaign), kept
    found = next((one for one in kept if one.kind is kind and one.from_ms == from_ms), None)
    if found is None:
        raise NotFound
    return found, kept
