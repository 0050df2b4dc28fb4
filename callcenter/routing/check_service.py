"""Checks of who serves which queue, in which channel, and how a freed agent chooses among several queues."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from operator import attrgetter

from callcenter.domain.config import AgentConfig, CenterConfig, QueueConfig
from callcenter.routing.check_channels import CHANNELS, capacity_of
from callcenter.routing.check_values import Problems, check_known, check_range, problem
from callcenter.routing.policies import AGENT_POLICIES, CONTACT_POLICIES

MOST_SHARE = 1_000


class Staff:
    """The agents by skill, so that a queue looks only at those who could serve it."""

    def __init__(self, agents: Collection[AgentConfig]) -> None:
        self._all = list(agents)
        self._by_skill: dict[str, list[AgentConfig]] = {}
        for agent in agents:
            for skill in agent.skills:
                self._by_skill.setdefault(skill, []).append(agent)

    def able(self, queue: QueueConfig) -> Iterator[AgentConfig]:
        """Agents who may get contacts of ``queue``, be it after the last relaxation, and whatever their capacity."""
        dropped = {skill for relaxation in queue.relaxations for skill in relaxation.drop}
        lower = sum(relaxation.lower_by for relaxation in queue.relaxations)
        teams = {*queue.teams, *(team for relaxation in queue.relaxations for team in relaxation.teams)}
        needs = {n.skill: max(1, n.level - lower) for n in queue.skills if n.required and n.skill not in dropped}
        listed = [self._by_skill.get(skill, []) for skill in needs]
        for agent in min(listed, key=len) if listed else self._all:
            if (agent.queues and queue.id not in agent.queues) or (queue.teams and agent.team not in teams):
                continue
            if all(agent.skills.get(skill, 0) >= level for skill, level in needs.items()):
                yield agent


def served_together(config: CenterConfig, queue: str) -> list[str]:
    """A queue of ``config`` and those that share agents with it, also through others: they need one contact policy."""
    staff = Staff(config.agents.values())
    able = {key: {agent.id for agent in staff.able(found)} for key, found in config.queues.items()}
    found, agents = {queue}, set(able[queue])
    while more := {key for key, served in able.items() if key not in found and served & agents}:
        found |= more
        agents = agents.union(*(able[key] for key in more))
    return [key for key in config.queues if key in found]


def check_service(config: CenterConfig) -> Problems:
    """Everything wrong with how queues and agents come together."""
    staff = Staff(config.agents.values())
    for key, queue in config.queues.items():
        place = f"queues.{key}"
        for field, known in (("agent_policy", AGENT_POLICIES), ("contact_policy", CONTACT_POLICIES)):
            named = getattr(queue, field)
            if named not in known:
                yield problem(f"{place}.{field}", "unknown_policy", id=named, known=list(known))
        yield from check_range(f"{place}.share", queue.share, 1, MOST_SHARE)
        yield from check_range(f"{place}.wait_cost", queue.wait_cost, 1, MOST_SHARE)
        yield from check_known(f"{place}.channel", queue.channel, CHANNELS, "channel")
        if config.agents:
            yield from _served(place, queue, config, staff)
    yield from _policies_meet(config, staff)


def _served(place: str, queue: QueueConfig, config: CenterConfig, staff: Staff) -> Problems:
    """Somebody may serve the queue, and of those somebody has room in its channel."""
    if next(staff.able(queue), None) is None:
        asked = ", ".join(f"{need.skill} ≥ {need.level}" for need in queue.skills if need.required)
        yield problem(f"{place}.skills", "nobody_can_serve", asked=asked or "–")
    elif queue.channel in CHANNELS and not any(
        capacity_of(config, agent, queue.channel) > 0 for agent in staff.able(queue)
    ):
        yield problem(f"{place}.channel", "nobody_has_capacity", channel=queue.channel)


def _policies_meet(config: CenterConfig, staff: Staff) -> Problems:
    """An agent would have to choose by two policies at once, and no number of one compares with one of the other."""
    queues = sorted(config.queues.values(), key=attrgetter("contact_policy"))
    if len({queue.contact_policy for queue in queues}) < 2:
        return
    first: dict[str, QueueConfig] = {}
    told: set[str] = set()
    for queue in queues:
        for agent in staff.able(queue):
            other = first.setdefault(agent.id, queue)
            if other.contact_policy != queue.contact_policy and queue.id not in told:
                told.add(queue.id)
                yield problem(
                    f"queues.{queue.id}.contact_policy",
                    "policies_meet",
                    agent=agent.id,
                    queue=queue.id,
                    policy=queue.contact_policy,
                    other=other.id,
                    other_policy=other.contact_policy,
                )
