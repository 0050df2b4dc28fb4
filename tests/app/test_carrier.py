"""A list is called through a carrier that answers, is busy, rings out, refuses or hangs up, and the product is killed.

SIPp plays the carrier by a script drawn from a seed, and the twenty agents' telephones. What the database says of each
lead is compared with the carrier's own log: no lead is called twice for one attempt, and none is lost.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callcenter.app.settings import Settings, TrunkSettings
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.campaign_records import Campaign, CampaignSpec, CampaignState
from callcenter.domain.campaigns import OURS, CampaignMode, Outcome
from callcenter.domain.config import AgentConfig, Announcements, CenterConfig, QueueConfig
from callcenter.domain.leads import LeadState
from callcenter.storage import Storage, upgrade
from callcenter.storage.lead_writer import LeadWriter
from callcenter.storage.tables import lead_attempts, leads
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from callcenter.telephony.asterisk.provision.tools import Tool
from tests.app import carrier
from tests.app.killing import Killed
from tests.app.live import settings_for
from tests.app.outbound import CHECKER, MAKER, a_lead, a_spec
from tests.app.sipp_runs import sipp_runs

PHONES = "127.0.0.31"
AGENTS = tuple(str(1001 + number) for number in range(20))
SEED = 7
RATE, JITTER_MS = 4, 150
"""Calls a second that a carrier takes, and how much a busy machine may bring them closer together on their way."""
LEADS = int(os.environ.get("CALLCENTER_CARRIER_LEADS", "2000"))
FINAL = (LeadState.DONE, LeadState.WAITING)
PICKED_UP = {Outcome.NO_RESULT, Outcome.HUNG_UP, Outcome.ABANDONED}
"""Somebody picked up: they spoke with an agent, or went before, or none was free in time."""

pytestmark = pytest.mark.asterisk


def one_queue() -> CenterConfig:
    queue = QueueConfig(
        id="general",
        names={"en": "general"},
        wrap_up_ms=300,
        announcements=Announcements(first_after_ms=0, every_ms=0),
        record=False,
    )
    agents = {agent: AgentConfig(id=agent, name=agent) for agent in AGENTS}
    return CenterConfig(queues={"general": queue}, agents=agents, caller_number="95000")


def a_campaign(mode: CampaignMode, machines: str) -> CampaignSpec:
    """Each lead is tried once, and again only where we lost it."""
    return a_spec(mode, purpose="verification", ring_ms=3_000, retries={}, results={}, machines=machines)


@dataclass
class Books:
    """What the database says: each lead's standing, and the outcomes of its attempts in order."""

    standing: dict[str, tuple[LeadState, str]]
    attempts: dict[str, list[str]]

    def open(self) -> list[str]:
        """Leads that are not settled: never tried, or being tried."""
        return [number for number, (state, _) in self.standing.items() if state not in FINAL]

    def lost_or_open(self) -> list[str]:
        """Those, and leads that wait for another try because we lost the first."""
        return [number for number, (state, _) in self.standing.items() if state is not LeadState.DONE]


class House:
    """The product as a process of its own, with a campaign that runs as soon as it does."""

    def __init__(self, settings: Settings, folder: Path, plan: dict[str, str]) -> None:
        self.product, self.folder, self.plan = Killed(settings), folder, plan

    async def prepare(self, leads_of: dict[CampaignMode, range], machines: str) -> None:
        url = self.product.settings.database_url
        await asyncio.to_thread(upgrade, url)
        storage = await Storage.open(url)
        await storage.config.save(one_queue())
        for mode, persons in leads_of.items():
            made = Campaign(
                id=str(mode),
                spec=a_campaign(mode, machines),
                state=CampaignState.RUNNING,
                requested_by=MAKER,
                approved_by=CHECKER,
            )
            await storage.campaigns.save(made, 5)
            kept = await storage.leads.add_list(made.id, "list", "list.csv", f"hash-{mode}", MAKER, 5)
            await asyncio.to_thread(_write, url, made.id, kept.id, persons)
        await storage.close()

    def books(self) -> Books:
        engine = sa.create_engine(self.product.settings.database_url.replace("+aiosqlite", ""))
        tries = sa.select(lead_attempts).where(lead_attempts.c.dialled).order_by(lead_attempts.c.began_ms)
        tried: dict[str, list[str]] = {}
        with engine.connect() as connection:
            rows = connection.execute(sa.select(leads)).all()
            for row in connection.execute(tries):
                tried.setdefault(row.number, []).append(row.outcome)
        engine.dispose()
        return Books({row.number: (LeadState(row.state), row.last_outcome) for row in rows}, tried)

    async def work(self) -> None:
        for agent in AGENTS:
            await self.product.send(ev.AgentSignedIn(agent=agent, desk=""))
            await self.product.send(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))

    async def called(self, count: int, timeout_s: float) -> None:
        """Once the carrier had so many calls."""

        await self.product.until(lambda _: self._calls() >= count, f"{count} calls at the carrier", timeout_s)

    async def all_settled(self, timeout_s: float, *, to_the_end: bool) -> Books:
        """Once no lead is open; ``to_the_end``: and none waits because we lost it."""
        async with asyncio.timeout(timeout_s):
            while True:
                await self.product.until(lambda state: not state["contacts"], "nobody being called", timeout_s)
                books = self.books()
                if not (books.lost_or_open() if to_the_end else books.open()):
                    return books
                self.product.changed.clear()
                await self.product.changed.wait()

    def _calls(self) -> int:
        return sum(len(acts) for acts in carrier.calls(self.folder).values())


def _write(url: str, campaign: str, list_id: int, persons: range) -> None:
    writer = LeadWriter(url, campaign, list_id)
    writer.add([a_lead(number) for number in persons], (), len(persons))
    writer.close()


@asynccontextmanager
async def house_of(
    settings: Settings, sipp: Tool, folder: Path, ports: list[int], count: int, acts: Mapping[str, int] = carrier.ACTS
) -> AsyncIterator[House]:
    """The product not yet started, the carrier and the agents' telephones."""
    house = House(settings, folder, carrier.script(folder, SEED, count, acts))
    desks = folder / "phones"
    desks.mkdir()
    phones = await sipp_runs(sipp, desks, "agent.xml", PHONES, ports[6])
    line = await sipp_runs(sipp, folder, "carrier.xml", carrier.ADDRESS, ports[5], *carrier.OPTIONS)
    try:
        yield house
        assert (phones.returncode, line.returncode) == (None, None), "a SIPp has ended by itself"
    finally:
        said = [(place / "sipp.log").read_text(errors="replace")[-2000:] for place in (desks, folder)]
        print(house.product.log, *said)  # shown when the test failed
        for process in (phones, line):
            if process.returncode is None:
                process.kill()
            await process.wait()
        house.product.clear_away()


def check(
    books: Books, plan: dict[str, str], calls: dict[str, list[str]], machine: set[Outcome], *, to_the_end: bool
) -> Counter[str]:
    """Every lead against the carrier's log; returns how many attempts came to what."""
    assert books.standing.keys() == plan.keys(), "a lead is gone"
    assert set(calls) <= set(plan), "somebody was called who is on no list"
    found: Counter[str] = Counter()
    for number, act in plan.items():
        outcomes, rang = books.attempts.get(number, []), calls.get(number, [])
        found.update(outcomes)
        ours = [outcome for outcome in outcomes if outcome in OURS]
        theirs = [outcome for outcome in outcomes if outcome not in OURS]
        where = f"{number} {act}: {outcomes} in the database, {rang} at the carrier, {books.standing[number]}"
        assert len(theirs) <= len(rang) <= len(outcomes), where
        assert set(rang) <= {act}, where
        assert len(theirs) <= 1, where
        assert len(theirs) == 1 or (ours and not to_the_end), where
        if theirs:
            wanted = {carrier.NOT_REACHED[act]} if act in carrier.NOT_REACHED else PICKED_UP
            assert Outcome(theirs[0]) in (machine if act == "machine" else wanted), where
            assert books.standing[number] == (LeadState.DONE, theirs[0]), where
    return found


async def called_and_killed(
    house: House,
    leads_of: dict[CampaignMode, range],
    kills: list[int],
    timeout_s: float,
    *,
    to_the_end: bool,
    machines: str = "",
) -> Counter[str]:
    """The whole story: work, be killed after so many calls each time, work on until all is settled."""
    count = sum(len(persons) for persons in leads_of.values())
    await house.prepare(leads_of, machines)
    await house.product.start()
    await house.work()
    for calls in kills:
        await house.called(calls, timeout_s)
        assert house.books().open(), "it was killed too late"
        await house.product.kill()
        await house.product.start()
    books = await house.all_settled(timeout_s, to_the_end=to_the_end)
    await house.product.stop()
    entries = await house.product.journal()
    assert list(replay(Center(), entries)) == []
    machine = {Outcome.MACHINE} if machines else PICKED_UP
    came_to = check(books, house.plan, carrier.calls(house.folder), machine, to_the_end=to_the_end)
    print(f"{count} leads, killed {len(kills)} times: {dict(came_to)}")
    return came_to


def settings_of(data: Path, folder: Path, ports: list[int], **limits: Any) -> Settings:
    flows = folder / "flows"
    flows.mkdir()
    contact = f"sip:{carrier.ADDRESS}:{ports[5]}"
    line = TrunkSettings(name="sipp", match=(f"{carrier.ADDRESS}/32",), contact=contact, **limits)
    return settings_for(
        data,
        ports,
        flows=flows,
        demo=False,
        rtp_end=39_999,
        trunks=(line,),
        sip_agents={agent: f"sip:{agent}@{PHONES}:{ports[6]}" for agent in AGENTS},
    )


@pytest.mark.timeout(120)
async def test_sixty_leads_and_one_kill(
    data: Path, free_ports: list[int], asterisk_install: AsteriskInstall, sipp: Tool, tmp_path: Path
) -> None:
    async with house_of(settings_of(data, tmp_path, free_ports), sipp, tmp_path, free_ports, 60) as house:
        came_to = await called_and_killed(house, {CampaignMode.PROGRESSIVE: range(60)}, [25], 40, to_the_end=False)
    assert {*carrier.NOT_REACHED.values(), Outcome.NO_RESULT} <= set(came_to), "the script is too easy"


@pytest.mark.timeout(120)
async def test_a_carrier_never_gets_more_calls_in_a_second_than_it_takes(
    data: Path, free_ports: list[int], asterisk_install: AsteriskInstall, sipp: Tool, tmp_path: Path
) -> None:
    """Twenty idle agents would take as many leads at once."""
    settings = settings_of(data, tmp_path, free_ports, calls_per_second=RATE)
    async with house_of(settings, sipp, tmp_path, free_ports, 20, {"busy": 1}) as house:
        await called_and_killed(house, {CampaignMode.PROGRESSIVE: range(20)}, [], 60, to_the_end=False)
        at = [one.at_ms for one in carrier.came(tmp_path)]
    assert len(at) == 20
    assert min(later - first for first, later in zip(at, at[RATE:], strict=False)) > 1_000 - JITTER_MS


@pytest.mark.timeout(120)
async def test_machines_are_found_out_and_people_who_say_nothing_or_go_at_once_are_none(
    data: Path, free_ports: list[int], asterisk_install: AsteriskInstall, sipp: Tool, tmp_path: Path
) -> None:
    acts = {"machine": 2, "answers": 1, "drops": 1, "busy": 1}
    leads_of = {CampaignMode.PROGRESSIVE: range(20)}
    async with house_of(settings_of(data, tmp_path, free_ports), sipp, tmp_path, free_ports, 20, acts) as house:
        came_to = await called_and_killed(house, leads_of, [], 60, to_the_end=False, machines="message")
    assert set(came_to) == {Outcome.MACHINE, Outcome.NO_RESULT, Outcome.BUSY}


@pytest.mark.heavy
@pytest.mark.timeout(1_500)
async def test_two_thousand_leads_and_three_kills(
    data: Path, free_ports: list[int], asterisk_install: AsteriskInstall, sipp: Tool, tmp_path: Path
) -> None:
    """Half of them progressively, half predictively, by the same agents."""
    half = LEADS // 2
    leads_of = {CampaignMode.PROGRESSIVE: range(half), CampaignMode.PREDICTIVE: range(half, LEADS)}
    async with house_of(settings_of(data, tmp_path, free_ports), sipp, tmp_path, free_ports, LEADS) as house:
        kills = [LEADS // 5, LEADS // 2, LEADS * 4 // 5]
        await called_and_killed(house, leads_of, kills, 1_200, to_the_end=True)
