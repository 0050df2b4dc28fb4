"""The settings of the routing benchmark: agents with 1–8 of 200 skills, contacts of which 15 % ask for two."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from callcenter.domain.config import AgentConfig, QueueConfig, SkillRequirement

SKILLS = 200
AGEING_MS = 60_000
TWO_SKILLS = 0.15
Needs = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One size of centre, drawn from ``seed``: the same agents and contacts for us and for the peers."""

    size: int
    contacts: int
    seed: int
    agents: dict[str, dict[str, int]]
    queues: dict[str, str]

    def waiting(self) -> Iterator[tuple[str, Needs, int]]:
        """Who waits: name, needs, and key (arrival less what the priority is worth, in ms)."""
        for name, queue, second, priority, at_ms in self.arrivals():
            needs = ((self.queues[queue], 1), *(((second, 1),) if second else ()))
            yield name, needs, at_ms - priority * AGEING_MS

    def arrivals(self) -> Iterator[tuple[str, str, str, int, int]]:
        """Contact, queue, second skill or nothing, priority 0–10, arrival in ms."""
        chance = random.Random(self.seed + 1)
        for n in range(self.contacts):
            second = f"s{chance.randrange(SKILLS)}" if chance.random() < TWO_SKILLS else ""
            yield f"c{n}", f"q{chance.randrange(SKILLS)}", second, chance.randint(0, 10), n

    def queue_configs(self) -> dict[str, QueueConfig]:
        """The queues as the router takes them; no wrap-up, so that a freed agent decides at once."""
        return {
            queue: QueueConfig(id=queue, names={}, skills=(SkillRequirement(skill, 1),), wrap_up_ms=0)
            for queue, skill in self.queues.items()
        }

    def agent_configs(self) -> dict[str, AgentConfig]:
        """The agents as the router takes them."""
        return {name: AgentConfig(id=name, name=name, skills=skills) for name, skills in self.agents.items()}


def plan(size: int, contacts: int, seed: int) -> Plan:
    """``size`` agents and ``contacts`` contacts."""
    chance = random.Random(seed)
    agents = {
        f"a{n}": {f"s{k}": chance.randint(1, 10) for k in chance.sample(range(SKILLS), chance.randint(1, 8))}
        for n in range(size)
    }
    return Plan(size, contacts, seed, agents, {f"q{n}": f"s{n}" for n in range(SKILLS)})
