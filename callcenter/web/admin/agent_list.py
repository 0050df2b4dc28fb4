"""Agents by search words, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.domain.config import AgentConfig, CenterConfig

PAGE = 50


@dataclass(frozen=True, slots=True)
class AgentList:
    """One page. ``after`` is where the next begins, empty when this is the last; ``count`` how many match."""

    agents: list[AgentConfig]
    count: int
    after: str


def agent_list(config: CenterConfig, text: str, after: str, size: int = PAGE) -> AgentList:
    """Agents whose id, name, team or skills contain every word of ``text``, by id, behind ``after``."""
    words = text.lower().split()
    teams = {key: " ".join(team.names.values()) for key, team in config.teams.items()}
    named = {skill.id: " ".join(skill.names.values()) for skill in config.skill_names}

    def fits(agent: AgentConfig) -> bool:
        skills = (f"{skill} {named.get(skill, '')}" for skill in agent.skills)
        about = " ".join((agent.id, agent.name, agent.number, agent.team, teams.get(agent.team, ""), *skills)).lower()
        return all(word in about for word in words)

    found = [agent for agent in config.agents.values() if fits(agent)]
    found.sort(key=lambda agent: agent.id)
    rest = [agent for agent in found if agent.id > after]
    return AgentList(rest[:size], len(found), rest[size - 1].id if len(rest) > size else "")
