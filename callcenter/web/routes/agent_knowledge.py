"""An agent searches in the knowledge articles, for the contact in front or for none."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from callcenter.domain.access import Right
from callcenter.domain.knowledge import MAX_SOUGHT, Found
from callcenter.web.access import services_of, signed_in
from callcenter.web.masking import masked_words
from callcenter.web.rendering import words_of
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/agent")
AgentViewer = Annotated[Viewer, Depends(signed_in(Right.TAKE_CONTACTS))]


class Search(BaseModel):
    """What is looked for, and for which of the agent's contacts; any other id counts as none."""

    model_config = ConfigDict(extra="forbid")
    contact: Annotated[str, Field(max_length=100)] = ""
    text: Annotated[str, Field(max_length=MAX_SOUGHT)]


class Missing(BaseModel):
    """What was looked for in vain."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=MAX_SOUGHT)]


class Answer(Struct, frozen=True):
    """The answer in one language, which is called ``name`` in the agent's."""

    language: str
    name: str
    text: str


class Hit(Struct, frozen=True):
    """An article: its question in the agent's language, and its answers, that in the customer's language first."""

    id: str
    question: str
    answers: tuple[Answer, ...]


@router.post("/knowledge")
async def search(request: Request, body: Search, viewer: AgentViewer) -> Response:
    """What fits, best first. Not by GET: what customers say has no place in addresses, and so in logs."""
    services, words = services_of(request), words_of(request)
    view = services.desk.desk_view(viewer.user.agent_id)
    one = next((one for one in view.contacts if one.id == body.contact), None) if view is not None else None
    language = words.language
    if one is not None:
        head = await services.chats.conversation(one.id) if one.chat is not None else None
        language = str(one.variables.get("language") or (head.language if head is not None else language))
    found = await services.knowledge.search(body.text, one.channel if one is not None else "")
    names = {"zh": words.gettext("Chinese"), "en": words.gettext("English")}
    hits = [_hit(each, words.name(each.questions, each.article), language, names) for each in found]
    return JSONResponse(msgspec.to_builtins(hits))


@router.post("/knowledge/missing")
async def missing(request: Request, body: Missing, viewer: AgentViewer) -> dict[str, bool]:
    """Put it on the authors' list, without the numbers in it. What finds an article after all is not put there."""
    services = services_of(request)
    words = masked_words(body.text.strip())
    noted = bool(words) and not await services.knowledge.search(words, most=1)
    if noted:
        await services.misses.note(words, by_agent=True, now_ms=services.clock.now_ms())
    return {"noted": noted}


def _hit(found: Found, question: str, language: str, names: dict[str, str]) -> Hit:
    order = sorted(found.answers, key=lambda code: code != language)
    answers = tuple(Answer(code, names.get(code, code), found.answers[code]) for code in order)
    return Hit(found.article, question, answers)
