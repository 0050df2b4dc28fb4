"""A Rasa adapter that is looked after, as the running product does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from callcenter.bot.rasa import RasaAssistant

TIMEOUT_S = 15.0


@asynccontextmanager
async def watched(assistant: RasaAssistant, *, wait: bool = True) -> AsyncIterator[RasaAssistant]:
    """``wait``: until it answers."""
    watching = asyncio.create_task(assistant.watch())
    try:
        if wait:
            await asyncio.wait_for(assistant.ready.wait(), TIMEOUT_S)
        yield assistant
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await assistant.close()
