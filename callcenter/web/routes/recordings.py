"""Recordings to the ear, each listening on record."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response

from callcenter.domain.access import Right
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.errors import Forbidden, NotFound
from callcenter.web.routes.contacts import may_hear, may_see
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/recordings")


@router.get("/{recording_id}")
async def recording(
    request: Request,
    recording_id: str,
    contact: Annotated[str, Query(max_length=100)],
    viewer: Annotated[Viewer, Depends(signed_in(Right.SEE_OWN_CONTACTS, Right.SEE_ALL_CONTACTS))],
) -> Response:
    """The WAV file, whole or by range. The first piece of each listening is written to the audit log."""
    services = services_of(request)
    record = await services.contacts.get(contact)
    if record is None or not may_see(viewer, record):
        raise NotFound
    if not may_hear(viewer, record):
        raise Forbidden("right")
    found = next((r for r in await services.contacts.recordings(contact) if r.id == recording_id), None)
    if found is None:
        raise NotFound
    path = services.recordings.path_of(found)
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


def _first_piece(request: Request) -> bool:
    wanted = request.headers.get("range", "").replace(" ", "")
    return not wanted or wanted.startswith("bytes=0-")
