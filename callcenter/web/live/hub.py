"""The one place of a process that knows which live pages are open and who must look at what."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import suppress

from fastapi import Request

from callcenter.domain.ports import Clock, Desk
from callcenter.web.live.mailbox import Mailbox
from callcenter.web.live.patches import Picture
from callcenter.web.live.response import TICK_S, LiveResponse, Source, Standing
from callcenter.web.live.stage import Draw, Seat, Stage, prepare
from callcenter.web.sessions import Viewer
from callcenter.web.signin.session_ends import Ended

_log = logging.getLogger(__name__)
BEAT_S = 1.0
REFRESH_S = 5.0
"""A scene is looked at again after this long without a change: waits and levels move with the clock."""

Topic = str | None
"""An agent's id; None for anything at all."""


class Hub:
    """Topics and who listens, scenes and who looks, open streams and their signs of life.

    A change costs what the pages it concerns cost, however many others are open.
    """

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk, self._clock = desk, clock
        self._listeners: dict[Topic, set[Mailbox]] = {}
        self._pumps: dict[Topic, asyncio.Task[None]] = {}
        self._stages: dict[Hashable, Stage] = {}
        self._streams: set[LiveResponse] = set()
        self._nudges: dict[Topic, int] = {}
        self._beat: asyncio.Task[None] | None = None

    def now_ms(self) -> int:
        """The server's time."""
        return self._clock.now_ms()

    # --- for routes

    def stream(self, source: Source, *, owner: Viewer | None = None, standing: Standing | None = None) -> LiveResponse:
        """A page of its own."""
        user, session = (owner.user.id, owner.session.token_hash) if owner is not None else (0, "")
        return LiveResponse(self, source, user=user, session=session, standing=standing)

    def scene(
        self,
        scene: Hashable,
        event: str,
        make: Callable[[], Draw],
        *,
        owner: Viewer | None = None,
        standing: Standing | None = None,
    ) -> LiveResponse:
        """A page whose picture is shared by all viewers of an equal ``scene``.

        ``make`` is called when the scene's first viewer comes, and what it returns whenever anything changed. The
        page gets events named ``event`` with ``facts`` and a :func:`~callcenter.web.live.patches.patch`.
        """
        return self.stream(_LateSeat(self, scene, event, make), owner=owner, standing=standing)

    async def picture(self, scene: Hashable, make: Callable[[], Draw]) -> Picture:
        """The scene now, for a page that is about to be watched: what others look at, else drawn."""
        stage = self._stages.get(scene)
        if stage is not None and stage.picture is not None:
            return stage.picture
        draw = make()
        await prepare(draw)
        return draw()

    def end(self, ended: Ended) -> int:
        """Close the live pages of sessions that ended, at once; returns how many."""
        over = [stream for stream in self._streams if _is_over(stream, ended)]
        for stream in over:
            stream.box.close()
        return len(over)

    async def close(self) -> None:
        """Close all pages: the server stops."""
        for stream in self._streams:
            stream.box.close()
        tasks = [task for task in (self._beat, *self._pumps.values()) if task is not None]
        self._beat = None
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def nudge(self, topic: Topic) -> None:
        """Wake the pages of a topic for news that the core knows nothing of."""
        self._nudges[topic] = self.nudges(topic) + 1
        for box in self._listeners.get(topic, ()):
            box.wake()

    # --- for sources and streams

    def nudges(self, topic: Topic) -> int:
        """How often the topic was nudged; a page that has seen another number looks again."""
        return self._nudges.get(topic, 0)

    def listen(self, topic: Topic, box: Mailbox) -> None:
        """Wake ``box`` now and whenever ``topic`` changed."""
        self._listeners.setdefault(topic, set()).add(box)
        box.wake()
        if topic not in self._pumps:
            task = asyncio.get_running_loop().create_task(self._pump(topic), name=f"changes of {topic or 'all'}")
            self._pumps[topic] = task

    def unlisten(self, topic: Topic, box: Mailbox) -> None:
        """Wake ``box`` no more."""
        boxes = self._listeners.get(topic, set())
        boxes.discard(box)
        if not boxes:
            self._listeners.pop(topic, None)
            pump = self._pumps.pop(topic, None)
            if pump is not None:
                pump.cancel()

    def opened(self, stream: LiveResponse) -> None:
        """A stream began."""
        self._streams.add(stream)
        if self._beat is None or self._beat.done():
            self._beat = asyncio.get_running_loop().create_task(self._heartbeat(), name="heartbeat of live pages")

    def closed(self, stream: LiveResponse) -> None:
        """A stream ended."""
        self._streams.discard(stream)

    def stage(self, scene: Hashable, event: str, make: Callable[[], Draw]) -> Stage:
        """The scene's stage, lit if it was dark."""
        stage = self._stages.get(scene)
        if stage is None:
            stage = self._stages[scene] = Stage(event, make(), self.now_ms)
            self.listen(None, stage.box)
        return stage

    def darken(self, scene: Hashable) -> None:
        """Nobody looks any more."""
        stage = self._stages.pop(scene, None)
        if stage is not None:
            self.unlisten(None, stage.box)

    async def _pump(self, topic: Topic) -> None:
        changes: AsyncIterator[None] = self._desk.changes(topic)
        try:
            async for _ in changes:
                for box in self._listeners.get(topic, ()):
                    box.wake()
        except Exception:
            _log.exception("the changes of %s ended", topic or "all")
            for box in self._listeners.get(topic, ()):
                box.close()

    async def _heartbeat(self) -> None:
        while self._streams:
            await asyncio.sleep(BEAT_S)
            now = time.monotonic()
            for stream in self._streams:
                if now - stream.told_s >= TICK_S:
                    stream.box.tick()
            for stage in self._stages.values():
                if now - stage.drawn_s >= REFRESH_S:
                    stage.box.wake()


def _is_over(stream: LiveResponse, ended: Ended) -> bool:
    if ended.session and stream.session == ended.session:
        return True
    return bool(ended.user) and stream.user == ended.user and stream.session != ended.keep


class _LateSeat:
    """Takes its seat when the stream begins: a request that dies before leaves no stage lit."""

    def __init__(self, hub: Hub, scene: Hashable, event: str, make: Callable[[], Draw]) -> None:
        self._hub, self._scene, self._event, self._make = hub, scene, event, make
        self._seat: Seat | None = None

    async def open(self, box: Mailbox) -> None:
        stage = self._hub.stage(self._scene, self._event, self._make)
        self._seat = Seat(stage, lambda: self._hub.darken(self._scene))
        await self._seat.open(box)

    async def news(self) -> bytes:
        return await self._seat.news() if self._seat is not None else b""

    def close(self) -> None:
        if self._seat is not None:
            self._seat.close()


def hub_of(request: Request) -> Hub:
    """The process's hub."""
    hub: Hub = request.app.state.hub
    return hub
