"""Figures as they are kept by interval, read for pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from callcenter.domain.figures import AgentFigures, FigureQuery, QueueFigures, WaitPrediction


class FigureStore(Protocol):
    """Reads sums by stretch of time and group, in the order of group and time."""

    async def queues(self, query: FigureQuery) -> Sequence[QueueFigures]:
        """Sums of queues, grouped ``by`` queue, channel or nothing."""
        ...

    async def agents(self, query: FigureQuery) -> Sequence[AgentFigures]:
        """Sums of the agents within reach, grouped ``by`` agent, team, channel or nothing."""
        ...

    async def predictions(self, from_ms: int, to_ms: int, limit: int) -> Sequence[WaitPrediction]:
        """Waits that were expected of contacts that joined in that time, oldest first; those that are over."""
        ...

    async def told_waits(self, from_ms: int, to_ms: int, limit: int) -> Sequence[WaitPrediction]:
        """Waits that customers were told in that time, oldest first; those that are over."""
        ...
