"""Users in and out by CSV file."""

from __future__ import annotations

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in, site_address
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.users import files as user_files
from callcenter.web.users.changes import roles_of
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/user-files")
UserManager = Annotated[Viewer, Depends(signed_in(Right.MANAGE_USERS))]


@router.get("")
async def form(request: Request, viewer: UserManager) -> Response:
    """The page to import and export users."""
    return _page(request)


def _page(request: Request, *, status: int = 200, **more: Any) -> Response:
    words = words_of(request)
    shown: dict[str, Any] = {"message": "", "faults": [], "fault_count": 0} | more
    texts = {fault.code: refusal(words, fault.code) for fault in shown["faults"]}
    roles = [(role.id, words.name(role.names, role.id)) for role in roles_of(words.config).values()]
    return page(request, "user_files.html", status=status, texts=texts, roles=roles, **shown)


@router.post("/import", max_body_size=user_files.MAX_BYTES + 100_000)
async def take(request: Request, viewer: UserManager) -> Response:
    """All users of a file or none; on success a file of invitations comes back, the only time they are shown."""
    services = services_of(request)
    given = (await request.form()).get("file")
    data = await given.read(user_files.MAX_BYTES + 1) if isinstance(given, UploadFile) else b""
    try:
        config, taken = services.desk.config(), await services.users.names()
        users, faults = await anyio.to_thread.run_sync(user_files.read_users, data, config, taken)
        if faults:
            first = faults[: user_files.SHOWN_FAULTS]
            return _page(request, status=409, faults=first, fault_count=len(faults))
        now = services.clock.now_ms()
        codes, kept = await anyio.to_thread.run_sync(user_files.invited, users, now)
        await services.users.add_many(users, kept)
    except Rejected as error:
        return _page(request, status=409, message=refusal(words_of(request), error.code))
    await services.audit.write(AuditRecord(now, viewer.user.name, "users_imported", "", {"rows": len(users)}))
    return _download(user_files.invitation_file(codes, site_address(request)), "invitations.csv")


@router.post("/export")
async def give(request: Request, viewer: UserManager) -> Response:
    """All users as the import takes them."""
    services = services_of(request)
    users = await services.users.all()
    detail = {"rows": len(users)}
    await services.audit.write(AuditRecord(services.clock.now_ms(), viewer.user.name, "users_exported", "", detail))
    return _download(await anyio.to_thread.run_sync(user_files.user_file, users), "users.csv")


def _download(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)
