"""Sixty SIPp callers, three agents: everybody who stays is served in turn, every contact ends once, nobody is stuck."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from callcenter.app.settings import TrunkSettings
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, Announcements, CenterConfig, QueueConfig
from callcenter.domain.contact import EndReason
from callcenter.storage import Storage, upgrade
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from callcenter.telephony.asterisk.provision.tools import Tool
from tests.app.live import AGENT_PHONES, live, settings_for
from tests.app.sipp_runs import dialling, sipp_runs

CALLER = "127.0.0.11"
CALLS, RATE, STAY_MS = 60, 5, 500
"""Callers stay so long from being heard on, waiting or talking: two and a half at once, for three agents."""
PATIENT = 50
"""So many must be served even when the machine halts for a moment and a caller does not wait for it."""

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(120)]


def one_queue() -> CenterConfig:
    queue = QueueConfig(
        id="plain",
        names={"en": "plain"},
        wrap_up_ms=0,
        announcements=Announcements(first_after_ms=0, every_ms=0),
        record=False,
    )
    agents = {agent: AgentConfig(id=agent, name=agent) for agent in AGENT_PHONES}
    return CenterConfig(queues={"plain": queue}, agents=agents, numbers={"96000": "queue:plain"})


async def test_every_caller_is_served_once(
    data: Path, free_ports: list[int], asterisk_install: AsteriskInstall, sipp: Tool, tmp_path: Path
) -> None:
    trunk = TrunkSettings(name="sipp", match=(f"{CALLER}/32",), contact=f"sip:{CALLER}:{free_ports[5]}")
    flows = tmp_path / "flows"
    flows.mkdir()
    options = {"trunks": (trunk,), "flows": flows, "demo": False}
    settings = settings_for(data, free_ports, **options)
    await asyncio.to_thread(upgrade, settings.database_url)
    storage = await Storage.open(settings.database_url)
    await storage.config.save(one_queue())
    await storage.close()
    async with live(data, free_ports, **options) as floor:
        for phone in floor.phones.values():
            phone.answer_after_s = 0.0
        await floor.ready(*AGENT_PHONES)
        code = await run_sipp(sipp, tmp_path, free_ports[2], free_ports[5])
        assert code == 0, (tmp_path / "sipp.log").read_text(errors="replace")[-2000:]
        await floor.until(lambda: not floor.product.desk.floor_view().contacts, "all contacts ended")
        agents = [view.state for view in floor.product.desk.floor_view().agents]
        assert agents == [AgentState.AVAILABLE] * 3
        entries = [entry async for entry in floor.product.storage.journal.read()]
    ended = Counter(e.reason for entry in entries for e in entry.effects if isinstance(e, ef.ContactEnded))
    assert sum(ended.values()) == CALLS
    assert set(ended) <= {EndReason.CUSTOMER_HUNG_UP, EndReason.ABANDONED_IN_QUEUE}
    served = Counter(e.agent for entry in entries for e in entry.effects if isinstance(e, ef.AgentConnected))
    assert sum(served.values()) == ended[EndReason.CUSTOMER_HUNG_UP] >= PATIENT
    assert min(served.values()) >= CALLS // 6, f"longest idle shares the work: {served}"
    assert list(replay(Center(), entries)) == []


async def run_sipp(sipp: Tool, folder: Path, sip_port: int, port: int) -> int:
    calls = ("-r", str(RATE), "-m", str(CALLS), "-l", str(CALLS), "-d", str(STAY_MS), "-recv_timeout", "60000")
    process = await sipp_runs(
        sipp, folder, "caller.xml", CALLER, port, *calls, *dialling(folder, "96000"), f"127.0.0.1:{sip_port}"
    )
    return await asyncio.wait_for(process.wait(), 90)
