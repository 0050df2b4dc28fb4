"""What a scenario may say of a queue: what it asks for, who comes, and how long things take."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PositiveInt, model_validator

from callcenter.domain.config import Overflow, QueueConfig, Relaxation, SkillRequirement
from callcenter.domain.figures import Abandons, LevelRule
from callcenter.routing.matching import VOICE
from callcenter.routing.policies import AGENT_POLICIES, CONTACT_POLICIES
from callcenter.simulation.callback_plan import CallbackPlan, CalledBack
from callcenter.simulation.durations import Duration, DurationField, Ms, Strict

Level = Annotated[int, Field(ge=1, le=10)]
Rate = Annotated[float, Field(ge=0)]
CALLBACK = "callback"
"""The target of an overflow that offers a callback."""
MOMENT_MS = 1
"""Wrap-up a queue is given so that the router asks for it; its length is drawn."""


def _text(value: object) -> object:
    """An id such as 1001 that YAML took for a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Name = Annotated[str, BeforeValidator(_text)]


def _one_of(known: Collection[str]) -> AfterValidator:
    def check(name: str) -> str:
        if name not in known:
            raise ValueError(f"no policy is called {name!r}; use one of {', '.join(known)}")
        return name

    return AfterValidator(check)


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


def requirements(needs: tuple[Need, ...]) -> tuple[SkillRequirement, ...]:
    """The same as the router knows them."""
    return tuple(SkillRequirement(need.skill, need.level, need.required) for need in needs)


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


class Step(Strict):
    """What a contact no longer asks for after a wait; as :class:`~callcenter.domain.config.Relaxation` says."""

    after: Ms
    drop: tuple[str, ...] = ()
    lower_by: Annotated[int, Field(ge=0, le=9)] = 0
    teams: tuple[Name, ...] = ()


class Onward(Strict):
    """Where a waiting contact goes on to, and when; as :class:`~callcenter.domain.config.Overflow` says."""

    target: Annotated[str, Field(pattern=r"^((queue|flow|number):.+|callback)$")]
    after: Ms = 0
    when_unstaffed: bool = False
    expected: Ms = 0
    staffed_below: Annotated[int, Field(ge=0)] = 0

    @property
    def queue(self) -> str:
        """The queue it leads to; empty for a target outside the queues."""
        kind, _, name = self.target.partition(":")
        return name if kind == "queue" else ""


class ServiceLevel(Strict):
    """What queues are measured by; as :class:`~callcenter.domain.figures.LevelRule` says."""

    within: Ms = 20_000
    abandons: Abandons = Abandons.COUNTED
    short: Ms = 5_000

    def rule(self) -> LevelRule:
        """The rule as queues have it."""
        return LevelRule(self.within, self.abandons, self.short)


class QueuePlan(Strict):
    """One queue: what it asks for, who comes, and how long things take."""

    skills: Needs = ()
    priority: Annotated[int, Field(ge=0, le=10)] = 0
    ageing: Ms = 60_000
    policy: Annotated[str, _one_of(AGENT_POLICIES)] = "longest_idle"
    contact_policy: Annotated[str, _one_of(CONTACT_POLICIES)] = "priority"
    share: PositiveInt = 1
    wait_cost: PositiveInt = 1
    channel: str = VOICE
    weight: PositiveInt = 1
    """How much of an agent's capacity in the channel a contact takes."""
    slowdown: Annotated[float, Field(ge=0)] = 0.0
    """By how much a talk takes longer for each other contact the agent is in talk with."""
    offer_timeout: Ms = 20_000
    teams: tuple[Name, ...] = ()
    relaxations: tuple[Step, ...] = ()
    reserve: Annotated[int, Field(ge=0)] = 0
    overflow: tuple[Onward, ...] = ()
    service_level: ServiceLevel | None = None
    """What it is measured by, where it is not the scenario's rule."""
    arrivals: Arrivals | None = None
    handling: Duration
    patience: DurationField
    ring: DurationField
    wrap_up: DurationField
    wrap_up_at_most: Ms | None = None
    """When a wrap-up is ended although it is not done."""
    callback: CallbackPlan = Field(default_factory=CallbackPlan)
    """How callbacks are made."""
    called_back: CalledBack | None = None
    """What customers do whom an overflow offers a callback; without it that leads out of the simulation."""

    def team_names(self) -> set[str]:
        """Every team it names."""
        return {*self.teams, *(team for step in self.relaxations for team in step.teams)}

    def config(self, name: str, *, wraps_up: bool = False) -> QueueConfig:
        """The queue as the router knows it; ``wraps_up``: some of its contacts bring a wrap-up of their own."""
        return QueueConfig(
            id=name,
            names={"en": name},
            skills=requirements(self.skills),
            priority=self.priority,
            ageing_ms=self.ageing,
            offer_timeout_ms=self.offer_timeout,
            wrap_up_ms=MOMENT_MS if wraps_up or self.wrap_up.law != "none" else 0,
            agent_policy=self.policy,
            contact_policy=self.contact_policy,
            share=self.share,
            wait_cost=self.wait_cost,
            channel=self.channel,
            teams=self.teams,
            relaxations=tuple(
                Relaxation(step.after, step.drop, step.lower_by, step.teams) for step in self.relaxations
            ),
            reserve=self.reserve,
            overflow=tuple(
                Overflow(on.target, on.after, on.when_unstaffed, on.expected, on.staffed_below) for on in self.overflow
            ),
        )

    @model_validator(mode="after")
    def _in_order(self) -> QueuePlan:
        times = [step.after for step in self.relaxations]
        if times != sorted(times):
            raise ValueError("relaxations must stand in the order of their times")
        if self.called_back is not None and all(on.target != CALLBACK for on in self.overflow):
            raise ValueError(f"called_back means nothing before overflow has a target: {CALLBACK}")
        return self
