"""What would have been: a question about past hours, worked out beside the product, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.what_if import Job, Stage
from callcenter.web.access import services_of, signed_in
from callcenter.web.csrf_masks import masked
from callcenter.web.paired_chart import paired
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.what_if.form import choices_of, question_of, typed, typed_of
from callcenter.web.what_if.result import FIGURES, chart_rows, chart_title, rows_of, unlike_of
from callcenter.web.wording.refusals import refusal
from callcenter.web.wording.what_if import change_text, fault_text, notes_of, really_text, sentences
from callcenter.web.wording.words import Words

router = APIRouter(prefix="/what-if")
Asker = Annotated[Viewer, Depends(signed_in(Right.WATCH_FLOOR))]
WHOLE = 100


@router.get("")
async def what_if_page(request: Request, viewer: Asker) -> Response:
    """The form, and the viewer's last question with how far it is."""
    services, words = services_of(request), words_of(request)
    job, now_ms = services.what_if.job(viewer.user.name), services.clock.now_ms()
    said = typed_of(job.question, now_ms, words) if job is not None else typed({}, now_ms, words)
    return _page(request, viewer, said)


@router.post("")
async def ask(request: Request, viewer: Asker) -> Response:
    """Begin to work the question out."""
    services, words = services_of(request), words_of(request)
    now_ms = services.clock.now_ms()
    said = typed(await request.form(), now_ms, words)
    question, faults = question_of(said, choices_of(words, viewer), now_ms, words)
    if question is None:
        return _page(request, viewer, said, status=422, faults=faults)
    try:
        await services.what_if.ask(viewer.user.name, question)
    except Rejected as refused:
        return _page(request, viewer, said, status=409, refused=refusal(words, refused.code))
    return RedirectResponse("/what-if", 303)


@router.get("/job")
async def job_part(request: Request, viewer: Asker) -> Response:
    """How far it is, or the answer: asked for again and again while it is worked out."""
    words = words_of(request)
    job = services_of(request).what_if.job(viewer.user.name)
    token = masked(viewer.session.csrf)
    return HTMLResponse(fragment(words, "what_if/job.html", told=True, csrf=token, **_job_values(words, job)))


@router.post("/cancel")
async def cancel(request: Request, viewer: Asker) -> Response:
    """Stop working it out."""
    await services_of(request).what_if.cancel(viewer.user.name)
    return RedirectResponse("/what-if", 303)


def _page(
    request: Request,
    viewer: Viewer,
    said: Mapping[str, str],
    *,
    status: int = 200,
    faults: Mapping[str, str] | None = None,
    refused: str = "",
) -> Response:
    services, words = services_of(request), words_of(request)
    today = datetime.fromtimestamp(services.clock.now_ms() / 1_000, words.zone).date()
    return page(
        request,
        "what_if.html",
        status=status,
        form=said,
        faults=faults or {},
        refused=refused,
        choices=choices_of(words, viewer),
        today=today.isoformat(),
        told=False,
        **_job_values(words, services.what_if.job(viewer.user.name)),
    )


def _job_values(words: Words, job: Job | None) -> dict[str, Any]:
    values: dict[str, Any] = {"job": job, "Stage": Stage}
    if job is None:
        return values
    values["change"] = change_text(words, job.question)
    if job.stage is Stage.FAILED:
        values["fault"] = fault_text(words, job)
        values["detail"] = job.detail if job.fault == "does_not_fit" else ""
    if job.answer is not None:
        values |= {
            "answer": job.answer,
            "figures": FIGURES,
            "sentences": sentences(words, job.question, job.answer),
            "rows": rows_of(words, job.answer),
            "unlike": unlike_of(words, job.answer),
            "really": really_text(words, job.answer),
            "notes": notes_of(words, job.answer),
            "chart": paired(chart_rows(words, job.answer), WHOLE),
            "chart_title": chart_title(words, job.answer),
        }
    return values
