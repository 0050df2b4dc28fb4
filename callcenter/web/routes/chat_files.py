"""Files of chats on our pages: agents send and see them at the desk; readers of a contact with a right open them."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from callcenter.domain.access import Right
from callcenter.domain.chat import Author, StoredFile
from callcenter.domain.config import ChatLimits
from callcenter.domain.errors import CallCenterError, Rejected
from callcenter.domain.events import AgentWrote
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.contacts.reach import seen_contact
from callcenter.web.desk.chat_part import own_chat, view_of
from callcenter.web.errors import Forbidden, NotFound
from callcenter.web.masking import Personal, Sight, sights
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer

router = APIRouter()
AgentViewer = Annotated[Viewer, Depends(signed_in(Right.TAKE_CONTACTS))]
Reader = Annotated[Viewer, Depends(signed_in(Right.SEE_CONTACTS))]
Id = Annotated[str, Query(min_length=1, max_length=100)]
MOST = 50_000_000
"""No entry may allow more."""


@router.post("/agent/chats/file", max_body_size=MOST + 100_000)
async def send(
    request: Request,
    viewer: AgentViewer,
    desk: Id,
    command: Id,
    contact: Id,
    name: Annotated[str, Query(min_length=1, max_length=500)],
) -> dict[str, int]:
    """Keep a file as a message to the visitor: the body is the file, ``command`` the message's key."""
    view = view_of(request, viewer, desk)
    own_chat(view, contact)
    services = services_of(request)
    limits = await _limits(services, contact)
    content = await _body(request, limits.file_mb)
    if not content:
        raise Rejected("chat_file_empty")
    file = await services.chat_files.keep(content, name, contact, Author.AGENT, limits)
    try:
        message = await services.chats.post(contact, Author.AGENT, view.agent, file=file, key=command)
    except CallCenterError:
        await services.chat_files.discard(file)
        raise
    if message.file is None or message.file.id != file.id:  # it was sent before, and the answer was lost
        await services.chat_files.discard(file)
    await services.chats.read(contact, message.number)
    wrote = AgentWrote(agent=view.agent, contact=contact, command=command, number=message.number)
    await services.desk.submit(wrote)
    return {"number": message.number}


@router.get("/agent/chats/files/{file}")
async def at_the_desk(request: Request, viewer: AgentViewer, file: str, contact: Id) -> Response:
    """A file of a chat that the agent sees: theirs, offered to them, asked of them, or still to be filed."""
    services = services_of(request)
    view = services.desk.desk_view(viewer.user.agent_id) if viewer.user.agent_id else None
    mine = () if view is None else (*view.contacts, *(wrap_up.contact for wrap_up in view.wrap_ups))
    if contact not in {one.id for one in mine}:
        raise NotFound
    return await _served(services, contact, file)


@router.get("/contacts/{contact}/files/{file}")
async def of_a_contact(request: Request, viewer: Reader, contact: str, file: str) -> Response:
    """A file as whoever may see what was written whole opens it; on record."""
    services = services_of(request)
    record = await seen_contact(services, viewer, contact)
    sight = await sights(services, viewer, contact, live_agent=record.agent if record.ended_ms is None else "")
    if sight(Personal.MESSAGES) is Sight.MASKED:
        raise Forbidden("right")
    answer = await _served(services, contact, file)
    act = AuditRecord(
        services.clock.now_ms(),
        viewer.user.name,
        "unmasked",
        f"contact:{contact}",
        {"field": "file", "contact": contact},
    )
    await services.audit.write(act)
    return answer


async def _limits(services: WebServices, contact: str) -> ChatLimits:
    head = await services.chats.conversation(contact)
    entry = services.desk.config().chat_entries.get(head.entry) if head is not None else None
    return entry.limits if entry is not None else ChatLimits()


async def _body(request: Request, most_mb: int) -> bytes:
    """The body, cut off as soon as it is too long. Raises ``Rejected("file_too_big")``."""
    taken = bytearray()
    async for part in request.stream():
        taken += part
        if len(taken) > most_mb * 1_000_000:
            raise Rejected("file_too_big", str(most_mb))
    return bytes(taken)


async def _served(services: WebServices, contact: str, id: str) -> Response:
    file = await services.chat_files.find(id[:64])
    if file is None or file.conversation != contact:
        raise NotFound
    return _answer(file, await services.chat_files.read(file))


def _answer(file: StoredFile, content: bytes) -> Response:
    """A picture in place, anything else to be saved."""
    shown = "inline" if file.ref.is_picture else "attachment"
    headers = {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=file.media_type, headers=headers)
