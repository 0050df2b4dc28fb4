"""Sums of today and of the last half hour, kept in memory for screens and alarms; counted as the tables are.

Figures begin anew at local midnight. What is late for its day or half hour (a contact that joined before) counts no
more.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from callcenter.domain.effects import Effect
from callcenter.domain.figures import AgentSums, QueueSums, WaitPrediction
from callcenter.reports import fold

RECENT_MINUTES = 30
MINUTE_MS = 60_000


class LiveFigures(Struct):
    """Sums by queue and agent since ``midnight_ms``, and each queue's visits by minute, numbered since 1970."""

    midnight_ms: int = 0
    queues: dict[str, QueueSums] = field(default_factory=dict)
    agents: dict[str, AgentSums] = field(default_factory=dict)
    minutes: dict[str, dict[int, QueueSums]] = field(default_factory=dict)

    def queue_today(self, queue: str, midnight_ms: int) -> QueueSums:
        """The queue's sums of the day that began at ``midnight_ms``."""
        return QueueSums.of([self.queues[queue]] if midnight_ms == self.midnight_ms and queue in self.queues else [])

    def agent_today(self, agent: str, midnight_ms: int) -> AgentSums:
        """The agent's sums of the day that began at ``midnight_ms``."""
        return AgentSums.of([self.agents[agent]] if midnight_ms == self.midnight_ms and agent in self.agents else [])

    def handled(self, midnight_ms: int) -> dict[str, int]:
        """Parts in contacts by agent, of the day that began at ``midnight_ms``."""
        today = self.agents if midnight_ms == self.midnight_ms else {}
        return {agent: sums.handled for agent, sums in today.items()}

    def recent(self, queue: str, now_ms: int) -> QueueSums:
        """The queue's visits that began in the last half hour, the present minute included."""
        first = now_ms // MINUTE_MS - RECENT_MINUTES
        return QueueSums.of([sums for minute, sums in self.minutes.get(queue, {}).items() if minute > first])


class _Today:
    """A ledger of one day."""

    def __init__(self, figures: LiveFigures) -> None:
        self._figures = figures

    def queue(self, at_ms: int, queue: str, channel: str) -> QueueSums:
        """The queue's sums, or some that nobody looks at when it was before midnight."""
        if at_ms < self._figures.midnight_ms:
            return QueueSums()
        found = self._figures.queues.get(queue)
        if found is None:
            found = self._figures.queues[queue] = QueueSums()
        return found

    def agent(self, at_ms: int, agent: str, team: str, channel: str) -> AgentSums:
        """The agent's sums, or some that nobody looks at when it was before midnight."""
        if at_ms < self._figures.midnight_ms:
            return AgentSums()
        found = self._figures.agents.get(agent)
        if found is None:
            found = self._figures.agents[agent] = AgentSums()
        return found

    def predicted(self, prediction: WaitPrediction) -> None:
        """Not kept here."""

    def told(self, prediction: WaitPrediction) -> None:
        """Not kept here."""


class _Recent:
    """A ledger of the last minutes' visits."""

    def __init__(self, figures: LiveFigures, now_ms: int) -> None:
        self._minutes = figures.minutes
        self._first = now_ms // MINUTE_MS - RECENT_MINUTES + 1

    def queue(self, at_ms: int, queue: str, channel: str) -> QueueSums:
        """The minute's sums, or some that nobody looks at when it is over for too long."""
        minute = at_ms // MINUTE_MS
        if minute < self._first:
            return QueueSums()
        minutes = self._minutes.setdefault(queue, {})
        found = minutes.get(minute)
        if found is None:
            for old in [known for known in minutes if known < self._first]:
                del minutes[old]
            found = minutes[minute] = QueueSums()
        return found

    def agent(self, at_ms: int, agent: str, team: str, channel: str) -> AgentSums:
        """Of agents nothing is kept by minute."""
        return AgentSums()

    def predicted(self, prediction: WaitPrediction) -> None:
        """Not kept here."""

    def told(self, prediction: WaitPrediction) -> None:
        """Not kept here."""


def note(figures: LiveFigures, effects: Iterable[Effect], now_ms: int, midnight_ms: int) -> None:
    """Count what has just become so; the present day began at ``midnight_ms``."""
    counted = [effect for effect in effects if type(effect) in fold.COUNTED]
    if not counted:
        return
    if midnight_ms != figures.midnight_ms:
        figures.midnight_ms, figures.queues, figures.agents = midnight_ms, {}, {}
    fold.note(_Today(figures), counted, now_ms)
    visits = [effect for effect in counted if type(effect) in fold.VISITS]
    if visits:
        fold.note(_Recent(figures, now_ms), visits, now_ms)
