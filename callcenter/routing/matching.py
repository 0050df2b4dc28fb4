"""Who may serve what: skill requirements joined and relaxed, and agents held against them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from callcenter.domain.config import AgentConfig, QueueConfig, SkillRequirement

Requirements = tuple[SkillRequirement, ...]
VOICE = "voice"


class Demand(Struct, frozen=True):
    """What a contact asks for: skills, the teams that may serve it (empty: all), or ``only`` one agent.

    ``weight`` is how much of an agent's capacity in its ``channel`` it takes.
    """

    needs: Requirements = ()
    teams: tuple[str, ...] = ()
    only: str = ""
    channel: str = VOICE
    weight: int = 1


def merge(*groups: Iterable[SkillRequirement]) -> Requirements:
    """The requirements of queue and contact as one, each skill once as required and once as preferred, sorted."""
    levels: dict[tuple[str, bool], int] = {}
    for group in groups:
        for need in group:
            name = (need.skill, need.required)
            levels[name] = max(need.level, levels.get(name, 0))
    return tuple(SkillRequirement(skill, level, required) for (skill, required), level in sorted(levels.items()))


def demand_of(
    queue: QueueConfig, skills: Requirements, step: int = 0, only: str = "", channel: str = VOICE, weight: int = 1
) -> Demand:
    """What a contact of ``queue`` with its own ``skills`` asks for after the first ``step`` relaxations.

    A queue that every team serves stays so: adding teams to all teams changes nothing.
    """
    needs, teams = merge(queue.skills, skills), queue.teams
    for relaxation in queue.relaxations[:step]:
        needs = tuple(
            SkillRequirement(need.skill, max(1, need.level - relaxation.lower_by), need.required)
            for need in needs
            if need.skill not in relaxation.drop
        )
        if teams:
            teams = tuple(sorted({*teams, *relaxation.teams}))
    return Demand(needs, teams, only, channel, weight)


def steps_due(queue: QueueConfig, waited_ms: int) -> int:
    """How many relaxations a contact that has waited so long has behind it."""
    return sum(1 for relaxation in queue.relaxations if relaxation.after_ms <= waited_ms)


def qualifies(agent: AgentConfig, queue: str, demand: Demand) -> bool:
    """Whether the agent may serve ``queue``, is of a team asked for, and has every required skill at its level."""
    if demand.only and agent.id != demand.only:
        return False
    if agent.queues and queue not in agent.queues:
        return False
    if demand.teams and agent.team not in demand.teams:
        return False
    skills = agent.skills
    return all(skills.get(need.skill, 0) >= need.level for need in demand.needs if need.required)


def level_score(agent: AgentConfig, needs: Requirements) -> int:
    """The sum of the agent's levels in the skills asked for, preferred ones only where they reach their level."""
    score = 0
    for need in needs:
        level = agent.skills.get(need.skill, 0)
        if need.required or level >= need.level:
            score += level
    return score


def preferred_met(agent: AgentConfig, needs: Requirements) -> int:
    """How many preferred skills the agent has at their level."""
    return sum(1 for need in needs if not need.required and agent.skills.get(need.skill, 0) >= need.level)
