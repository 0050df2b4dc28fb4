"""The agent's page, its live stream, its softphone's credentials, and whom one can transfer to."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from callcenter.domain.access import Right
from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Rejected
from callcenter.domain.views import DeskView
from callcenter.web.access import services_of, signed_in
from callcenter.web.desk_live import LiveDesk
from callcenter.web.desk_regions import in_focus, look_up, render_regions
from callcenter.web.rendering import fragment, language_of, page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.wording_outcomes import SHAPES, state_word

router = APIRouter(prefix="/agent")
AgentViewer = Annotated[Viewer, Depends(signed_in(Right.TAKE_CONTACTS))]
TICK_S = 5


def _view(request: Request, viewer: Viewer) -> DeskView:
    view = services_of(request).desk.desk_view(viewer.user.agent_id) if viewer.user.agent_id else None
    if view is None:
        raise Rejected("no_agent")
    return view


@router.get("")
async def desk_page(request: Request, viewer: AgentViewer) -> Response:
    """The page with the present truth in it; the stream takes over from there."""
    services = services_of(request)
    view = _view(request, viewer)
    words = words_of(request)
    known = await look_up(services, in_focus(view), None)
    up = services.desk.floor_view().telephony_up
    regions = render_regions(words, view, known, desk=view.desk, telephony_up=up)
    reasons = [(reason.id, words.name(reason.names, reason.id)) for reason in words.config.break_reasons]
    return page(request, "agent.html", regions=regions, reasons=reasons)


@router.get("/live")
async def live(
    request: Request,
    viewer: AgentViewer,
    desk: Annotated[str, Query(min_length=8, max_length=64, pattern=r"^[\w-]+$")],
    sign_in: bool = False,
) -> Response:
    """Server-sent events: ``desk`` with facts and changed regions, ``tick`` every few seconds with the time."""
    services = services_of(request)
    _view(request, viewer)
    stream = LiveDesk(
        services=services,
        open_desks=request.app.state.open_desks,
        viewer=viewer,
        desk=desk,
        language=language_of(request, services),
        sign_in=sign_in,
    )
    return EventSourceResponse(
        stream.events(),
        ping=TICK_S,
        ping_message_factory=lambda: ServerSentEvent(json.dumps({"now": services.clock.now_ms()}), event="tick"),
    )


@router.post("/softphone")
async def softphone(request: Request, viewer: AgentViewer) -> dict[str, Any]:
    """What this agent's softphone registers with."""
    _view(request, viewer)
    services = services_of(request)
    return {**services.desk.softphone(viewer.user.agent_id), "ws_path": "/ws"}


@router.get("/targets")
async def targets(request: Request, viewer: AgentViewer) -> Response:
    """Agents who are free now and the queues, for the transfer dialog."""
    floor, words = services_of(request).desk.floor_view(), words_of(request)
    agents = [
        (agent, SHAPES[agent.state], state_word(words, agent.state))
        for agent in sorted(floor.agents, key=lambda a: (a.state is not AgentState.AVAILABLE, a.name))
        if agent.id != viewer.user.agent_id and agent.state is not AgentState.LOGGED_OUT
    ]
    return HTMLResponse(fragment(words, "agent/targets.html", agents=agents, queues=floor.queues))
