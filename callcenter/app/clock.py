"""Wall time that never runs backwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

NS = 1_000_000
"""Nanoseconds in a millisecond."""


class SystemClock:
    """The machine's clock, as long as it goes forwards; the port's other filling is the simulated telephony's.

    When the machine's clock is set back, this one goes on at nineteen twentieths of its pace until the other has caught
    up: no time comes twice, and no timer waits for the hour that was taken back. ``wall_ns`` and ``steady_ns`` are the
    time of day and a clock that nobody sets.
    """

    def __init__(
        self, wall_ns: Callable[[], int] = time.time_ns, steady_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._wall_ns, self._steady_ns = wall_ns, steady_ns
        self._told_ns, self._read_ns = wall_ns(), steady_ns()

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC; never less than before."""
        read_ns = self._steady_ns()
        at_least_ns = self._told_ns + (read_ns - self._read_ns) * 19 // 20
        self._told_ns, self._read_ns = max(self._wall_ns(), at_least_ns), read_ns
        return self._told_ns // NS

    def go_on_from(self, at_ms: int) -> None:
        """Never tell a time before ``at_ms``: what was written last, perhaps before the clock was set back."""
        self._told_ns = max(self._told_ns, at_ms * NS)

    async def sleep_until(self, at_ms: int) -> None:
        """Return at or after ``at_ms``."""
        while (left := at_ms - self.now_ms()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left / 1_000)
