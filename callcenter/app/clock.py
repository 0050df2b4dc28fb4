"""Wall time."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """The machine's clock; the port's other filling is the virtual clock of the simulated telephony."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    async def sleep_until(self, at_ms: int) -> None:
        """Return at or after ``at_ms``."""
        while (left := at_ms - self.now_ms()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left / 1_000)
