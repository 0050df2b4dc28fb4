"""Short ways to write routers for tests."""

from __future__ import annotations

from typing import Any

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, QueueConfig, SkillRequirement
from callcenter.domain.contact import Why
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import Decision, Offered

ASKED = Why("asked_for_person")


def need(skill: str, level: int = 1, *, required: bool = True) -> SkillRequirement:
    return SkillRequirement(skill, level, required)


def queue(name: str, *skills: SkillRequirement, **settings: Any) -> QueueConfig:
    return QueueConfig(id=name, names={"en": name}, skills=skills, **settings)


def agent(name: str, **skills: int) -> AgentConfig:
    return AgentConfig(id=name, name=name, skills=skills)


def router(queues: list[QueueConfig], agents: list[AgentConfig], *, ready: bool = True, explain: bool = True) -> Acd:
    acd = Acd(explain=explain)
    acd.configure({q.id: q for q in queues}, {a.id: a for a in agents}, 0)
    for config in agents if ready else []:
        acd.sign_in(config.id, 0)
        acd.request_state(config.id, AgentState.AVAILABLE, "", 0)
    return acd


def offers(decisions: list[Decision]) -> list[tuple[str, str]]:
    return [(d.contact, d.agent) for d in decisions if isinstance(d, Offered)]
