"""Timers of the core: one task, one heap, any clock."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Mapping
from contextlib import suppress

from callcenter.domain.ports import Clock


class Timers:
    """Calls ``fire(name)`` when a timer is due. Setting a name again replaces it. O(log n) each."""

    def __init__(self, clock: Clock, fire: Callable[[str], None]) -> None:
        self._clock = clock
        self._fire = fire
        self._heap: list[tuple[int, str]] = []
        self._due: dict[str, int] = {}
        self._sleeper: asyncio.Task[None] | None = None
        self._sleeps_until: int | None = None

    def set(self, name: str, at_ms: int) -> None:
        """Run ``name`` at ``at_ms``."""
        self._due[name] = at_ms
        heapq.heappush(self._heap, (at_ms, name))
        if self._sleeps_until is None or at_ms < self._sleeps_until:
            self._sleep()

    def set_all(self, timers: Mapping[str, int]) -> None:
        """Take over timers after a restart."""
        for name, at_ms in timers.items():
            self.set(name, at_ms)

    def cancel(self, name: str) -> None:
        """Forget ``name``; its place in the heap is skipped later."""
        self._due.pop(name, None)

    async def stop(self) -> None:
        """End the task; nothing fires any more."""
        if self._sleeper is not None:
            self._sleeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sleeper
            self._sleeper = None

    def _sleep(self) -> None:
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.cancel()
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        if not self._heap:
            self._sleeps_until, self._sleeper = None, None
            return
        self._sleeps_until = self._heap[0][0]
        self._sleeper = asyncio.get_running_loop().create_task(self._wait(self._sleeps_until), name="timers")

    async def _wait(self, at_ms: int) -> None:
        await self._clock.sleep_until(at_ms)
        now = self._clock.now_ms()
        while self._heap and self._heap[0][0] <= now:
            due, name = heapq.heappop(self._heap)
            if self._due.get(name) == due:
                del self._due[name]
                self._fire(name)
        self._sleeper = None
        self._sleep()
