"""A floor at work for the benchmark of fluent pages: hundreds of light desks, changes of state, and calls."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from callcenter.app.settings import Settings
from callcenter.app.wiring import Product, running
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.web.app import create_app
from scripts.benchmarks.desk_clients import AT_ONCE, Desk
from scripts.benchmarks.desk_ours import prepare
from scripts.benchmarks.desk_plan import agent_id, started

HOTLINE = "95000"
TALK_S = 2.0
_QUIET = frozenset({AgentState.AVAILABLE, AgentState.ON_BREAK, AgentState.LOGGED_OUT})


@dataclass(frozen=True, slots=True)
class BusyFloor:
    """A running product and the light desks at it; desk 0 is left to a real browser."""

    product: Product
    base: str
    desks: list[Desk]

    async def work(self, rate: int, calls: float, seconds: float) -> None:
        """``rate`` changes of state and ``calls`` calls a second; returns when all calls and results are done."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._change(rate, int(rate * seconds)))
            tasks.create_task(self._call(calls, int(calls * seconds)))
        async with asyncio.timeout(60):
            async for _ in self.product.desk.changes():
                floor = self.product.desk.floor_view()
                if not floor.contacts and all(agent.state in _QUIET for agent in floor.agents):
                    return

    def states(self) -> dict[str, str]:
        """Every agent's state in truth."""
        return {agent.id: agent.state.value for agent in self.product.desk.floor_view().agents}

    async def told(self) -> None:
        """Return when every light desk shows the truth; TimeoutError when one does not."""
        states = self.states()
        for index, desk in enumerate(self.desks, 1):
            desk.end_with(states[agent_id(index)])
        async with asyncio.timeout(20):
            await asyncio.gather(*(desk.ended.wait() for desk in self.desks))

    async def _change(self, rate: int, count: int) -> None:
        chance = random.Random(5)
        for _ in range(count):
            agent = agent_id(chance.randrange(len(self.desks) + 1))
            to = chance.choice((AgentState.AVAILABLE, AgentState.ON_BREAK))
            reason = "lunch" if to is AgentState.ON_BREAK else ""
            self.product.engine.post(ev.StateRequested(agent=agent, state=to, reason=reason))
            await asyncio.sleep(1 / rate)
        # events are taken in order: when this one is done, all are
        await self.product.engine.submit(ev.StateRequested(agent=agent_id(1), state=AgentState.AVAILABLE))

    async def _call(self, rate: float, count: int) -> None:
        async with asyncio.TaskGroup() as talks:
            for number in range(count):
                talks.create_task(self._talk(f"1380{number:07}"))
                await asyncio.sleep(1 / rate)

    async def _talk(self, caller: str) -> None:
        party = self.product.pbx.telephony.network.call(caller, HOTLINE)
        await asyncio.sleep(TALK_S)
        party.hang_up()


@asynccontextmanager
async def busy_floor(folder: Path, port: int, count: int) -> AsyncIterator[BusyFloor]:
    """The product with journal, pages and simulated telephony, and ``count`` - 1 light desks connected."""
    flows = folder / "flows"
    flows.mkdir(parents=True)
    given = {"telephony": "simulated", "demo": False, "flows": flows, "assistant": "off"}
    settings = Settings(data=folder / "data", port=port, **given)
    await prepare(settings, count)
    async with running(settings, report=lambda text: print(text, file=sys.stderr)) as product:
        for index in range(count):
            product.pbx.telephony.network.phone(f"agent:{agent_id(index)}", answer_after_ms=100)
        app = create_app(product.web)
        config = uvicorn.Config(
            app, port=port, ws="websockets-sansio", log_level="error", access_log=False, timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[method-assign,attr-defined]
        serving = asyncio.create_task(server.serve())
        await started(server)
        desks = await _connect(port, count)
        try:
            yield BusyFloor(product, f"http://127.0.0.1:{port}", desks)
        finally:
            for desk in desks:
                desk.leave()
            server.should_exit = True
            await app.state.hub.close()
            await serving


async def _connect(port: int, count: int) -> list[Desk]:
    loop, bytes_in = asyncio.get_running_loop(), [0]
    desks = [Desk(index, port, bytes_in) for index in range(1, count)]
    for begin in range(0, len(desks), AT_ONCE):
        some = desks[begin : begin + AT_ONCE]
        for desk in some:
            await loop.create_connection(lambda desk=desk: desk, "127.0.0.1", port)  # type: ignore[misc]
        await asyncio.gather(*(desk.first.wait() for desk in some))
    return desks
