"""Outbound campaigns: the list, the request, its approval, starting and ending, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.campaign_records import Campaign, CampaignAct, CampaignSpec, CampaignState
from callcenter.domain.errors import Rejected
from callcenter.domain.phone import callable_number
from callcenter.web.access import services_of, signed_in
from callcenter.web.campaigns.forms import spec_of
from callcenter.web.campaigns.scene import CampaignScene
from callcenter.web.campaigns.views import form_values, list_values, page_values
from callcenter.web.errors import NotFound
from callcenter.web.live import hub_of, standing
from callcenter.web.rendering import language_of, page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal
from dialer.campaign.templates import templates

router = APIRouter(prefix="/campaigns")
Runner = Annotated[Viewer, Depends(signed_in(Right.RUN_CAMPAIGNS))]
Seer = Annotated[Viewer, Depends(signed_in(Right.RUN_CAMPAIGNS, Right.APPROVE_CAMPAIGNS))]
CampaignId = Annotated[str, Path(min_length=1, max_length=100)]
_Version = Annotated[int, Form(ge=0, le=2**31 - 1)]
_APPROVALS = frozenset({CampaignAct.APPROVE, CampaignAct.REJECT})


@router.get("")
async def campaigns_page(request: Request, viewer: Seer, opted: Annotated[str, Query(max_length=8)] = "") -> Response:
    """All campaigns and where each is; templates to begin a new one with."""
    return await _all(request, done=opted == "yes")


@router.post("/opt-outs")
async def opt_out(
    request: Request,
    viewer: Runner,
    number: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Somebody does not want to be called any more, by whatever way they said so."""
    whole = callable_number(number)
    if not whole:
        return await _all(request, number=number, status=422)
    await services_of(request).campaigns.opt_out(whole, viewer.user.name, reason)
    return RedirectResponse("/campaigns?opted=yes", 303)


async def _all(request: Request, *, done: bool = False, number: str | None = None, status: int = 200) -> Response:
    values = await list_values(services_of(request), words_of(request))
    shown = {"done": done, "number": number}
    return page(request, "campaigns/all.html", status=status, templates=templates(), opted=shown, **values)


@router.get("/new")
async def new_page(request: Request, viewer: Runner, template: Annotated[str, Query(max_length=80)] = "") -> Response:
    """An empty request, or one begun from a template."""
    begun = next((one.spec for one in templates() if one.id == template), CampaignSpec(names={}))
    return _form(request, begun, None)


@router.post("")
async def create(request: Request, viewer: Runner) -> Response:
    """Keep a new request; with faults the form comes back and says where."""
    spec = await _asked(request, CampaignSpec(names={}))
    if services_of(request).campaigns.faults(spec):
        return _form(request, spec, None, told=True)
    made = await services_of(request).campaigns.create(spec, viewer.user.name)
    return RedirectResponse(f"/campaigns/{made.id}", 303)


@router.get("/{campaign}")
async def campaign_page(request: Request, viewer: Seer, campaign: CampaignId) -> Response:
    """One campaign: what came of it so far, why the rest is not dialled, and what can be done."""
    return await _page(request, viewer, campaign)


@router.get("/{campaign}/live")
async def live(request: Request, viewer: Seer, campaign: CampaignId) -> Response:
    """Server-sent events: ``campaign`` with what changed."""
    found = await _found(request, campaign)
    watched = standing(request, Right.RUN_CAMPAIGNS, Right.APPROVE_CAMPAIGNS)
    scene, make = _scene(request, found.id)
    return hub_of(request).scene(scene, "campaign", make, owner=viewer, standing=watched)


@router.get("/{campaign}/edit")
async def edit_page(request: Request, viewer: Runner, campaign: CampaignId) -> Response:
    """The request as a form."""
    found = await _found(request, campaign)
    return _form(request, found.spec, found)


@router.post("/{campaign}")
async def edit(request: Request, viewer: Runner, campaign: CampaignId, version: _Version) -> Response:
    """Keep another request: a draft again."""
    found = await _found(request, campaign)
    spec = await _asked(request, found.spec)
    if services_of(request).campaigns.faults(spec):
        return _form(request, spec, found, told=True)
    try:
        await services_of(request).campaigns.edit(campaign, version, spec, viewer.user.name)
    except Rejected as refused:
        return _form(request, spec, found, refused=refused)
    return RedirectResponse(f"/campaigns/{campaign}", 303)


@router.post("/{campaign}/act")
async def act(
    request: Request,
    viewer: Seer,
    campaign: CampaignId,
    version: _Version,
    act: Annotated[CampaignAct, Form()],
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """One step of its life."""
    await _found(request, campaign)
    if not viewer.may(Right.APPROVE_CAMPAIGNS if act in _APPROVALS else Right.RUN_CAMPAIGNS):
        raise NotFound
    try:
        await services_of(request).campaigns.act(campaign, version, act, viewer.user.name, note)
    except Rejected as refused:
        return await _page(request, viewer, campaign, refused)
    return RedirectResponse(f"/campaigns/{campaign}", 303)


def _scene(request: Request, campaign: str) -> tuple[tuple[Hashable, ...], Callable[[], CampaignScene]]:
    services = services_of(request)
    language = language_of(request, services)
    return ("campaign", language, campaign), lambda: CampaignScene(services, language, campaign)


async def _found(request: Request, campaign: str) -> Campaign:
    try:
        return await services_of(request).campaigns.get(campaign)
    except Rejected as unknown:
        raise NotFound from unknown


async def _asked(request: Request, before: CampaignSpec) -> CampaignSpec:
    form = await request.form()
    one = {name: value for name, value in form.items() if isinstance(value, str)}
    many = {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in ("marks", "packs")}
    return spec_of(one, many, before)


def _form(
    request: Request,
    spec: CampaignSpec,
    campaign: Campaign | None,
    *,
    told: bool = False,
    refused: Rejected | None = None,
) -> Response:
    services, words = services_of(request), words_of(request)
    values = form_values(services, words, spec, told=told)
    message = refusal(words, refused.code) if refused is not None else ""
    status = 422 if told else 409 if refused is not None else 200
    return page(request, "campaigns/form.html", status=status, campaign=campaign, message=message, **values)


async def _page(request: Request, viewer: Viewer, campaign: str, refused: Rejected | None = None) -> Response:
    found, words = await _found(request, campaign), words_of(request)
    picture = await hub_of(request).picture(*_scene(request, found.id))
    values: dict[str, Any] = await page_values(services_of(request), words, found, viewer)
    return page(
        request,
        "campaigns/one.html",
        status=409 if refused is not None else 200,
        message=refusal(words, refused.code) if refused is not None else "",
        ended=found.state is CampaignState.FINISHED,
        picture=picture,
        **values,
    )
