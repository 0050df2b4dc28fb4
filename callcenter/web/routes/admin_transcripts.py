"""How far transcription is, and the dead jobs, which a person may bring back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from callcenter.domain.access import Right
from callcenter.domain.audit_configuration import TRANSCRIPTION_AGAIN
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.admin.work import admin_page, back, work_of
from callcenter.web.errors import NotFound
from callcenter.web.sessions import Viewer
from callcenter.web.wording.transcription import reason_of

router = APIRouter(prefix="/admin/transcripts")
Operator = Annotated[Viewer, Depends(signed_in(Right.CHANGE_CONFIGURATION))]
LATELY_MS = 3_600_000


@router.get("")
async def transcripts(request: Request, viewer: Operator) -> Response:
    """Backlog, throughput, dead jobs with their reasons."""
    work, services = await work_of(request, viewer), services_of(request)
    now_ms = services.clock.now_ms()
    return admin_page(
        request,
        viewer,
        work,
        "transcripts.html",
        backlog=await services.transcripts.backlog(now_ms - LATELY_MS),
        dead=await services.transcripts.dead(),
        reason_of=lambda trouble: reason_of(work.words, trouble),
        recogniser=services.settings.recogniser,
    )


@router.post("/again")
async def again(
    request: Request, viewer: Operator, recording: Annotated[str, Form(min_length=1, max_length=200)]
) -> Response:
    """Bring a dead job back; on record."""
    services = services_of(request)
    if not await services.transcripts.again(recording):
        raise NotFound
    subject = f"recording:{recording}"
    await services.audit.write(AuditRecord(services.clock.now_ms(), viewer.user.name, TRANSCRIPTION_AGAIN, subject))
    return back("/admin/transcripts?saved")
