"""Who may serve what: skill requirements joined, and agents held against them."""

from __future__ import annotations

from collections.abc import Iterable

from callcenter.domain.config import AgentConfig, SkillRequirement

Requirements = tuple[SkillRequirement, ...]


def merge(*groups: Iterable[SkillRequirement]) -> Requirements:
    """The requirements of queue and contact as one, each skill once as required and once as preferred, sorted."""
    levels: dict[tuple[str, bool], int] = {}
    for group in groups:
        for need in group:
            name = (need.skill, need.required)
            levels[name] = max(need.level, levels.get(name, 0))
    return tuple(SkillRequirement(skill, level, required) for (skill, required), level in sorted(levels.items()))


def qualifies(agent: AgentConfig, queue: str, needs: Requirements) -> bool:
    """Whether the agent may serve ``queue`` and has every required skill at its level."""
    if agent.queues and queue not in agent.queues:
        return False
    skills = agent.skills
    return all(skills.get(need.skill, 0) >= need.level for need in needs if need.required)


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
