"""Where one open page is told that there is news. It holds no messages: a slow page looks once, at the latest."""

from __future__ import annotations

import asyncio


class Mailbox:
    """Flags of one page. ``changed``: look again; ``ticked``: say that we live; ``closed``: the stream is over."""

    __slots__ = ("_event", "changed", "closed", "ticked")

    def __init__(self) -> None:
        self.changed = self.ticked = self.closed = False
        self._event = asyncio.Event()

    def wake(self) -> None:
        """There is news."""
        self.changed = True
        self._event.set()

    def tick(self) -> None:
        """A sign of life is due."""
        self.ticked = True
        self._event.set()

    def close(self) -> None:
        """The page is gone, or must go."""
        self.closed = True
        self._event.set()

    async def wait(self) -> None:
        """Until a flag is set that was not there at the last wait."""
        await self._event.wait()
        self._event.clear()
