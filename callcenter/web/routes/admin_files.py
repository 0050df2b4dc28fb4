"""The configuration as a YAML file: download, and upload into one's draft."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.datastructures import UploadFile

from callcenter.domain.access import Right
from callcenter.domain.audit_configuration import CONFIG_EXPORTED
from callcenter.domain.config_elements import SECTIONS
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.admin import labels
from callcenter.web.admin.config_yaml import MAX_BYTES, BadConfigFile, read_yaml, write_yaml
from callcenter.web.admin.work import admin_page, back, work_of
from callcenter.web.errors import NotFound
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/admin/files")
Changer = Annotated[Viewer, Depends(signed_in(Right.CHANGE_CONFIGURATION))]
MAX_SHOWN = 200
Faults = list[tuple[int | None, str]]


@router.get("")
async def files(request: Request, viewer: Changer) -> Response:
    """Both directions."""
    return await _page(request, viewer)


async def _page(
    request: Request,
    viewer: Viewer,
    *,
    status: int = 200,
    faults: list[tuple[int | None, str]] | None = None,
    name: str = "",
) -> Response:
    work = await work_of(request, viewer)
    sections = [(section, work.words.gettext(labels.SECTIONS.get(section, section))) for section in SECTIONS]
    found = faults or []
    return admin_page(
        request,
        viewer,
        work,
        "files.html",
        status=status,
        sections=sections,
        faults=found[:MAX_SHOWN],
        count=len(found),
        file_name=name,
    )


@router.get("/export")
async def export(request: Request, viewer: Changer, section: str = "", of: str = "draft") -> Response:
    """The draft, or what is in force, whole or one section."""
    if section and section not in SECTIONS:
        raise NotFound
    services, work = services_of(request), await work_of(request, viewer)
    config = work.version.config if of == "published" else work.config
    text = await asyncio.to_thread(write_yaml, config, (section,) if section else ())
    now, subject = services.clock.now_ms(), f"config:{work.version.head.number}"
    await services.audit.write(AuditRecord(now, viewer.user.name, CONFIG_EXPORTED, subject, {"section": section}))
    name = f"configuration-{section or work.version.head.number}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(text, media_type="application/yaml", headers=headers)


@router.post("/import", max_body_size=MAX_BYTES + 100_000)
async def take(request: Request, viewer: Changer) -> Response:
    """Read a file into one's draft; nothing of a file with faults is taken."""
    desk, work = services_of(request).configuration, await work_of(request, viewer)
    sent = (await request.form()).get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return await _page(request, viewer, status=409, faults=[(None, work.words.gettext("Choose a file first."))])
    try:
        file = await asyncio.to_thread(read_yaml, await sent.read(MAX_BYTES + 1))
    except BadConfigFile as bad:
        faults: list[tuple[int | None, str]] = [
            (
                fault.line,
                work.words.gettext(fault.text, **fault.detail) if fault.detail else work.words.gettext(fault.text),
            )
            for fault in bad.faults
        ]
        return await _page(request, viewer, status=409, faults=faults, name=sent.filename)
    config = file.into(work.config)
    blocking = [problem for problem in desk.problems(config) if problem.blocks]
    mine = [(line, text) for line, text in file.faults_of(blocking, work.words.language) if line is not None]
    if mine:
        return await _page(request, viewer, status=409, faults=sorted(mine), name=sent.filename)
    await desk.edit(viewer.user.name, config, work.revision, imported=True)
    return back("/admin?done=import")
