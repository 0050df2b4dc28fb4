"""A scene many look at: drawn once, however many viewers; each is sent what changed since they were last told."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from callcenter.web.live.mailbox import Mailbox
from callcenter.web.live.patches import Picture, patch
from callcenter.web.live.response import event

_log = logging.getLogger(__name__)
PAUSE_S = 0.1
SHARE = 4
"""After a drawing that took t, at least ``SHARE`` × t pass before the next: a heavy scene can't eat the process."""

Draw = Callable[[], Picture]
"""May have an ``async prepare()``: called before each drawing, for what would take too long at once."""


async def prepare(draw: Draw) -> None:
    """Let a scene that is dear to draw make ready, in slices."""
    make_ready: Callable[[], Awaitable[None]] | None = getattr(draw, "prepare", None)
    if make_ready is not None:
        await make_ready()


class Stage:
    """Draws while somebody looks. ``box`` is its own mailbox: wake it when the scene may have changed."""

    def __init__(self, name: str, draw: Draw, now_ms: Callable[[], int]) -> None:
        self.box = Mailbox()
        self.picture: Picture | None = None
        self.drawn_s = 0.0
        self.viewers: set[Mailbox] = set()
        self._name, self._draw, self._now_ms = name, draw, now_ms
        self._version = 0
        self._frames: dict[int, bytes] = {}
        self._task: asyncio.Task[None] | None = None

    def join(self, viewer: Mailbox) -> None:
        """Tell ``viewer`` from now on."""
        self.viewers.add(viewer)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name=f"stage {self._name}")
        if self.picture is not None:
            viewer.wake()
        self.box.wake()

    def leave(self, viewer: Mailbox) -> bool:
        """Tell ``viewer`` no more; True when nobody is left and the stage is dark."""
        self.viewers.discard(viewer)
        if self.viewers:
            return False
        if self._task is not None:
            self._task.cancel()
            self._task = None
        return True

    def since(self, seen: tuple[int, Picture] | None) -> tuple[bytes, tuple[int, Picture] | None]:
        """What to send to a viewer who has ``seen`` a version of the picture, and what they have seen then."""
        if self.picture is None:
            return b"", seen
        now = (self._version, self.picture)
        version = seen[0] if seen is not None else 0
        if version == self._version:
            return b"", now
        if version not in self._frames:
            news = patch(seen[1] if seen is not None else None, self.picture)
            self._frames[version] = self._frame(self.picture, news) if news is not None else b""
        return self._frames[version], now

    async def _run(self) -> None:
        try:
            while True:
                await self.box.wait()
                if self.box.closed:
                    break
                await prepare(self._draw)
                took_s = self._redraw()
                await asyncio.sleep(max(PAUSE_S, SHARE * took_s))
        except Exception:
            _log.exception("the scene %s could not be drawn; its pages will ask again", self._name)
        for viewer in self.viewers:
            viewer.close()

    def _redraw(self) -> float:
        self.drawn_s = time.monotonic()
        picture = self._draw()
        news = patch(self.picture, picture)
        if self.picture is None or news is not None:
            self._frames = {self._version: self._frame(picture, news or {})}
            self._version += 1
            self.picture = picture
            for viewer in self.viewers:
                viewer.wake()
        return time.monotonic() - self.drawn_s

    def _frame(self, picture: Picture, news: dict[str, Any]) -> bytes:
        return event(self._name, {"facts": {**picture.facts, "now": self._now_ms()}, **news})


class Seat:
    """One viewer's source: the stage's news since this viewer was last told."""

    def __init__(self, stage: Stage, left: Callable[[], None]) -> None:
        self._stage = stage
        self._left = left
        self._box: Mailbox | None = None
        self._seen: tuple[int, Picture] | None = None

    async def open(self, box: Mailbox) -> None:
        """Take the seat."""
        self._box = box
        self._stage.join(box)

    async def news(self) -> bytes:
        """What changed on stage."""
        frame, self._seen = self._stage.since(self._seen)
        return frame

    def close(self) -> None:
        """Leave."""
        if self._box is not None and self._stage.leave(self._box):
            self._left()
