"""What every click on the agent page has in common, and those that are commands for the engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from callcenter.domain import events

Id = Annotated[str, Field(min_length=1, max_length=100)]


class Click(BaseModel):
    """What every click sends: ``command`` identifies it, so that it is done once; ``desk`` is the browser tab."""

    model_config = ConfigDict(extra="forbid")
    command: Id
    desk: Id


class Command(Click, ABC):
    """A click that is an event for the engine."""

    @abstractmethod
    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """The event for the engine; ``zone`` and ``now_ms`` are the centre's."""
