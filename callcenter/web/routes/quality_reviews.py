"""The reviewer's queue and one review, worked by keyboard: the conversation left, the form right."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.reviews import Mark, Review, ReviewAct
from callcenter.web.access import services_of, signed_in
from callcenter.web.errors import NotFound
from callcenter.web.quality.acts import ReviewActs
from callcenter.web.quality.views import MARKING, queue_values, review_values
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/quality")
Reviewer = Annotated[Viewer, Depends(signed_in(Right.REVIEW))]
Planner = Annotated[Viewer, Depends(signed_in(Right.PLAN_REVIEWS))]
Anyone = Annotated[Viewer, Depends(signed_in(Right.SEE_QUALITY, Right.REVIEW, Right.WRITE_RULES))]
ReviewId = Annotated[str, Path(min_length=1, max_length=100)]
_Text = Annotated[str, Form(max_length=4000)]
_LATEST_MS = 48 * 3_600_000


@router.get("")
async def queue_page(request: Request, viewer: Anyone) -> Response:
    """A reviewer's work; who does not review is shown their own results, the report, or the rules they write."""
    if viewer.may(Right.REVIEW):
        return await _queue(request, viewer)
    if not viewer.may(Right.SEE_QUALITY):
        return RedirectResponse("/quality/rules", 303)
    return RedirectResponse("/quality/mine" if viewer.user.agent_id else "/quality/reports", 303)


@router.post("/reviews")
async def assign(request: Request, viewer: Reviewer, contact: Annotated[str, Form(max_length=100)] = "") -> Response:
    """Review a contact chosen by hand."""
    try:
        made = await ReviewActs(services_of(request), viewer).assign(contact.strip())
    except Rejected as refused:
        return await _queue(request, viewer, refused, contact)
    return RedirectResponse(f"/quality/reviews/{made.id}", 303)


@router.get("/reviews/{review}")
async def review_page(request: Request, viewer: Reviewer, review: ReviewId) -> Response:
    """One review."""
    return await _page(request, viewer, await _found(request, review))


@router.post("/reviews/{review}")
async def act(
    request: Request,
    viewer: Reviewer,
    review: ReviewId,
    version: Annotated[int, Form(ge=0, le=2**31 - 1)],
    act: Annotated[ReviewAct, Form()],
    note: _Text = "",
    answer: _Text = "",
) -> Response:
    """Submit a result, decide an appeal, or withdraw the review; what was typed comes back with what is wrong."""
    found, acts = await _found(request, review), ReviewActs(services_of(request), viewer)
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        if found.version != version:
            raise Rejected("stale")
        if act in MARKING:
            await acts.judged(found, act, marks_of(given), note, answer)
        elif act is ReviewAct.UPHOLD:
            await acts.uphold(found, answer)
        elif act is ReviewAct.WITHDRAW and viewer.may(Right.PLAN_REVIEWS):
            await acts.withdraw(found)
        else:
            raise NotFound
    except Rejected as refused:
        return await _page(request, viewer, await _found(request, review), refused, given)
    return RedirectResponse("/quality", 303)


@router.post("/reviews/{review}/reviewer")
async def reassign(
    request: Request,
    viewer: Planner,
    _reviewer: Reviewer,
    review: ReviewId,
    version: Annotated[int, Form(ge=0, le=2**31 - 1)],
    to: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Somebody else is to review it; for who plans reviews and may open them."""
    found = await _found(request, review)
    try:
        if found.version != version:
            raise Rejected("stale")
        await ReviewActs(services_of(request), viewer).reassign(found, to)
    except Rejected as refused:
        return await _page(request, viewer, await _found(request, review), refused)
    return RedirectResponse("/quality", 303)


@router.post("/reviews/{review}/comments")
async def comment(
    request: Request,
    viewer: Reviewer,
    review: ReviewId,
    text: _Text = "",
    moment: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Say something about a moment of the contact; the agent sees it with the result."""
    found = await _found(request, review)
    at_ms = int(moment) if moment.isascii() and moment.isdecimal() and int(moment) <= _LATEST_MS else None
    try:
        await ReviewActs(services_of(request), viewer).comment(found, text, at_ms)
    except Rejected as refused:
        return await _page(request, viewer, found, refused)
    return RedirectResponse(f"/quality/reviews/{found.id}#comments", 303)


def marks_of(given: dict[str, str]) -> list[Mark]:
    """What was filled in. Rejected: ``points_range`` (detail: the line) for what is no number."""
    marks = []
    for name, value in given.items():
        kind, _, item = name.partition("-")
        note = given.get(f"note-{item}", "").strip()
        if kind == "points" and value.strip():
            try:
                marks.append(Mark(item, float(value.replace(",", ".")), note=note))
            except ValueError:
                raise Rejected("points_range", item) from None
        elif kind == "broken":
            marks.append(Mark(item, broken=value == "yes", note=note))
    return marks


async def _found(request: Request, review: str) -> Review:
    found = await services_of(request).reviews.get(review)
    if found is None:
        raise NotFound
    return found


async def _queue(request: Request, viewer: Viewer, refused: Rejected | None = None, contact: str = "") -> Response:
    values = await queue_values(services_of(request), words_of(request), viewer)
    message = refusal(words_of(request), refused.code) if refused is not None else ""
    status = 422 if refused is not None else 200
    return page(request, "quality/queue.html", status=status, message=message, asked=contact, **values)


async def _page(
    request: Request,
    viewer: Viewer,
    review: Review,
    refused: Rejected | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    words = words_of(request)
    values = await review_values(services_of(request), words, viewer, review, given)
    message = refusal(words, refused.code) if refused is not None else ""
    wrong = refused.detail if refused is not None else ""
    status = 422 if refused is not None else 200
    return page(request, "quality/review.html", status=status, message=message, wrong=wrong, **values)
