"""An agent's own results: points, coaching notes, comments; acknowledging, and appealing with a reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.reviews import Review, ReviewAct
from callcenter.quality.review import life
from callcenter.web.access import services_of, signed_in
from callcenter.web.contacts.reach import may_read_locked
from callcenter.web.errors import NotFound
from callcenter.web.quality.acts import ReviewActs
from callcenter.web.quality.views import actor_of, listed_row, rows_of
from callcenter.web.quality.words import ROUNDS, STATES, TONES
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/quality/mine")
Seer = Annotated[Viewer, Depends(signed_in(Right.SEE_QUALITY))]
ReviewId = Annotated[str, Path(min_length=1, max_length=100)]
SHOWN = 200


@router.get("")
async def mine_page(request: Request, viewer: Seer) -> Response:
    """The results an agent may see, those that wait for them first."""
    services, words = services_of(request), words_of(request)
    if not viewer.user.agent_id:
        raise Rejected("no_agent")
    found = await services.reviews.listed(agent=viewer.user.agent_id, states=life.SHOWN_TO_AGENT, limit=SHOWN)
    me, now = actor_of(viewer), services.clock.now_ms()
    ordered = sorted(found, key=lambda one: (ReviewAct.ACKNOWLEDGE not in life.acts(one, me), -one.changed_ms))
    return page(request, "quality/mine.html", rows=[listed_row(words, one, now) for one in ordered])


@router.get("/{review}")
async def result_page(request: Request, viewer: Seer, review: ReviewId) -> Response:
    """One result."""
    return await _page(request, viewer, await _found(request, viewer, review))


@router.post("/{review}/appeal")
async def appeal(
    request: Request,
    viewer: Seer,
    review: ReviewId,
    reason: Annotated[str, Form(max_length=4000)] = "",
    items: Annotated[list[str] | None, Form(max_length=200)] = None,
) -> Response:
    """The agent does not agree."""
    found = await _found(request, viewer, review)
    try:
        await ReviewActs(services_of(request), viewer).appeal(found, reason, items or [])
    except Rejected as refused:
        return await _page(request, viewer, found, refused, reason)
    return RedirectResponse(f"/quality/mine/{found.id}", 303)


@router.post("/{review}/acknowledge")
async def acknowledge(request: Request, viewer: Seer, review: ReviewId) -> Response:
    """The agent has read it."""
    found = await _found(request, viewer, review)
    try:
        await ReviewActs(services_of(request), viewer).acknowledge(found)
    except Rejected as refused:
        return await _page(request, viewer, found, refused)
    return RedirectResponse("/quality/mine", 303)


async def _found(request: Request, viewer: Viewer, review: str) -> Review:
    """A result of the viewer's own; others' are not there."""
    found = await services_of(request).reviews.get(review)
    mine = found is not None and found.agent == viewer.user.agent_id != ""
    if found is None or not mine or found.state not in life.SHOWN_TO_AGENT:
        raise NotFound
    return found


async def _page(
    request: Request, viewer: Viewer, review: Review, refused: Rejected | None = None, reason: str = ""
) -> Response:
    services, words = services_of(request), words_of(request)
    possible = life.acts(review, actor_of(viewer))
    hidden = not await may_read_locked(services, viewer, review.contact)
    return page(
        request,
        "quality/result.html",
        status=422 if refused is not None else 200,
        review=review,
        rows=await rows_of(services, words, review, whole=False, given={}),
        hidden=hidden,
        comments=await services.reviews.comments(review.id),
        state=words.gettext(STATES[review.state]),
        tone=TONES[review.state],
        rounds={name: words.gettext(text) for name, text in ROUNDS.items()},
        appeals=ReviewAct.APPEAL in possible,
        acknowledges=ReviewAct.ACKNOWLEDGE in possible,
        message=refusal(words, refused.code) if refused is not None else "",
        reason=reason,
    )
