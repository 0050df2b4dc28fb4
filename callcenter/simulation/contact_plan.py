"""Customers whom a scenario names one by one, with what is known of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, NonNegativeInt, PositiveInt

from callcenter.simulation.durations import Ms
from callcenter.simulation.queue_plan import Name, Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One wait for a person. What is None is drawn by the queue's laws.

    ``patience`` is known of who hung up; of who was answered, that it was longer than ``patience_beyond``. ``ring`` is
    known of who was answered; of who hung up while an agent was rung, that it was longer than ``ring_beyond``.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    queue: Name
    priority: Annotated[int, Field(ge=0, le=10)] = 0
    """On top of the queue's."""
    skills: Needs = ()
    """Besides what the queue asks for."""
    preferred: Name = ""
    """The agent it waits for alone during ``preferred_for``."""
    preferred_for: Ms = 0
    excluded: tuple[Name, ...] = ()
    channel: str = ""
    """Another than the queue's."""
    weight: PositiveInt | None = None
    handling: Ms | None = None
    wrap_up: Ms | None = None
    missed: NonNegativeInt = 0
    """How many agents do not pick up before one does."""
    ring: Ms | None = None
    ring_beyond: Ms | None = None
    patience: Ms | None = None
    patience_beyond: Ms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPlan(Visit):
    """A customer who comes ``at`` a moment. ``then``: where they wait after each talk, for a transfer."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    at: Ms
    then: tuple[Visit, ...] = ()

    def visits(self) -> Iterator[Visit]:
        """All their waits, in order."""
        yield self
        yield from self.then
