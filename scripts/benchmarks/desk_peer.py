"""The peer: a plain Starlette application whose loop gathers over all connections after every change.

Written as one would without a hub, and kindly: it has no journal, no router, no sessions; what changes while a round of
the loop runs is joined into the next; a connection whose desk did not change returns at once; the regions come from the
same templates, and only those that changed are sent.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator

import msgspec
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from callcenter.domain.agent import AgentState
from callcenter.domain.views import DeskView
from callcenter.web.desk.regions import facts_of, render_regions
from callcenter.web.i18n import compile_catalogues
from callcenter.web.wording.words import Words, words_for
from scripts.benchmarks.desk_config import center_config
from scripts.benchmarks.desk_plan import RESTING, SERVER_CORE, Change, Load, agent_id, drive, obey, say, settle, started


class Connection:
    """One page."""

    def __init__(self, board: Board, agent: str, desk: str) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._board, self._agent, self._desk = board, agent, desk
        self._view: DeskView | None = None
        self._sent: dict[str, str] = {}

    async def update(self) -> None:
        """Render and send what changed, if anything did."""
        view = self._board.views[self._agent]
        if view is self._view:
            return
        self._view = view
        regions = render_regions(self._board.words, view, None, desk=self._desk, telephony_up=True)
        changed = {name: html for name, html in regions.items() if self._sent.get(name) != html}
        self._sent.update(changed)
        data = {"facts": facts_of(view, self._desk, time.time_ns() // 1_000_000), "regions": changed}
        await self.queue.put(f"event: desk\ndata: {json.dumps(data)}\n\n".encode())


class Board:
    """All desks and all connections."""

    def __init__(self, desks: int) -> None:
        config = center_config(desks)
        self.words: Words = words_for("zh", "Asia/Shanghai", config)
        self.views = {
            agent: DeskView(
                agent=agent,
                name=one.name,
                desk=f"desk-of-{agent}",
                state=AgentState.ON_BREAK,
                since_ms=0,
                reason="lunch",
            )
            for agent, one in config.agents.items()
        }
        self.connections: set[Connection] = set()
        self._changed = asyncio.Event()

    def change(self, index: int, state: str) -> None:
        """Set a desk's state."""
        agent, to = agent_id(index), AgentState(state)
        self.views[agent] = msgspec.structs.replace(
            self.views[agent],
            state=to,
            since_ms=time.time_ns() // 1_000_000,
            reason="lunch" if to is AgentState.ON_BREAK else "",
        )
        self._changed.set()

    async def run(self) -> None:
        """The loop."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await asyncio.gather(*(connection.update() for connection in list(self.connections)))

    async def live(self, request: Request) -> StreamingResponse:
        """The stream of one page."""
        desk = request.query_params["desk"]
        connection = Connection(self, desk.removeprefix("desk-of-"), desk)

        async def events() -> AsyncIterator[bytes]:
            self.connections.add(connection)
            try:
                await connection.update()
                while True:
                    yield await connection.queue.get()
            finally:
                self.connections.discard(connection)

        return StreamingResponse(events(), media_type="text/event-stream")


async def serve(port: int, desks: int) -> None:
    """Run until standard input ends."""
    compile_catalogues(only_stale=True)
    board, chance = Board(desks), random.Random(3)
    app = Starlette(routes=[Route("/agent/live", board.live)])
    config = uvicorn.Config(app, port=port, log_level="error", access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    loop = asyncio.create_task(board.run())
    serving = asyncio.create_task(server.serve())

    async def run(load: Load) -> list[Change]:
        return await drive(load, chance, board.change)

    async def rest(desks: int) -> None:
        for index in range(desks):
            board.change(index, RESTING)

    await started(server)
    say({"ready": True})
    await obey(rest, run)
    loop.cancel()
    server.should_exit = True
    await serving


def _main() -> None:
    """``python -m scripts.benchmarks.desk_peer PORT DESKS``."""
    settle(SERVER_CORE)
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    _main()
