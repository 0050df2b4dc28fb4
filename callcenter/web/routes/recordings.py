"""Recordings to the ear, each listening on record, and their pictures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.records import AuditRecord, RecordingRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.contacts.reach import heard_contact
from callcenter.web.errors import NotFound
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/recordings")
ContactViewer = Annotated[Viewer, Depends(signed_in(Right.SEE_CONTACTS))]
ContactId = Annotated[str, Query(max_length=100)]


@router.get("/{recording_id}")
async def recording(request: Request, recording_id: str, contact: ContactId, viewer: ContactViewer) -> Response:
    """The WAV file, whole or by range. The first piece of each listening is written to the audit log."""
    services = services_of(request)
    path = services.recordings.path_of(await _found(request, viewer, contact, recording_id))
    if _first_piece(request):
        await services.audit.write(
            AuditRecord(
                services.clock.now_ms(),
                viewer.user.name,
                "recording_heard",
                f"recording:{recording_id}",
                {"contact": contact},
            )
        )
    return FileResponse(path, media_type="audio/wav", headers={"Cache-Control": "no-store"})


@router.get("/{recording_id}/peaks")
async def peaks(request: Request, recording_id: str, contact: ContactId, viewer: ContactViewer) -> Response:
    """How loud each side is over time: ``duration_ms``, ``step_ms``, ``sides`` of 0 to 100."""
    found = await _found(request, viewer, contact, recording_id)
    drawn = await services_of(request).recordings.peaks(found)
    return JSONResponse({"duration_ms": drawn.duration_ms, "step_ms": drawn.step_ms, "sides": drawn.sides})


async def _found(request: Request, viewer: Viewer, contact: str, recording_id: str) -> RecordingRecord:
    """The recording of that contact, when the viewer may hear it. Raises ``NotFound`` or ``Forbidden``."""
    services = services_of(request)
    await heard_contact(services, viewer, contact)
    found = next((r for r in await services.contacts.recordings(contact) if r.id == recording_id), None)
    if found is None:
        raise NotFound
    return found


def _first_piece(request: Request) -> bool:
    wanted = request.headers.get("range", "").replace(" ", "")
    return not wanted or wanted.startswith("bytes=0-")
