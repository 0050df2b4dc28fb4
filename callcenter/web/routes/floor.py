"""The floor: queues and agents, live."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from callcenter.domain.access import Right
from callcenter.domain.agent import AgentState
from callcenter.web.access import services_of, signed_in
from callcenter.web.rendering import fragment, language_of, page, words_of
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording_outcomes import SHAPES, state_word
from callcenter.web.words import Words, words_for

router = APIRouter(prefix="/floor")
FloorViewer = Annotated[Viewer, Depends(signed_in(Right.WATCH_FLOOR))]
REGIONS = ("summary", "queues", "agents")
ORDER = (
    AgentState.OFFERED,
    AgentState.BUSY,
    AgentState.WRAP_UP,
    AgentState.AVAILABLE,
    AgentState.ON_BREAK,
    AgentState.LOGGED_OUT,
)


def _regions(words: Words, services: WebServices) -> dict[str, str]:
    floor = services.desk.floor_view()
    groups = [
        (state, sorted((a for a in floor.agents if a.state is state), key=lambda a: a.since_ms)) for state in ORDER
    ]
    values: dict[str, Any] = {
        "floor": floor,
        "groups": [(state, agents) for state, agents in groups if agents],
        "shapes": SHAPES,
        "state_word": lambda state: state_word(words, state),
        "levels": {queue: config.service_level_ms for queue, config in words.config.queues.items()},
    }
    return {name: fragment(words, f"floor/{name}.html", **values) for name in REGIONS}


@router.get("")
async def floor_page(request: Request, viewer: FloorViewer) -> Response:
    """The page with the present picture."""
    return page(request, "floor.html", regions=_regions(words_of(request), services_of(request)))


@router.get("/live")
async def live(request: Request, viewer: FloorViewer) -> Response:
    """Server-sent events: ``floor`` with the regions that changed."""
    services = services_of(request)
    language = language_of(request, services)

    async def events() -> AsyncIterator[ServerSentEvent]:
        sent: dict[str, str] = {}
        async for _ in services.desk.changes():
            words = words_for(language, services.settings.timezone, services.desk.config(), services.desk.labels())
            changed = {name: html for name, html in _regions(words, services).items() if sent.get(name) != html}
            sent.update(changed)
            facts = {"now": services.clock.now_ms()}
            yield ServerSentEvent(json.dumps({"facts": facts, "regions": changed}), event="floor")

    return EventSourceResponse(
        events(),
        ping=5,
        ping_message_factory=lambda: ServerSentEvent(json.dumps({"now": services.clock.now_ms()}), event="tick"),
    )
