"""Changes to a scenario, as people say them: one more in a team between ten and eleven, a skill, a queue's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from callcenter.domain.errors import ConfigError
from callcenter.simulation.agent_plan import Team
from callcenter.simulation.configured import CONFIGURED, rechecked
from callcenter.simulation.durations import Strict
from callcenter.simulation.queue_plan import Name, QueuePlan
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.staffing import FORM, Staffing, staffed


def _staffing(value: object) -> object:
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list | tuple):
        raise ValueError(FORM)  # noqa: TRY004  # pydantic tells ValueErrors with their place
    return tuple(Staffing.read(line) if isinstance(line, str) else line for line in lines)


def _only_configured(fields: dict[str, Any]) -> dict[str, Any]:
    for name in fields:
        if name not in CONFIGURED:
            raise ValueError(f"a queue has no setting {name!r}; there are {', '.join(CONFIGURED)}")
    return fields


class Overlay(Strict):
    """What is to be different. ``skills``: agent → skill → level, 0 takes it away. ``queues``: settings by queue."""

    agents: Annotated[tuple[Staffing, ...], BeforeValidator(_staffing)] = ()
    skills: dict[Name, dict[str, Annotated[int, Field(ge=0, le=10)]]] = Field(default_factory=dict)
    queues: dict[Name, Annotated[dict[str, Any], AfterValidator(_only_configured)]] = Field(default_factory=dict)


def apply(scenario: Scenario, overlay: Overlay) -> Scenario:
    """The scenario with the changes made. ConfigError when one names what is not there, or they do not fit."""
    agents = list(scenario.agents)
    for change in overlay.agents:
        agents = staffed(scenario, agents, change)
    for agent, levels in overlay.skills.items():
        agents = _skilled(agents, agent, levels)
    queues = dict(scenario.queues)
    for name, fields in overlay.queues.items():
        queues[name] = _set(queues, name, fields)
    return rechecked(scenario, agents=tuple(agents), queues=queues)


# --- queues and skills


def _set(queues: Mapping[str, QueuePlan], name: str, fields: dict[str, Any]) -> QueuePlan:
    plan = queues.get(name)
    if plan is None:
        raise ConfigError(f"queues.{name}", f"there is no queue {name!r}", f"there are {', '.join(queues)}")
    try:
        changed = QueuePlan.model_validate({"handling": "none", **fields})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"queues.{name}.{place}", str(first["msg"]).removeprefix("Value error, ")) from error
    return plan.model_copy(update={field: getattr(changed, field) for field in fields})


def _skilled(agents: list[Team], agent: str, levels: Mapping[str, int]) -> list[Team]:
    if all(team.id != agent for team in agents):
        raise ConfigError(f"skills.{agent}", f"there is no agent {agent!r}", "name one who is configured")

    def changed(team: Team) -> Team:
        skills = {skill: level for skill, level in {**team.skills, **levels}.items() if level}
        return team.model_copy(update={"skills": skills})

    return [changed(team) if team.id == agent else team for team in agents]
