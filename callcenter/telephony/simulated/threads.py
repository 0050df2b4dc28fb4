"""Knows whether a loop waits for work that it gave to a thread: virtual time must not go on meanwhile."""

from __future__ import annotations

import asyncio
from typing import Any

_ATTRIBUTE = "_callcenter_threads"


class Threads:
    """``busy``: how many pieces of work of this loop run in threads, and those whose end it has not seen yet."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.busy = 0
        self._run = loop.run_in_executor
        loop.run_in_executor = self._counted  # type: ignore[assignment,method-assign]

    def _counted(self, executor: Any, work: Any, *args: Any) -> asyncio.Future[Any]:
        future = self._run(executor, work, *args)
        self.busy += 1
        future.add_done_callback(self._done)
        return future

    def _done(self, _: object) -> None:
        self.busy -= 1


def threads_of(loop: asyncio.AbstractEventLoop) -> Threads:
    """The loop's count, begun at the first call."""
    found: Threads | None = getattr(loop, _ATTRIBUTE, None)
    if found is None:
        found = Threads(loop)
        setattr(loop, _ATTRIBUTE, found)
    return found
