"""What a scenario may say of agents: teams, skills, channels, shifts and breaks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveInt, model_validator

from callcenter.domain.config import CHANNELS, AgentConfig
from callcenter.simulation.durations import Duration, Ms, Strict
from callcenter.simulation.queue_plan import Level, Name


class ChannelPlan(Strict):
    """How much of a channel an agent carries at once, and which channels get nothing new meanwhile."""

    capacity: Annotated[int, Field(ge=0)] = 1
    pauses: tuple[str, ...] = ()


def usual_channels() -> dict[str, ChannelPlan]:
    """One call or three chats; a call pauses new chats."""
    return {name: ChannelPlan(capacity=rule.capacity, pauses=rule.pauses) for name, rule in CHANNELS.items()}


class Shift(Strict):
    """Time at work, from the start of the run."""

    start: Ms
    end: Ms

    @model_validator(mode="after")
    def _forward(self) -> Shift:
        if self.end <= self.start:
            raise ValueError("a shift must end after its start")
        return self


class Break(Strict):
    """A break asked for ``at``; it begins after the work at hand and lasts ``length``."""

    at: Ms
    length: Ms


class Team(Strict):
    """``count`` like agents. Without ``shifts`` they are there all the time; an empty list: never."""

    name: Name = "agent"
    id: Name = ""
    """The one agent's id; without it agents are numbered."""
    count: PositiveInt = 1
    skills: dict[str, Level] = Field(default_factory=dict)
    queues: tuple[Name, ...] = ()
    channels: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """How much each agent carries at once by channel, where it is not what the scenario says."""
    shifts: tuple[Shift, ...] | None = None
    breaks: tuple[Break, ...] = ()
    away_after_missed: Duration = Field(default_factory=lambda: Duration(law="fixed", fixed=60_000))

    def configs(self, index: int) -> list[AgentConfig]:
        """The team's agents as the router knows them."""
        ids = [self.id] if self.id else [f"{self.name}-{index}.{number}" for number in range(1, self.count + 1)]
        return [
            AgentConfig(
                id=agent,
                name=agent,
                team=self.name,
                skills=dict(self.skills),
                queues=self.queues,
                capacity=dict(self.channels),
            )
            for agent in ids
        ]

    @model_validator(mode="after")
    def _one_id(self) -> Team:
        if self.id and self.count > 1:
            raise ValueError("an id names one agent; leave out count, or the id")
        return self
