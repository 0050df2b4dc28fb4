"""The product as a process of its own for the desk benchmark: engine, journal, pages, simulated telephony."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import structlog
import uvicorn
import uvloop

from callcenter.app.engine import Engine
from callcenter.app.memory import collect_rarely
from callcenter.app.settings import Settings
from callcenter.app.wiring import running
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Rejected
from callcenter.domain.records import Session, User
from callcenter.storage import Storage, upgrade
from callcenter.web.app import create_app
from callcenter.web.sessions import token_hash
from scripts.benchmarks.desk_config import center_config
from scripts.benchmarks.desk_plan import (
    RESTING,
    SERVER_CORE,
    Change,
    Load,
    agent_id,
    cookie,
    drive,
    obey,
    say,
    settle,
    started,
)

_DAY_MS = 86_400_000


async def prepare(settings: Settings, desks: int) -> None:
    """Configuration, a user for each desk, and a supervisor, each with a session."""
    await asyncio.to_thread(upgrade, settings.database_url)
    storage = await Storage.open(settings.database_url)
    await storage.config.save(center_config(desks))
    now = time.time_ns() // 1_000_000
    people = [(agent_id(k), "agent", agent_id(k), cookie(k)) for k in range(desks)]
    people += [("leader", "operator", "", "benchmark-leader"), ("boss", "administrator", "", "benchmark-admin")]
    people += [("quality", "quality", "", "benchmark-quality")]
    for name, role, agent, token in people:
        user = await storage.users.add(User(0, name, name, role, "-", agent))
        session = Session(token_hash(token), user.id, "csrf", now, now + _DAY_MS, now)
        await storage.users.add_session(session)
    await storage.close()


def change(engine: Engine, index: int, state: str) -> None:
    """Ask for an agent's state, as their page would."""
    engine.post(_request(index, state))


async def rest(engine: Engine, desks: int) -> None:
    """Bring every desk into the state a round begins with; returns when it is so.

    An agent whose page has just gone keeps their state for the grace time, so a round soon after another would find
    agents available and ask them to become what they are, of which no page is told.
    """
    for index in range(desks - 1):
        change(engine, index, RESTING)
    with suppress(Rejected):  # nobody has signed in before the first round, and signing in begins with a break
        await engine.submit(_request(desks - 1, RESTING))


def _request(index: int, state: str) -> ev.StateRequested:
    to = AgentState(state)
    reason = "lunch" if to is AgentState.ON_BREAK else ""
    return ev.StateRequested(agent=agent_id(index), state=to, reason=reason)


async def serve(folder: Path, port: int, desks: int) -> None:
    """Run until standard input ends."""
    flows = folder / "flows"
    flows.mkdir(parents=True)
    settings = Settings(data=folder, port=port, telephony="simulated", demo=False, flows=flows, assistant="off")
    await prepare(settings, desks)
    chance = random.Random(3)
    async with running(settings, report=lambda text: print(text, file=sys.stderr)) as product:
        app = create_app(product.web)
        config = uvicorn.Config(
            app, port=port, ws="websockets-sansio", log_level="error", access_log=False, timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        serving = asyncio.create_task(server.serve())

        async def run(load: Load) -> list[Change]:
            return await drive(load, chance, partial(change, product.engine))

        await started(server)
        say({"ready": True})
        await obey(partial(rest, product.engine), run)
        server.should_exit = True
        await app.state.hub.close()
        await serving


def _main() -> None:
    """``python -m scripts.benchmarks.desk_ours FOLDER PORT DESKS``."""
    settle(SERVER_CORE)
    collect_rarely()
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    uvloop.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))


if __name__ == "__main__":
    _main()
