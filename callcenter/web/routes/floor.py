"""The floor: its page, the wall, their live streams, and what opens beside them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from operator import itemgetter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from callcenter.domain.access import Reach, Right
from callcenter.domain.errors import Rejected
from callcenter.domain.views import FloorView, QueueView
from callcenter.web.access import services_of, signed_in
from callcenter.web.errors import Forbidden, NotFound
from callcenter.web.floor.acts import FloorActs
from callcenter.web.floor.panel import agent_panel, all_skills, queue_panel
from callcenter.web.floor.scene import FloorScene, WallScene, actors, group_names
from callcenter.web.floor.scope import FloorScope, common_reach
from callcenter.web.live import hub_of, standing
from callcenter.web.rendering import THEME_COOKIE, fragment, language_of, page, words_of
from callcenter.web.routes import floor_commands
from callcenter.web.sessions import Viewer
from callcenter.web.wording.outcomes import SHAPES
from callcenter.web.wording.words import Words

router = APIRouter(prefix="/floor")
router.include_router(floor_commands.router)
FloorViewer = Annotated[Viewer, Depends(signed_in(Right.WATCH_FLOOR))]


def _scene(
    request: Request, viewer: Viewer, kind: type[FloorScene]
) -> tuple[tuple[Hashable, ...], Callable[[], FloorScene]]:
    """The scene's name, equal for all who see the same, and how to make it."""
    services = services_of(request)
    language = language_of(request, services)
    reach = common_reach(_reach(viewer))
    return (kind.__name__, language, reach), lambda: kind(services, language, reach)


def _reach(viewer: Viewer) -> Reach:
    reach = viewer.reach(Right.WATCH_FLOOR)
    assert reach is not None, "the route asks for the right"
    return reach


@router.get("")
async def floor_page(request: Request, viewer: FloorViewer) -> Response:
    """The page with the present picture in it; the stream takes over from there."""
    words = words_of(request)
    picture = await hub_of(request).picture(*_scene(request, viewer, FloorScene))
    reach = _reach(viewer)
    agents = [agent for agent in words.config.agents.values() if reach.covers(agent.id, agent.team)]
    return page(
        request,
        "floor.html",
        picture=picture,
        groups=group_names(words),
        shapes=SHAPES,
        nobody=not agents,
        teams=[(team, words.team(team)) for team in sorted({agent.team for agent in agents if agent.team})],
        queues=[(queue.id, words.name(queue.names, queue.id)) for queue in words.config.queues.values()],
        skills=sorted(((skill, words.skill(skill)) for skill in all_skills(words)), key=itemgetter(1)),
        may_change=viewer.may(Right.CHANGE_AGENTS),
        may_operate=viewer.may(Right.OPERATE_QUEUES),
    )


@router.get("/live")
async def live(request: Request, viewer: FloorViewer) -> Response:
    """Server-sent events: ``floor`` with what changed."""
    scene, make = _scene(request, viewer, FloorScene)
    return hub_of(request).scene(scene, "floor", make, owner=viewer, standing=standing(request, Right.WATCH_FLOOR))


@router.get("/wall")
async def wall_page(request: Request, viewer: FloorViewer) -> Response:
    """The large screen; dark unless the browser chose otherwise."""
    picture = await hub_of(request).picture(*_scene(request, viewer, WallScene))
    return page(request, "floor/wall.html", picture=picture, wall_theme=_wall_theme(request))


@router.get("/wall/live")
async def wall_live(request: Request, viewer: FloorViewer) -> Response:
    """Server-sent events: ``floor`` with what changed on the wall."""
    scene, make = _scene(request, viewer, WallScene)
    return hub_of(request).scene(scene, "floor", make, owner=viewer, standing=standing(request, Right.WATCH_FLOOR))


@router.get("/agents/{agent}")
async def agent(request: Request, viewer: FloorViewer, agent: str) -> Response:
    """One agent's panel."""
    services, words = services_of(request), words_of(request)
    floor = services.desk.floor_view()
    found = FloorScope(words.config, viewer).agent_view(floor, agent)
    if found is None:
        raise NotFound
    return HTMLResponse(agent_panel(services, words, viewer, floor, found))


@router.get("/queues/{queue}")
async def queue(request: Request, viewer: FloorViewer, queue: str) -> Response:
    """Who waits in a queue."""
    services, words = services_of(request), words_of(request)
    floor = services.desk.floor_view()
    await services.people.learn(actors(floor))
    return HTMLResponse(queue_panel(services, words, viewer, floor, _queue(floor, queue)))


@router.get("/queues/{queue}/close")
async def closing(
    request: Request, queue: str, viewer: Annotated[Viewer, Depends(signed_in(Right.OPERATE_QUEUES))]
) -> Response:
    """What closing it would do, and the choices."""
    services, words = services_of(request), words_of(request)
    floor = services.desk.floor_view()
    view = _queue(floor, queue)
    return HTMLResponse(
        fragment(
            words,
            "floor/close_queue.html",
            queue=view,
            name=words.name(view.names, view.id),
            messages=[(m.id, words.name(m.names, m.id)) for m in words.config.emergency_messages],
            others=[
                (other.id, words.name(other.names, other.id), other.agents_signed_in)
                for other in floor.queues
                if other.id != queue and other.closure is None
            ],
            flows=_flows(words),
        )
    )


@router.get("/recipients")
async def recipients(
    request: Request, to: Annotated[str, Query(max_length=120)], viewer: FloorViewer
) -> dict[str, int]:
    """How many agents a message would reach."""
    return {"count": len(FloorActs(services_of(request), viewer, "preview").recipients(to))}


class PhoneWanted(BaseModel):
    """``desk`` names the tab that asks."""

    desk: Annotated[str, Field(min_length=1, max_length=100)]


@router.post("/phone")
async def phone(
    request: Request, body: PhoneWanted, viewer: Annotated[Viewer, Depends(signed_in(Right.SUPERVISE_CALLS))]
) -> dict[str, Any]:
    """Where the supervisor's telephone rings: on the table, at their open desk page, else here with what is given."""
    services = services_of(request)
    if not viewer.may(Right.TAKE_CONTACTS):
        raise Forbidden("right")
    view = services.desk.desk_view(viewer.user.agent_id) if viewer.user.agent_id else None
    if view is None:
        raise Rejected("no_agent")
    if view.desk not in ("", body.desk):
        return {"rings": "desk"}
    phone = services.desk.softphone(viewer.user.agent_id)
    return {"rings": "here" if phone["place"] == "browser" else phone["place"], "phone": {**phone, "ws_path": "/ws"}}


def _queue(floor: FloorView, queue: str) -> QueueView:
    found = next((view for view in floor.queues if view.id == queue), None)
    if found is None:
        raise NotFound
    return found


def _flows(words: Words) -> list[tuple[str, str]]:
    return [(flow, words.flow(flow)) for flow in sorted(words.labels) if "/" not in flow]


def _wall_theme(request: Request) -> str:
    chosen = request.cookies.get(THEME_COOKIE, "dark")
    return chosen if chosen in ("light", "dark") else "dark"
