"""What was asked and found no article: listed for authors, made an article of, or taken off the list."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from callcenter.domain.access import Right
from callcenter.domain.audit_configuration import MISS_DROPPED
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.admin.work import admin_page, back, work_of
from callcenter.web.errors import NotFound
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/admin/misses")
Changer = Annotated[Viewer, Depends(signed_in(Right.CHANGE_CONFIGURATION))]


@router.get("")
async def misses(request: Request, viewer: Changer) -> Response:
    """The most asked first, each with the article that would be found first now."""
    work, services = await work_of(request, viewer), services_of(request)
    rows = []
    for miss in await services.misses.listed():
        found = await services.knowledge.search(miss.text, most=1)
        near = (found[0].article, work.words.name(found[0].questions, found[0].article)) if found else None
        rows.append((miss, near))
    return admin_page(request, viewer, work, "misses.html", rows=rows)


@router.post("/{miss}/drop")
async def drop(request: Request, viewer: Changer, miss: int) -> Response:
    """Take it off the list."""
    services = services_of(request)
    if not 0 < miss < 2**63 or not await services.misses.drop(miss):
        raise NotFound
    await services.audit.write(AuditRecord(services.clock.now_ms(), viewer.user.name, MISS_DROPPED, f"miss:{miss}"))
    return back("/admin/misses?saved")
