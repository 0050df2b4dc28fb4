"""How fast we may ring: the account's calls per second, agents before others."""

from __future__ import annotations

import asyncio
import heapq
import itertools

from callcenter.domain.ports import Clock


class Pacing:
    """Gives out turns, ``per_second`` of them. Whoever goes first is served first, but agents before everybody."""

    def __init__(self, clock: Clock, per_second: float) -> None:
        self._clock = clock
        self._every_ms = 1000 / per_second
        self._next_ms = 0.0
        self._count = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._giving: asyncio.Task[None] | None = None

    async def turn(self, *, agent: bool) -> None:
        """Return when a call may be made."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (0 if agent else 1, next(self._count), future))
        if self._giving is None or self._giving.done():
            self._giving = asyncio.get_running_loop().create_task(self._give())
        await future

    def hold(self, ms: int) -> None:
        """Twilio says that we are too fast: nobody gets a turn for so long."""
        self._next_ms = max(self._next_ms, self._clock.now_ms() + ms)

    async def stop(self) -> None:
        """No more turns."""
        if self._giving is not None:
            self._giving.cancel()
            await asyncio.gather(self._giving, return_exceptions=True)

    async def _give(self) -> None:
        while self._waiting:
            now_ms = self._clock.now_ms()
            if now_ms < self._next_ms:
                await self._clock.sleep_until(int(-(-self._next_ms // 1)))
                continue
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                self._next_ms = now_ms + self._every_ms
                future.set_result(None)
