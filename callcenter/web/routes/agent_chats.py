"""What an agent does in chats: writes, types, has seen, turns to another one."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from callcenter.domain.access import Right
from callcenter.domain.chat import MAX_TEXT, Author
from callcenter.domain.events import AgentWrote
from callcenter.web.access import services_of, signed_in
from callcenter.web.desk.chat_part import own_chat, view_of
from callcenter.web.desk.replies import replies_for
from callcenter.web.live import hub_of
from callcenter.web.rendering import words_of
from callcenter.web.routes.agent_command import Click, Id
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/agent/chats")
AgentViewer = Annotated[Viewer, Depends(signed_in(Right.TAKE_CONTACTS))]


class Said(Click):
    """A message to the visitor; ``command`` is its key, so that sending it again says it once."""

    contact: Id
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]


class Seen(Click):
    """Everything up to message ``number`` was seen."""

    contact: Id
    number: Annotated[int, Field(ge=1, lt=2**31)]


class Types(Click):
    """The agent types, or stopped."""

    contact: Id
    on: bool


class Focus(Click):
    """Which contact the page is about from now on."""

    contact: Id


@router.post("/say")
async def say(request: Request, body: Said, viewer: AgentViewer) -> dict[str, int]:
    """Keep the message, then tell the core; answers with its number once it is durable."""
    view = view_of(request, viewer, body.desk)
    own_chat(view, body.contact)
    services = services_of(request)
    message = await services.chats.post(body.contact, Author.AGENT, view.agent, text=body.text, key=body.command)
    await services.chats.read(body.contact, message.number)
    wrote = AgentWrote(agent=view.agent, contact=body.contact, command=body.command, number=message.number)
    await services.desk.submit(wrote)
    return {"number": message.number}


@router.post("/seen")
async def seen(request: Request, body: Seen, viewer: AgentViewer) -> dict[str, bool]:
    """The visitor is shown that it was read."""
    own_chat(view_of(request, viewer, body.desk), body.contact)
    await services_of(request).chats.read(body.contact, body.number)
    return {"ok": True}


@router.post("/typing")
async def typing(request: Request, body: Types, viewer: AgentViewer) -> dict[str, bool]:
    """The visitor is shown that somebody types."""
    view = view_of(request, viewer, body.desk)
    own_chat(view, body.contact)
    services_of(request).chats.typing(body.contact, Author.AGENT, view.agent, body.on)
    return {"ok": True}


@router.get("/replies")
async def replies(request: Request, viewer: AgentViewer, desk: Id, contact: Id) -> Response:
    """What may be inserted in one of the agent's chats."""
    view = view_of(request, viewer, desk)
    own_chat(view, contact)
    services, words = services_of(request), words_of(request)
    head = await services.chats.conversation(contact)
    one = next(one for one in view.contacts if one.id == contact)
    known = await services.customers.by_phone(one.caller) if one.caller else None
    name = (head.visitor.name if head is not None else "") or (known.name if known is not None else "")
    found = replies_for(
        words.config,
        one.queue,
        visitor_language=head.language if head is not None else words.language,
        agent_language=words.language,
        customer=name,
        agent=view.agent,
    )
    return JSONResponse(msgspec.to_builtins(found))


@router.post("/focus")
async def focus(request: Request, body: Focus, viewer: AgentViewer) -> dict[str, bool]:
    """Show another of one's contacts. Nothing is refused: what is not one's own is simply not shown."""
    view = view_of(request, viewer, body.desk)
    request.app.state.open_desks.look_at(view.agent, body.desk, body.contact)
    hub_of(request).nudge(view.agent)
    return {"ok": True}
