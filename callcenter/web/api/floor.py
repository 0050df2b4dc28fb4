"""Agents and queues for programs: states and figures now, and setting an agent's state."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from callcenter.domain.access import Right
from callcenter.domain.agent import AgentState
from callcenter.domain.views import AgentView, QueueView
from callcenter.web.api.bearer import bearer, services_of
from callcenter.web.errors import NotFound
from callcenter.web.floor.acts import FloorActs
from callcenter.web.floor.scope import seen
from callcenter.web.sessions import Viewer

router = APIRouter(tags=["floor"])
Watcher = Annotated[Viewer, Depends(bearer(Right.WATCH_FLOOR))]
Changer = Annotated[Viewer, Depends(bearer(Right.CHANGE_AGENTS))]


class Agent(BaseModel):
    """One agent now. ``since_ms``: ms since 1970 UTC."""

    id: str
    name: str
    team: str
    state: AgentState
    since_ms: int
    reason: str
    contact: str
    queue: str
    on_hold: bool
    skills: dict[str, int]
    handled_today: int


class Queue(BaseModel):
    """One queue now, and its figures of today. ``expected_wait_ms`` is null when it can't be told."""

    id: str
    names: dict[str, str]
    waiting: int
    longest_wait_ms: int
    expected_wait_ms: int | None
    agents_available: int
    agents_signed_in: int
    offered_today: int
    answered_today: int
    abandoned_today: int
    within_level_today: int
    closed: bool


class StateWanted(BaseModel):
    """``available``, ``on_break`` with the id of a break reason, or ``logged_out`` (after the present contact)."""

    model_config = ConfigDict(extra="forbid")
    state: AgentState
    reason: str = Field(default="", max_length=60)


@router.get("/agents")
async def agents(request: Request, viewer: Watcher) -> list[Agent]:
    """The agents within the token's reach."""
    reach = viewer.reach(Right.WATCH_FLOOR)
    assert reach is not None
    return [_agent(view) for view in seen(services_of(request).desk.floor_view(), reach).agents]


@router.get("/agents/{agent_id}")
async def agent(request: Request, viewer: Watcher, agent_id: Annotated[str, Path(max_length=60)]) -> Agent:
    """One agent."""
    found = next((shown for shown in await agents(request, viewer) if shown.id == agent_id), None)
    if found is None:
        raise NotFound
    return found


@router.put("/agents/{agent_id}/state", status_code=204)
async def set_state(
    request: Request, viewer: Changer, agent_id: Annotated[str, Path(max_length=60)], wanted: StateWanted
) -> None:
    """Set an agent's state; what does not suit the moment takes effect after the contact."""
    acts = FloorActs(services_of(request), viewer, uuid.uuid4().hex)
    await acts.force_state(agent_id, wanted.state, wanted.reason)


@router.get("/queues")
async def queues(request: Request, viewer: Watcher) -> list[Queue]:
    """All queues."""
    return [_queue(view) for view in services_of(request).desk.floor_view().queues]


def _queue(view: QueueView) -> Queue:
    return Queue(
        id=view.id,
        names=view.names,
        waiting=view.waiting,
        longest_wait_ms=view.longest_wait_ms,
        expected_wait_ms=view.expected_wait_ms,
        agents_available=view.agents_available,
        agents_signed_in=view.agents_signed_in,
        offered_today=view.today.offered,
        answered_today=view.today.answered,
        abandoned_today=view.today.abandoned,
        within_level_today=view.today.within_level,
        closed=view.closure is not None,
    )


def _agent(view: AgentView) -> Agent:
    return Agent(**{name: getattr(view, name) for name in Agent.model_fields})
