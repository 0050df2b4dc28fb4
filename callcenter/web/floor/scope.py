"""What one person sees on the floor and whom they may act on. Queues are everybody's; agents and talks are not."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter.domain.access import Reach, Right, Scope
from callcenter.domain.alarms import QUEUE_METRICS, Alarm
from callcenter.domain.config import AgentConfig, CenterConfig, QueueConfig
from callcenter.domain.contact import Place
from callcenter.domain.errors import Rejected
from callcenter.domain.views import AgentView, ContactView, FloorView
from callcenter.routing.matching import demand_of, qualifies
from callcenter.web.errors import Forbidden
from callcenter.web.sessions import Viewer

WAITS = frozenset({Place.WAITING, Place.OFFERED})


def common_reach(reach: Reach) -> Reach:
    """The same reach without what makes no difference, so that those who see the same share one picture."""
    if reach.scope is Scope.ALL:
        return Reach(Scope.ALL)
    if reach.scope is Scope.OWN:
        return replace(reach, teams=frozenset())
    return reach


def seen(floor: FloorView, reach: Reach) -> FloorView:
    """The floor with the agents, contacts and alarms within reach; who waits belongs to everybody."""
    if reach.scope is Scope.ALL:
        return floor
    agents = tuple(agent for agent in floor.agents if reach.covers(agent.id, agent.team))
    known = {agent.id for agent in agents}
    return replace(
        floor,
        agents=agents,
        contacts=tuple(c for c in floor.contacts if c.place in WAITS or c.agent in known),
        alarms=tuple(alarm for alarm in floor.alarms if is_about_queue(alarm) or alarm.subject in known),
    )


def is_about_queue(alarm: Alarm) -> bool:
    """Whether the alarm's subject is a queue; else it is an agent."""
    return alarm.metric in QUEUE_METRICS


class FloorScope:
    """The rules for acts: each raises ``Forbidden`` where the right does not reach."""

    def __init__(self, config: CenterConfig, viewer: Viewer) -> None:
        self._config = config
        self._viewer = viewer

    def covers(self, right: Right, agent: str) -> bool:
        """Whether ``right`` reaches the agent."""
        found = self._config.agents.get(agent)
        return found is not None and self._viewer.covers(right, agent, found.team)

    def need_agent(self, right: Right, agent: str) -> None:
        """Raise unless ``right`` reaches the agent; an unknown agent is refused to whoever reaches all."""
        if self.covers(right, agent):
            return
        reach = self._viewer.reach(right)
        if agent not in self._config.agents and reach is not None and reach.scope is Scope.ALL:
            raise Rejected("unknown_agent", agent)
        raise Forbidden("right")

    def need(self, right: Right) -> None:
        """Raise unless the right is held at all."""
        if not self._viewer.may(right):
            raise Forbidden("right")

    def talk(self, floor: FloorView, contact: str) -> ContactView:
        """A talk the viewer may supervise. Raises ``Rejected("nobody_to_listen_to")`` when it is over."""
        self.need(Right.SUPERVISE_CALLS)
        found = next((c for c in floor.contacts if c.id == contact), None)
        if found is None or not found.agent:
            raise Rejected("nobody_to_listen_to")
        mine = self._viewer.user.agent_id
        if not (mine and mine in found.supervisors):
            # who listens already may go on, also after a colleague of another team took over
            self.need_agent(Right.SUPERVISE_CALLS, found.agent)
        return found

    def agent_view(self, floor: FloorView, agent: str) -> AgentView | None:
        """The agent if they are seen."""
        if not self.covers(Right.WATCH_FLOOR, agent):
            return None
        return next((view for view in floor.agents if view.id == agent), None)


def serves(agent: AgentConfig, queue: QueueConfig) -> bool:
    """Whether the agent may serve the queue as it asks for at first."""
    return qualifies(agent, queue.id, demand_of(queue, ()))
