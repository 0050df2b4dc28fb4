"""One thread that does one thing after the other for the event loop: where a plain connection lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class OneThread:
    """Runs calls in order on a thread of its own."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, work: Callable[..., _Result], *args: Any) -> _Result:
        """The result of ``work``. When cancelled, leaves only once it is settled what was done."""
        task = asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            # The thread can not be stopped in the middle: leave only when it is settled what is in the database.
            await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # nobody waits for it any more
            raise

    def close(self) -> None:
        """Finish what is being done."""
        self._thread.shutdown(wait=True)
