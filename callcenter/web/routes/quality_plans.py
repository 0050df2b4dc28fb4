"""Sampling plans, their draws and how far the reviews are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from msgspec.structs import replace

from callcenter.domain import audit_reviews
from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord
from callcenter.domain.sampling import SamplingPlan
from callcenter.web.access import services_of, signed_in
from callcenter.web.errors import NotFound
from callcenter.web.quality.acts import office_of
from callcenter.web.quality.drawing import draw_period
from callcenter.web.quality.plans import form_values, list_values, plan_of, plan_values
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/quality/plans")
Planner = Annotated[Viewer, Depends(signed_in(Right.PLAN_REVIEWS))]
PlanId = Annotated[str, Path(min_length=1, max_length=100)]


@router.get("")
async def plans_page(request: Request, viewer: Planner) -> Response:
    """All plans."""
    return page(request, "quality/plans.html", **await list_values(services_of(request), words_of(request)))


@router.get("/new")
async def new_page(request: Request, viewer: Planner) -> Response:
    """An empty plan."""
    return await _form(request, None)


@router.post("")
async def create(request: Request, viewer: Planner) -> Response:
    """Keep a new plan."""
    return await _save(request, viewer, None)


@router.get("/{plan}")
async def plan_page(request: Request, viewer: Planner, plan: PlanId) -> Response:
    """One plan."""
    return await _page(request, await _found(request, plan))


@router.post("/{plan}")
async def change(
    request: Request, viewer: Planner, plan: PlanId, version: Annotated[int, Form(ge=0, le=2**31 - 1)]
) -> Response:
    """Change a plan; what was drawn stays drawn."""
    return await _save(request, viewer, replace(await _found(request, plan), version=version))


@router.post("/{plan}/draw")
async def draw(
    request: Request, viewer: Planner, plan: PlanId, period: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Draw a period that is over."""
    found = await _found(request, plan)
    try:
        await draw_period(office_of(services_of(request)), found, period.strip(), viewer.user.name)
    except Rejected as refused:
        return await _page(request, found, refused)
    return RedirectResponse(f"/quality/plans/{found.id}", 303)


async def _save(request: Request, viewer: Viewer, before: SamplingPlan | None) -> Response:
    services = services_of(request)
    form = await request.form()
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    many = {
        name: [value for value in form.getlist(name) if isinstance(value, str)][:500]
        for name in ("queues", "teams", "reviewers")
    }
    try:
        made = replace(plan_of(before, given, many), made_by=viewer.user.name)
        now = services.clock.now_ms()
        kept = await services.sampling.save(made, now)
    except Rejected as refused:
        return await _form(request, before, refused) if before is None else await _page(request, before, refused)
    detail = {"title": kept.title, "version": kept.version}
    act = audit_reviews.SAMPLING_PLAN_SAVED
    await services.audit.write(AuditRecord(now, viewer.user.name, act, f"plan:{kept.id}", detail))
    return RedirectResponse(f"/quality/plans/{kept.id}", 303)


async def _found(request: Request, plan: str) -> SamplingPlan:
    found = await services_of(request).sampling.get(plan)
    if found is None:
        raise NotFound
    return found


async def _form(request: Request, plan: SamplingPlan | None, refused: Rejected | None = None) -> Response:
    words = words_of(request)
    values = await form_values(services_of(request), words, plan)
    message = refusal(words, refused.code) if refused is not None else ""
    status = 422 if refused is not None else 200
    return page(request, "quality/plan_new.html", status=status, message=message, **values)


async def _page(request: Request, plan: SamplingPlan, refused: Rejected | None = None) -> Response:
    words = words_of(request)
    values = await plan_values(services_of(request), words, plan)
    message = refusal(words, refused.code) if refused is not None else ""
    status = 422 if refused is not None else 200
    return page(request, "quality/plan.html", status=status, message=message, **values)
