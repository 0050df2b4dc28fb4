"""Calibration: several reviewers score the same contacts blind; then they see how far they agree, and where not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.calibration import CalibrationSession
from callcenter.domain.errors import Rejected
from callcenter.quality.review.calibration import waiting
from callcenter.web.access import services_of, signed_in
from callcenter.web.errors import NotFound
from callcenter.web.quality.calibrating import CalibrationActs
from callcenter.web.quality.calibration_views import (
    calibration_list,
    mark_values,
    may_open,
    new_values,
    session_values,
)
from callcenter.web.rendering import page, words_of
from callcenter.web.routes.quality_reviews import marks_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/quality/calibration")
Planner = Annotated[Viewer, Depends(signed_in(Right.PLAN_REVIEWS))]
Reviewer = Annotated[Viewer, Depends(signed_in(Right.REVIEW))]
Either = Annotated[Viewer, Depends(signed_in(Right.REVIEW, Right.PLAN_REVIEWS))]
SessionId = Annotated[str, Path(min_length=1, max_length=100)]
ContactId = Annotated[str, Path(min_length=1, max_length=100)]
_MOST = 500


@router.get("")
async def calibrations_page(request: Request, viewer: Either) -> Response:
    """Those the viewer may open."""
    return page(request, "quality/calibrations.html", **await calibration_list(services_of(request), viewer))


@router.get("/new")
async def new_page(request: Request, viewer: Planner) -> Response:
    """What a session is begun with."""
    return await _new(request, viewer)


@router.post("")
async def begin(request: Request, viewer: Planner, title: Annotated[str, Form(max_length=400)] = "") -> Response:
    """Begin a session."""
    form = await request.form()
    chosen = {
        name: [value for value in form.getlist(name) if isinstance(value, str)][:_MOST]
        for name in ("contacts", "reviewers")
    }
    try:
        made = await CalibrationActs(services_of(request), viewer).begin(title, **chosen)
    except Rejected as refused:
        return await _new(request, viewer, refused, title, chosen)
    return RedirectResponse(f"/quality/calibration/{made.id}", 303)


@router.get("/{session}")
async def session_page(request: Request, viewer: Either, session: SessionId) -> Response:
    """One session."""
    return await _session(request, viewer, await _found(request, viewer, session))


@router.post("/{session}/close")
async def close(
    request: Request, viewer: Planner, session: SessionId, note: Annotated[str, Form(max_length=4000)] = ""
) -> Response:
    """End it: its reviewers see what everybody gave."""
    found = await _found(request, viewer, session)
    try:
        await CalibrationActs(services_of(request), viewer).close(found, note)
    except Rejected as refused:
        return await _session(request, viewer, found, refused, note)
    return RedirectResponse(f"/quality/calibration/{found.id}", 303)


@router.get("/{session}/contacts/{contact}")
async def mark_page(request: Request, viewer: Reviewer, session: SessionId, contact: ContactId) -> Response:
    """One contact, to be scored blind."""
    return await _mark(request, viewer, await _mine(request, viewer, session, contact), contact)


@router.post("/{session}/contacts/{contact}")
async def mark(
    request: Request,
    viewer: Reviewer,
    session: SessionId,
    contact: ContactId,
    note: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Keep one's result and go on to the next contact; what was typed comes back with what is wrong."""
    found = await _mine(request, viewer, session, contact)
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        await CalibrationActs(services_of(request), viewer).mark(found, contact, marks_of(given), note)
    except Rejected as refused:
        return await _mark(request, viewer, await _found(request, viewer, session), contact, refused, given)
    further = [one for one in waiting(found, viewer.user.name) if one != contact]
    base = f"/quality/calibration/{found.id}"
    return RedirectResponse(f"{base}/contacts/{further[0]}" if further else base, 303)


async def _found(request: Request, viewer: Viewer, session: str) -> CalibrationSession:
    found = await services_of(request).reviews.session(session)
    if found is None or not may_open(found, viewer):
        raise NotFound
    return found


async def _mine(request: Request, viewer: Viewer, session: str, contact: str) -> CalibrationSession:
    """A session in which the viewer scores this contact; else it is not there."""
    found = await _found(request, viewer, session)
    if viewer.user.name not in found.reviewers or contact not in found.contacts:
        raise NotFound
    return found


async def _new(
    request: Request,
    viewer: Viewer,
    refused: Rejected | None = None,
    title: str = "",
    chosen: dict[str, list[str]] | None = None,
) -> Response:
    words = words_of(request)
    values = await new_values(services_of(request), words, viewer)
    message = refusal(words, refused.code) if refused is not None else ""
    status = 422 if refused is not None else 200
    typed = chosen or {"contacts": [], "reviewers": []}
    return page(
        request, "quality/calibration_new.html", status=status, message=message, title=title, chosen=typed, **values
    )


async def _session(
    request: Request, viewer: Viewer, session: CalibrationSession, refused: Rejected | None = None, note: str = ""
) -> Response:
    words = words_of(request)
    values = await session_values(services_of(request), words, viewer, session)
    message = refusal(words, refused.code) if refused is not None else ""
    status = 422 if refused is not None else 200
    return page(request, "quality/calibration.html", status=status, message=message, note=note, **values)


async def _mark(
    request: Request,
    viewer: Viewer,
    session: CalibrationSession,
    contact: str,
    refused: Rejected | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    words = words_of(request)
    values = await mark_values(services_of(request), words, viewer, session, contact, given or {})
    message = refusal(words, refused.code) if refused is not None else ""
    wrong = refused.detail if refused is not None else ""
    status = 422 if refused is not None else 200
    return page(request, "quality/calibration_mark.html", status=status, message=message, wrong=wrong, **values)
