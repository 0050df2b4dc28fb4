"""What a scenario file may say, and the reading of one with errors that name file, line and mend."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, PositiveInt, ValidationError, model_validator

from callcenter.domain.config import AgentConfig, QueueConfig, SkillRequirement
from callcenter.domain.errors import ConfigError
from callcenter.routing.policies import AGENT_POLICIES
from callcenter.simulation.durations import Duration, DurationField, Ms, Strict

Level = Annotated[int, Field(ge=1, le=10)]
Rate = Annotated[float, Field(ge=0)]


def _known_policy(name: str) -> str:
    if name not in AGENT_POLICIES:
        raise ValueError(f"no policy is called {name!r}; use one of {', '.join(AGENT_POLICIES)}")
    return name


class Need(Strict):
    """A skill that is asked for; ``required: false`` only prefers it."""

    skill: str
    level: Level = 1
    required: bool = True


def _needs(value: object) -> object:
    if isinstance(value, dict):
        return [{"skill": skill, "level": level} for skill, level in value.items()]
    return value


Needs = Annotated[tuple[Need, ...], BeforeValidator(_needs)]


class Intervals(Strict):
    """Rates an hour for successive stretches of time; begins again after the last."""

    every: Ms
    per_hour: tuple[Rate, ...] = Field(min_length=1)


class Arrivals(Strict):
    """When contacts come: a Poisson rate, one by interval, or the moments themselves (a ``trace``)."""

    per_hour: Rate | None = None
    intervals: Intervals | None = None
    trace: tuple[Ms, ...] | None = None

    @model_validator(mode="after")
    def _one(self) -> Arrivals:
        given = [self.per_hour, self.intervals, self.trace]
        if sum(value is not None for value in given) != 1:
            raise ValueError("give exactly one of per_hour, intervals and trace")
        if self.intervals is not None and not self.intervals.every:
            raise ValueError("intervals.every must be longer than 0")
        return self


class QueuePlan(Strict):
    """One queue: what it asks for, who comes, and how long things take."""

    skills: Needs = ()
    priority: Annotated[int, Field(ge=0, le=10)] = 0
    ageing: Ms = 60_000
    policy: Annotated[str, AfterValidator(_known_policy)] = "longest_idle"
    offer_timeout: Ms = 20_000
    arrivals: Arrivals
    handling: Duration
    patience: DurationField
    ring: DurationField
    wrap_up: DurationField

    def config(self, name: str) -> QueueConfig:
        """The queue as the router knows it."""
        return QueueConfig(
            id=name,
            names={"en": name},
            skills=tuple(SkillRequirement(need.skill, need.level, need.required) for need in self.skills),
            priority=self.priority,
            ageing_ms=self.ageing,
            offer_timeout_ms=self.offer_timeout,
            wrap_up_ms=0 if self.wrap_up.law == "none" else 1,
            agent_policy=self.policy,
        )


class Shift(Strict):
    """Time at work, from the start of the run."""

    start: Ms
    end: Ms

    @model_validator(mode="after")
    def _forward(self) -> Shift:
        if self.end <= self.start:
            raise ValueError("a shift must end after its start")
        return self


class Team(Strict):
    """``count`` like agents. Without ``shifts`` they are there all the time."""

    name: str = "agent"
    count: PositiveInt
    skills: dict[str, Level] = Field(default_factory=dict)
    queues: tuple[str, ...] = ()
    shifts: tuple[Shift, ...] = ()
    away_after_missed: Ms = 60_000

    def configs(self, index: int) -> list[AgentConfig]:
        """The team's agents as the router knows them."""
        ids = [f"{self.name}-{index}.{number}" for number in range(1, self.count + 1)]
        return [AgentConfig(id=agent, name=agent, skills=dict(self.skills), queues=self.queues) for agent in ids]


class ServiceLevel(Strict):
    """Answered within ``within`` ÷ offered. ``abandons``: ``counted`` in offered, ``excluded`` from it, or
    ``short_excluded``: left out when they came before ``short``."""  # fmt: skip

    within: Ms = 20_000
    abandons: Literal["counted", "excluded", "short_excluded"] = "counted"
    short: Ms = 5_000


class Scenario(Strict):
    """A whole scenario."""

    name: str = ""
    horizon: Ms
    warm_up: Ms = 0
    replications: PositiveInt = 10
    service_level: ServiceLevel = Field(default_factory=ServiceLevel)
    queues: dict[str, QueuePlan] = Field(min_length=1)
    agents: tuple[Team, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> Scenario:
        if self.warm_up >= self.horizon:
            raise ValueError("warm_up must be shorter than horizon")
        for team in self.agents:
            for queue in team.queues:
                if queue not in self.queues:
                    raise ValueError(f"team {team.name} serves queue {queue!r}, which is not among the queues")
        return self


def parse(text: str, name: str = "scenario") -> Scenario:
    """The scenario written in YAML ``text``. ConfigError names ``name``, the line and the mend."""
    try:
        tree = yaml.compose(text, yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark is not None else name
        problem = getattr(error, "problem", None) or "not readable"
        raise ConfigError(place, f"this is not YAML: {problem}", "check indentation, colons and quotes") from error
    if tree is None or not isinstance(data, dict):
        raise ConfigError(f"{name}:1", "a scenario is a mapping", "begin with horizon:, queues: and agents:")
    _refuse_doubles(tree, name)
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = tuple(first["loc"])
        written = ".".join(str(part) for part in path) or "scenario"
        raise ConfigError(f"{name}:{_line(tree, path)}", f"{written}: {_said(first)}", _mend(first)) from error


def _said(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _mend(error: Any) -> str:
    if error["type"] == "missing":
        return f"add {error['loc'][-1]}:"
    if error["type"] == "extra_forbidden":
        return f"remove {error['loc'][-1]} or correct its spelling"
    return "" if error["type"] == "value_error" else f"correct the value {error['input']!r}"


def _refuse_doubles(node: yaml.Node, name: str) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise ConfigError(f"{name}:{line}", f"{key.value} stands here twice", "keep one of them")
            seen.add(key.value)
            _refuse_doubles(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_doubles(child, name)


def _line(node: yaml.Node, path: tuple[int | str, ...]) -> int:
    """The line of the deepest part of ``path`` that is written in the file."""
    line = node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
