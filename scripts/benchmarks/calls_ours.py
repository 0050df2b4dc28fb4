"""Our product as a process of its own for the call benchmark: takes ``check`` and ``stop`` on its standard input."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import structlog
import uvloop

from callcenter.app.settings import Settings, TrunkSettings
from callcenter.app.wiring import Product, running
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, Announcements, CenterConfig, QueueConfig
from callcenter.domain.effects import AlarmRaised, ContactEnded, ContactOpened, RecordingChanged
from callcenter.storage import Storage, upgrade
from callcenter.telephony.asterisk.adapter import AsteriskTelephony
from scripts.benchmarks.calls_plan import CALLER, CALLER_PORT, SERVER, Crew, Place, agent_contact

_SETTLE_S = 15.0


def center_config(crew: Crew) -> CenterConfig:
    """Each queue twice, one that records and one that does not; no wrap-up, no announcements, no survey."""
    recorded = {number: kind for kind in (False, True) for number in crew.numbers(kind)}
    queues = {
        f"q{number}": QueueConfig(
            id=f"q{number}",
            names={"en": number},
            wrap_up_ms=0,
            announcements=Announcements(first_after_ms=0, every_ms=0),
            record=kind,
        )
        for number, kind in recorded.items()
    }
    agents = {agent: AgentConfig(id=agent, name=agent, queues=_served(crew, agent)) for agent in crew.names}
    numbers = {number: f"queue:q{number}" for number in recorded}
    return CenterConfig(queues=queues, agents=agents, numbers=numbers)


def _served(crew: Crew, agent: str) -> tuple[str, ...]:
    return tuple(f"q{crew.numbers(kind)[queue]}" for kind in (False, True) for queue in crew.queues_of(agent))


def settings_for(place: Place, crew: Crew, transport: str) -> Settings:
    """The product with everything on, on its own ports."""
    flows = place.folder / "flows"
    flows.mkdir(parents=True, exist_ok=True)
    return Settings.model_validate(
        {
            "data": place.folder,
            "port": place.web_port,
            "asterisk_port": place.http_port,
            "sip_port": place.sip_port,
            "sip_address": SERVER,
            "rtp_start": place.rtp_start,
            "rtp_end": place.rtp_end,
            "telephony": "asterisk",
            "ari_transport": transport,
            "demo": False,
            "flows": flows,
            "trunks": (TrunkSettings(name="carrier", match=(f"{CALLER}/32",), contact=f"sip:{CALLER}:{CALLER_PORT}"),),
            "sip_agents": {agent: agent_contact(agent) for agent in crew.names},
        }
    )


async def prepare(settings: Settings, crew: Crew) -> None:
    """Put the configuration into a fresh database."""
    settings.data.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(upgrade, settings.database_url)
    storage = await Storage.open(settings.database_url)
    await storage.config.save(center_config(crew))
    await storage.close()


async def check(product: Product, since_seq: int) -> dict[str, Any]:
    """Wait until the floor is quiet, then say what the journal holds since ``since_seq`` and what is stuck."""
    try:
        async with asyncio.timeout(_SETTLE_S):
            async for _ in product.desk.changes():
                if not _open(product) and product.executor.idle:
                    break
    except TimeoutError:
        pass
    counts: Counter[str] = Counter()
    async for entry in product.storage.journal.read(since_seq + 1):
        for effect in entry.effects:
            match effect:
                case ContactOpened():
                    counts["opened"] += 1
                case ContactEnded(reason=reason):
                    counts["ended"] += 1
                    counts[f"ended: {reason}"] += 1
                case RecordingChanged(state=state):
                    counts[f"recording {state}"] += 1
                case AlarmRaised(code=code):
                    counts[f"alarm {code}"] += 1
                case _:
                    pass
    telephony = product.pbx.telephony
    assert isinstance(telephony, AsteriskTelephony)
    return {
        "seq": product.engine.seq,
        "stuck": _open(product),
        "refusals": telephony.unexpected_refusals,
        "counts": dict(counts),
    }


def _open(product: Product) -> int:
    """Contacts that are not over, and agents that are not free."""
    floor = product.desk.floor_view()
    return len(floor.contacts) + sum(agent.state is not AgentState.AVAILABLE for agent in floor.agents)


async def serve(place: Place, crew: Crew, transport: str) -> None:
    """Run until told to stop; every answer is one line of JSON."""
    settings = settings_for(place, crew, transport)
    await prepare(settings, crew)
    async with running(settings, report=lambda text: print(text, file=sys.stderr)) as product:
        for agent in crew.names:
            await product.desk.submit(ev.AgentSignedIn(agent=agent, desk=""))
            await product.desk.submit(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))
        server = product.pbx.server
        _say({"pid": os.getpid(), "asterisk": server.pid if server else None, "seq": product.engine.seq})
        reader = await _lines()
        while (line := (await reader.readline()).decode().split())[:1] == ["check"]:
            _say(await check(product, int(line[1])))


async def _lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    return reader


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


def main() -> None:
    """``python -m scripts.benchmarks.calls_ours FOLDER WEB HTTP SIP RTP TRANSPORT AGENTS QUEUES``."""
    folder, web, http, sip, rtp, transport, agents, queues = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    place = Place(Path(folder), int(http), int(sip), int(rtp), int(web))
    uvloop.run(serve(place, Crew(int(agents), int(queues)), transport))


if __name__ == "__main__":
    main()
