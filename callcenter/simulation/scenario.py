"""A whole scenario: queues, agents, customers, and what counts. Files are read and written in ``scenario_file``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pydantic import Field, PositiveInt, field_validator, model_validator

from callcenter.domain.config import ChannelConfig
from callcenter.domain.figures import LevelRule
from callcenter.routing.matching import VOICE
from callcenter.simulation.agent_plan import ChannelPlan, Team, usual_channels
from callcenter.simulation.contact_plan import ContactPlan
from callcenter.simulation.durations import Ms, Strict
from callcenter.simulation.queue_plan import Name, QueuePlan, ServiceLevel


class Scenario(Strict):
    """A whole scenario. Times count from its start; ``begins`` says what the clock showed then (local time)."""

    name: str = ""
    begins: datetime | None = None
    horizon: Ms
    warm_up: Ms = 0
    cool_down: Ms = 0
    replications: PositiveInt = 10
    service_level: ServiceLevel = Field(default_factory=ServiceLevel)
    channels: dict[str, ChannelPlan] = Field(default_factory=usual_channels)
    queues: dict[Name, QueuePlan] = Field(min_length=1)
    agents: tuple[Team, ...] = Field(min_length=1)
    teams: tuple[Name, ...] = ()
    """Teams that queues may name although nobody of them is among the agents."""
    contacts: tuple[ContactPlan, ...] = ()

    @field_validator("begins", mode="before")
    @classmethod
    def _local(cls, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo is not None:
            raise ValueError("begins is local time, without a zone")
        return value

    @property
    def began_ms(self) -> int:
        """What the clock showed at the start, in ms since 1970 as if it were UTC; 0 when that is not said."""
        return round(self.begins.replace(tzinfo=UTC).timestamp() * 1_000) if self.begins is not None else 0

    @property
    def until(self) -> int:
        """Contacts that arrive before it count."""
        return self.horizon - self.cool_down

    @property
    def concurrent(self) -> bool:
        """Whether an agent may have several contacts in hand."""
        calls = [self.room(VOICE), *(team.channels.get(VOICE, 0) for team in self.agents)]
        return max(calls) > 1 or any(channel != VOICE for channel, _ in self._asked())

    def _asked(self) -> Iterator[tuple[str, int]]:
        """Channel and weight of everybody who may come."""
        yield from ((plan.channel, plan.weight) for plan in self.queues.values())
        for contact in self.contacts:
            for visit in contact.visits():
                plan = self.queues[visit.queue]
                yield visit.channel or plan.channel, plan.weight if visit.weight is None else visit.weight

    def channel_configs(self) -> dict[str, ChannelConfig]:
        """The channels as the router knows them."""
        return {name: ChannelConfig(name, plan.capacity, plan.pauses) for name, plan in self.channels.items()}

    def level_of(self, queue: str) -> LevelRule:
        """What a queue is measured by."""
        return (self.queues[queue].service_level or self.service_level).rule()

    @model_validator(mode="after")
    def _fits(self) -> Scenario:
        self.fit()
        return self

    def fit(self) -> None:
        """Refuse parts that do not fit together, by a ValueError."""
        if self.warm_up + self.cool_down >= self.horizon:
            raise ValueError("warm_up and cool_down together must be shorter than horizon")
        self._names_fit()
        self._contacts_fit()

    def _names_fit(self) -> None:
        known = {*self.teams, *(team.name for team in self.agents)}
        for name, queue in self.queues.items():
            if queue.called_back is not None and queue.callback.has_hours and self.begins is None:
                raise ValueError(f"queue {name} calls back at certain hours: say when the scenario begins")
            for missing in sorted(queue.team_names() - known):
                raise ValueError(f"queue {name} names team {missing!r}, which is not among the agents")
            for target in (on.queue for on in queue.overflow if on.queue):
                if target not in self.queues:
                    raise ValueError(f"queue {name} overflows to queue {target!r}, which is not among the queues")
            self._refuse_circle(name)
        for team in self.agents:
            for queue_name in team.queues:
                if queue_name not in self.queues:
                    raise ValueError(f"team {team.name} serves queue {queue_name!r}, which is not among the queues")
        ids = [team.id for team in self.agents if team.id]
        for twice in sorted({agent for agent in ids if ids.count(agent) > 1}):
            raise ValueError(f"agent {twice!r} is there twice")

    def _refuse_circle(self, start: str) -> None:
        """A contact must not go round for ever."""
        trail = [start]
        ahead = [on.queue for on in self.queues[start].overflow if on.queue]
        while ahead:
            queue = ahead.pop()
            if queue == start:
                raise ValueError(f"queue {start} overflows in a circle")
            if queue not in trail and queue in self.queues:
                trail.append(queue)
                ahead += [on.queue for on in self.queues[queue].overflow if on.queue]

    def _contacts_fit(self) -> None:
        if not self.contacts and all(queue.arrivals is None for queue in self.queues.values()):
            raise ValueError("nobody comes: give a queue arrivals, or name contacts")
        for number, contact in enumerate(self.contacts):
            for visit in contact.visits():
                if visit.queue not in self.queues:
                    raise ValueError(f"contact {number} waits in {visit.queue!r}, which is not among the queues")
        for channel, weight in set(self._asked()):
            rooms = [team.channels.get(channel, self.room(channel)) for team in self.agents]
            if channel not in self.channels:
                raise ValueError(f"no channel is called {channel!r}; use one of {', '.join(self.channels)}")
            if max(rooms) < weight:
                raise ValueError(f"no agent has room for a contact of {channel} with weight {weight}")

    def room(self, channel: str) -> int:
        """How much of a channel an agent usually carries."""
        plan = self.channels.get(channel)
        return plan.capacity if plan is not None else 0
