"""The agent's page, its live stream, its softphone's credentials, and whom one can transfer to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from callcenter.domain.access import Right
from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Rejected
from callcenter.domain.views import DeskView
from callcenter.web.access import services_of, signed_in
from callcenter.web.csrf_masks import masked
from callcenter.web.desk.regions import DECLINE_REASONS, in_focus, look_up, render_regions
from callcenter.web.desk.spoken import REGION, spoken_region
from callcenter.web.desk.stream import LiveDesk
from callcenter.web.errors import Forbidden
from callcenter.web.follow_ups import follow_ups_of
from callcenter.web.live import hub_of, standing
from callcenter.web.rendering import fragment, language_of, page, words_of
from callcenter.web.routes.agent_command import Click, Id
from callcenter.web.security import is_same_origin
from callcenter.web.sessions import Viewer
from callcenter.web.wording.outcomes import SHAPES, state_word

router = APIRouter(prefix="/agent")
AgentViewer = Annotated[Viewer, Depends(signed_in(Right.TAKE_CONTACTS))]


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
    front = in_focus(view)
    known = await look_up(services, front, None)
    await services.people.learn(message.by for message in view.messages)
    regions = render_regions(
        words,
        view,
        known,
        desk=view.desk,
        telephony_up=view.telephony_up,
        follow_ups=await follow_ups_of(services, viewer.user.agent_id),
    )
    regions[REGION] = spoken_region(words, services.talks.of(front.id) if front is not None else None)
    reasons = [(reason.id, words.name(reason.names, reason.id)) for reason in words.config.break_reasons]
    declines = [(code, words.gettext(text)) for code, text in DECLINE_REASONS.items()]
    phone = services.desk.softphone(viewer.user.agent_id)["place"]
    return page(request, "agent.html", regions=regions, reasons=reasons, decline_reasons=declines, phone=phone)


@router.get("/session")
async def session(viewer: AgentViewer) -> dict[str, Any]:
    """Who is signed in, with the token for commands: a page whose session was over goes on with a new one."""
    return {"user": viewer.user.id, "csrf": masked(viewer.session.csrf)}


@router.get("/back")
async def back(request: Request, viewer: AgentViewer) -> Response:
    """Where one arrives after signing in again beside an open desk."""
    return page(request, "agent/back.html")


@router.get("/live")
async def live(
    request: Request,
    viewer: AgentViewer,
    desk: Annotated[str, Query(min_length=8, max_length=64, pattern=r"^[\w-]+$")],
    sign_in: bool = False,
) -> Response:
    """Server-sent events: ``desk`` with facts and changed regions, ``tick`` every few seconds with the time."""
    if not is_same_origin(request.headers):
        raise Forbidden("other_site")  # a link elsewhere must not begin or move a shift
    services = services_of(request)
    _view(request, viewer)
    hub = hub_of(request)
    source = LiveDesk(
        hub,
        services,
        request.app.state.open_desks,
        viewer,
        desk=desk,
        language=language_of(request, services),
        sign_in=sign_in,
    )
    return hub.stream(source, owner=viewer, standing=standing(request, Right.TAKE_CONTACTS))


@router.post("/softphone")
async def softphone(request: Request, viewer: AgentViewer) -> dict[str, Any]:
    """What this agent's softphone registers with."""
    _view(request, viewer)
    services = services_of(request)
    return {**services.desk.softphone(viewer.user.agent_id), "ws_path": "/ws"}


class FollowUpDone(Click):
    """The customer was come back to. ``due_ms`` names the promise: a new date is a new one."""

    act: Literal["follow_up_done"]
    contact: Id
    due_ms: Annotated[int, Field(ge=0, lt=2**53)]


@router.post("/follow-ups/done")
async def follow_up_done(request: Request, body: FollowUpDone, viewer: AgentViewer) -> dict[str, bool]:
    """Mark one of one's own follow-ups done; it leaves the desk."""
    _view(request, viewer)
    services, agent = services_of(request), viewer.user.agent_id
    if not await services.contacts.follow_up_done(body.contact, body.due_ms, agent, services.clock.now_ms()):
        raise Rejected("follow_up_gone")
    hub_of(request).nudge(agent)
    return {"ok": True}


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
