"""Virtual time: jumps from timer to timer, so that an hour of calls takes a moment and always goes alike."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from callcenter.telephony.simulated.threads import threads_of

T = TypeVar("T")
_IDLE_ROUNDS = 3
_ROUNDS_WITHOUT_SIGHT = 50
_FAR_FUTURE_MS = 1 << 62


class VirtualClock:
    """Fills the ``Clock`` port. Time stands still until ``advance`` or ``until`` moves it.

    Time waits for work that the loop gave to threads. ``quiet`` says whether other work outside the loop (a database's
    own thread) has finished; time waits for that too.
    """

    def __init__(self, start_ms: int = 1_800_000_000_000, quiet: Callable[[], bool] = lambda: True) -> None:
        self._now_ms = start_ms
        self._quiet = quiet
        self._sequence = itertools.count()
        self._added = asyncio.Event()
        self._timers: list[tuple[int, int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        """Virtual milliseconds since 1970 UTC."""
        return self._now_ms

    async def sleep_until(self, at_ms: int) -> None:
        """Wait for virtual time; moments gone by return after letting others run."""
        if at_ms <= self._now_ms:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._timers, (at_ms, next(self._sequence), future))
        self._added.set()
        await future

    async def advance(self, ms: int) -> None:
        """Let ``ms`` go by; everything due within happens, in order."""
        end_ms = self._now_ms + ms
        await self.settle()
        while self._fire(end_ms):
            await self.settle()
        self._now_ms = end_ms

    async def until(self, awaitable: Awaitable[T], limit_ms: int = 3_600_000) -> T:
        """Let time go by until ``awaitable`` is done, and return what it returns.

        Raises ``TimeoutError`` when it is not done within ``limit_ms``, or when nothing is left that could happen.
        """
        task: asyncio.Future[T] = asyncio.ensure_future(awaitable)
        end_ms = self._now_ms + limit_ms
        try:
            await self.settle()
            while not task.done():
                if not self._fire(end_ms):
                    why = f"not within {limit_ms} ms" if self._timers else "nothing is left that could happen"
                    raise TimeoutError(f"at virtual time {self._now_ms}: {why}")
                await self.settle()
            return await task
        finally:
            task.cancel()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Inside, time goes on by itself: to the next timer whenever every task waits."""
        runner = asyncio.create_task(self._run(), name="virtual-time")
        try:
            yield
        finally:
            runner.cancel()
            await asyncio.gather(runner, return_exceptions=True)

    async def settle(self) -> None:
        """Return when every task waits for time or for the outside."""
        ready: Any = getattr(asyncio.get_running_loop(), "_ready", None)
        idle = 0
        wanted = _IDLE_ROUNDS if ready is not None else _ROUNDS_WITHOUT_SIGHT
        threads = threads_of(asyncio.get_running_loop())
        while idle < wanted:
            await asyncio.sleep(0)
            idle = idle + 1 if not ready and not threads.busy and self._quiet() else 0

    async def _run(self) -> None:
        while True:
            await self.settle()
            if not self._fire(_FAR_FUTURE_MS):
                self._added.clear()
                await self._added.wait()

    def _fire(self, end_ms: int) -> bool:
        while self._timers and self._timers[0][2].done():
            heapq.heappop(self._timers)
        if not self._timers or self._timers[0][0] > end_ms:
            return False
        at_ms, _, future = heapq.heappop(self._timers)
        self._now_ms = max(self._now_ms, at_ms)
        future.set_result(None)
        return True
