"""A campaign's lists: files come in, columns are confirmed, rows are read; recall; rejected rows as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.datastructures import UploadFile

from callcenter.domain import audit_leads
from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.lead_lists import Mapping, Use
from callcenter.domain.leads import LeadList, ListState
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.campaigns.list_views import list_page_values, lists_page_values, reject_lines
from callcenter.web.csrf_masks import masked
from callcenter.web.errors import NotFound
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.spreadsheets import CSV
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/campaigns/{campaign}/lists")
Runner = Annotated[Viewer, Depends(signed_in(Right.RUN_CAMPAIGNS))]
CampaignId = Annotated[str, Path(min_length=1, max_length=100)]
ListId = Annotated[int, Path(ge=1, le=2**62)]
MAX_UPLOAD = 200_100_000
MAX_NAME = 80
_CHUNK = 1 << 20


async def named(request: Request, campaign: str) -> str:
    """What the campaign is called. Raises ``NotFound``."""
    names = await services_of(request).campaign_names(campaign)
    if names is None:
        raise NotFound
    return words_of(request).name(names, campaign)


async def note(request: Request, viewer: Viewer, act: str, subject: str, detail: dict[str, Any]) -> None:
    """Put an act on record."""
    services = services_of(request)
    await services.audit.write(AuditRecord(services.clock.now_ms(), viewer.user.name, act, subject, detail))


@router.get("")
async def lists_page(request: Request, viewer: Runner, campaign: CampaignId) -> Response:
    """The campaign's lists, where its leads stand, whose they are."""
    return await _lists_page(request, campaign)


async def _lists_page(request: Request, campaign: str, *, status: int = 200, message: str = "") -> Response:
    values = await lists_page_values(services_of(request), words_of(request), campaign)
    called = await named(request, campaign)
    return page(
        request, "campaigns/list_all.html", status=status, message=message, campaign=campaign, called=called, **values
    )


@router.post("", max_body_size=MAX_UPLOAD)
async def upload(request: Request, viewer: Runner, campaign: CampaignId) -> Response:
    """Take a file; its columns are confirmed on the list's own page."""
    await named(request, campaign)
    form = await request.form()
    given = form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        return await _lists_page(request, campaign, status=422, message=refusal(words_of(request), "list_empty"))
    name = " ".join(str(form.get("name", "")).split())[:MAX_NAME]
    again = form.get("again") == "yes"
    try:
        made = await services_of(request).lead_lists.receive(
            campaign, name, given.filename[:MAX_NAME], viewer.user.name, _chunks(given), again=again
        )
    except Rejected as error:
        return await _lists_page(request, campaign, status=409, message=refusal(words_of(request), error.code))
    return RedirectResponse(_address(made), 303)


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


@router.get("/{list_id}")
async def list_page(
    request: Request, viewer: Runner, campaign: CampaignId, list_id: ListId, encoding: str = "", delimiter: str = ""
) -> Response:
    """Columns to be confirmed, progress, or the result."""
    return await _list_page(request, campaign, list_id, encoding=encoding, delimiter=delimiter)


async def _list_page(
    request: Request,
    campaign: str,
    list_id: int,
    *,
    status: int = 200,
    message: str = "",
    mapping: Mapping | None = None,
    encoding: str = "",
    delimiter: str = "",
) -> Response:
    listed = await _listed(request, campaign, list_id)
    values = await list_page_values(
        services_of(request), words_of(request), listed, mapping=mapping, encoding=encoding, delimiter=delimiter
    )
    called = await named(request, campaign)
    return page(
        request,
        "campaigns/list_one.html",
        status=status,
        campaign=campaign,
        called=called,
        **{**values, "message": message or values["message"]},
    )


@router.get("/{list_id}/progress")
async def progress(request: Request, viewer: Runner, campaign: CampaignId, list_id: ListId) -> Response:
    """How far it is, asked for again and again; at the end the page is loaded anew."""
    listed = await _listed(request, campaign, list_id)
    if listed.state is not ListState.IMPORTING:
        return HTMLResponse("", headers={"HX-Redirect": _address(listed)})
    return HTMLResponse(
        fragment(words_of(request), "campaigns/list_progress.html", listed=listed, csrf=masked(viewer.session.csrf))
    )


@router.post("/{list_id}/begin")
async def begin(request: Request, viewer: Runner, campaign: CampaignId, list_id: ListId) -> Response:
    """Read the file with the columns as confirmed."""
    await _listed(request, campaign, list_id)
    form = await request.form()
    desk = services_of(request).lead_lists
    mapping: Mapping | None = None
    try:
        encoding, delimiter = str(form.get("encoding", "")), str(form.get("delimiter", ""))
        found = (await desk.preview(list_id, encoding, delimiter)).mapping
        uses = [str(use) for use in form.getlist("use")]
        if len(uses) != len(found.headings) or not set(uses) <= set(Use):
            raise Rejected("list_other_table")
        area = "".join(filter(str.isdecimal, str(form.get("area_code", ""))))[:4]
        mapping = msgspec.structs.replace(found, uses=tuple(map(Use, uses)), area_code=area)
        await desk.begin(list_id, mapping, viewer.user.name)
    except Rejected as error:
        message = refusal(words_of(request), error.code)
        return await _list_page(request, campaign, list_id, status=409, message=message, mapping=mapping)
    return RedirectResponse(f"/campaigns/{campaign}/lists/{list_id}", 303)


@router.post("/{list_id}/discard")
async def discard(request: Request, viewer: Runner, campaign: CampaignId, list_id: ListId) -> Response:
    """Forget a file that was not read yet."""
    await _listed(request, campaign, list_id)
    try:
        await services_of(request).lead_lists.discard(list_id, viewer.user.name)
    except Rejected as error:
        message = refusal(words_of(request), error.code)
        return await _list_page(request, campaign, list_id, status=409, message=message)
    return RedirectResponse(f"/campaigns/{campaign}/lists", 303)


@router.post("/{list_id}/recall")
async def recall(request: Request, viewer: Runner, campaign: CampaignId, list_id: ListId) -> Response:
    """Take the list's open leads out of dialling."""
    listed = await _listed(request, campaign, list_id)
    if listed.state is ListState.IMPORTED:
        taken = await services_of(request).leads.recall(list_id)
        await note(request, viewer, audit_leads.LIST_RECALLED, f"lead_list:{list_id}", {"leads": taken})
    return RedirectResponse(_address(listed), 303)


@router.post("/{list_id}/put-back")
async def put_back(request: Request, viewer: Runner, campaign: CampaignId, list_id: ListId) -> Response:
    """Let the list's recalled leads be dialled again."""
    listed = await _listed(request, campaign, list_id)
    if listed.state is ListState.RECALLED:
        back = await services_of(request).leads.put_back(list_id)
        await note(request, viewer, audit_leads.LIST_PUT_BACK, f"lead_list:{list_id}", {"leads": back})
    return RedirectResponse(_address(listed), 303)


@router.post("/{list_id}/rejects")
async def rejects(request: Request, viewer: Runner, campaign: CampaignId, list_id: ListId) -> Response:
    """The rejected rows as they were in the file, with their reasons; on record, since they are whole."""
    listed = await _listed(request, campaign, list_id)
    subject = f"lead_list:{list_id}"
    await note(request, viewer, audit_leads.REJECTS_DOWNLOADED, subject, {"rows": listed.rejected})
    name = f"rejected-{list_id}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    lines = reject_lines(services_of(request), words_of(request), listed)
    return StreamingResponse(lines, media_type=CSV, headers=headers)


async def _listed(request: Request, campaign: str, list_id: int) -> LeadList:
    """The list. Raises ``NotFound`` where it is none of this campaign."""
    listed = await services_of(request).leads.list_of(list_id)
    if listed is None or listed.campaign != campaign:
        raise NotFound
    return listed


def _address(listed: LeadList) -> str:
    return f"/campaigns/{listed.campaign}/lists/{listed.id}"
