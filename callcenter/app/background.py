"""Work that goes on beside everything else for as long as the product runs."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress


def in_background(stack: AsyncExitStack, work: Coroutine[None, None, None]) -> None:
    """Begin ``work`` now; it is cancelled, and waited for, when ``stack`` closes."""
    task = asyncio.get_running_loop().create_task(work)

    async def end() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(end)
