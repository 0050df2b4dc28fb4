"""How many waited in each queue during the last half hour, looked at again and again. Kept in memory only."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from callcenter.domain.views import FloorView

WINDOW_MS = 30 * 60_000
STEP_MS = 60_000


class _Step(Struct):
    at_ms: int
    waiting: int


class FloorTrend:
    """Give it the floor now and then; ask it for a queue's last half hour. Costs a number a queue and minute."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[_Step]] = {}

    def note(self, floor: FloorView) -> None:
        """Take the numbers over. Looks closer together than a minute only sharpen the last step."""
        for queue in floor.queues:
            steps = self._queues.setdefault(queue.id, deque())
            if steps and floor.at_ms - steps[-1].at_ms < STEP_MS:
                steps[-1].waiting = max(steps[-1].waiting, queue.waiting)
            else:
                steps.append(_Step(floor.at_ms, queue.waiting))
            while len(steps) > 1 and steps[1].at_ms <= floor.at_ms - WINDOW_MS:
                steps.popleft()
        for gone in self._queues.keys() - {queue.id for queue in floor.queues}:
            del self._queues[gone]

    def waiting(self, queue: str) -> tuple[int, ...]:
        """The most who waited in each minute, oldest first; nothing for a queue that was never seen."""
        return tuple(step.waiting for step in self._queues.get(queue, ()))
