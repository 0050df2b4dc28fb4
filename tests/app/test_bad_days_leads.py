"""A crash between any two lines of a campaign: no lead is called twice for one attempt, and none is lost."""

from __future__ import annotations

import asyncio
from itertools import count
from pathlib import Path

import pytest
from msgspec.structs import replace

from callcenter.app.campaigns import CampaignDesk, Dialler
from callcenter.core import invariants
from callcenter.core.center import Center
from callcenter.core.replay import replay as replayed
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.campaign_records import CampaignAct
from callcenter.domain.campaigns import Outcome, RetryRule
from callcenter.domain.leads import LeadState
from callcenter.storage import Storage, upgrade
from callcenter.storage.lead_writer import LeadWriter
from tests.app.outbound import CHECKER, MAKER, a_lead, a_spec, person
from tests.app.test_bad_days_crash_points import DIALLED, Drive
from tests.core.centre import config

pytestmark = pytest.mark.timeout(120)
SPEC = a_spec(ring_ms=5_000, retries={"no_answer": RetryRule(1_000)}, purpose="verification")


class Campaign:
    """The desk and the dialler over whatever life the product has just now."""

    def __init__(self, drive: Drive) -> None:
        self.drive, numbers, storage = drive, count(1), drive.storage

        def desk_submit(event: ev.Event):
            return drive.life.engine.submit(event)

        self.desk = CampaignDesk(
            *(storage.campaigns, storage.leads, storage.audit, drive.clock),
            *(desk_submit, lambda: drive.life.center.state, storage.campaign_figures),
        )
        self.dialler = Dialler(
            self.desk,
            storage.campaigns,
            storage.leads,
            drive.clock,
            lambda: drive.life.center,
            desk_submit,
            lambda: f"o{next(numbers)}",
        )

    async def alive(self, act) -> None:
        """Let it go on until it is done or the process dies; after a death the core is told again what runs."""
        work = asyncio.ensure_future(act())
        blown = asyncio.ensure_future(self.drive.fuse.blown.wait())
        await asyncio.wait({work, blown}, return_when=asyncio.FIRST_COMPLETED)
        blown.cancel()
        if work.done():
            work.result()
            return
        work.cancel()
        await self.drive.reborn()
        await self.desk.tell_core()

    async def run(self, url: str) -> str:
        made = await self.desk.create(SPEC, MAKER)
        made = await self.desk.act(made.id, made.version, CampaignAct.SUBMIT, MAKER)
        made = await self.desk.act(made.id, made.version, CampaignAct.APPROVE, CHECKER)
        kept = await self.drive.storage.leads.add_list(made.id, "list", "list.csv", "hash", MAKER, 5)

        def write() -> None:
            writer = LeadWriter(url, made.id, kept.id)
            writer.add([a_lead(0)], (), 1)
            writer.close()

        await asyncio.to_thread(write)
        await self.alive(lambda: self.desk.act(made.id, made.version, CampaignAct.START, MAKER))
        return made.id


async def story(drive: Drive, url: str) -> str:
    """The lead does not answer at first, and does when it is tried again; the agent files a promise."""
    drive.network.phone("agent:1001", answer_after_ms=300)
    phone = drive.network.phone(f"number:{person(0)}", answer_after_ms=None)
    campaign = Campaign(drive)
    name = await campaign.run(url)
    await drive.submit(ev.AgentSignedIn(agent="1001", command="in", desk=""))
    await drive.submit(ev.StateRequested(agent="1001", command="ready", state=AgentState.AVAILABLE))

    async def dial() -> None:
        """A round of the dialler; a lead that a crash has broken off is tried again only a minute later."""
        await campaign.alive(campaign.dialler.round)
        if not drive.life.center.state.leads:
            await drive.clock.advance(1_000)

    async def rung() -> bool:
        await dial()
        return phone.ringing

    async def not_any_more() -> bool:
        return not phone.leg

    async def together() -> bool:
        await dial()
        return "party:agent:1001" in phone.hears()

    async def over() -> bool:
        await campaign.alive(campaign.dialler.round)
        return not drive.life.center.state.leads

    await drive.until(rung)
    await drive.until(not_any_more)
    drive.network.phone(f"number:{person(0)}", answer_after_ms=500)
    await drive.until(together)
    (contact,) = drive.life.center.state.leads.values()
    await drive.submit(ev.WrapUpCompleted(agent="1001", command="file", contact=contact, disposition="resolved"))
    phone.hang_up()
    await drive.until(over)
    return name


async def books(drive: Drive, campaign: str, at: int) -> None:
    entries = [entry async for entry in drive.storage.journal.read()]
    assert list(replayed(Center(), entries)) == [], at
    facts = [effect for entry in entries for effect in entry.effects]
    taken = [fact.contact for fact in facts if isinstance(fact, ef.LeadTaken)]
    settled = [fact for fact in facts if isinstance(fact, ef.LeadSettled)]
    assert sorted(taken) == sorted(fact.contact for fact in settled), at
    assert len(taken) == len(set(taken)), at
    started = [fact.contact for fact in facts if isinstance(fact, ef.AttemptStarted)]
    assert len(started) == len(set(started)), "one contact dials once"
    assert len(DIALLED[-1]) == len(set(DIALLED[-1])) <= len(started), (at, DIALLED[-1], started)
    assert settled[-1].outcome is Outcome.PROMISED, (at, [fact.outcome for fact in settled])
    (lead,) = await drive.storage.leads.page(campaign)
    dialled = [fact for fact in settled if fact.dialled]
    assert (lead.state, lead.last_outcome) == (LeadState.DONE, "promised"), at
    assert lead.attempts == len(dialled), at
    assert sum((await drive.storage.campaigns.tried(lead.id)).values()) == len(dialled), at
    assert "core_failed" not in [fact.code for fact in facts if isinstance(fact, ef.AlarmRaised)], at
    invariants.check(drive.life.center)
    assert not drive.network.legs, at


async def one_run(folder: Path, at: int) -> bool:
    """Crash at the given point; False when the story has fewer points."""
    await asyncio.to_thread(folder.mkdir)
    url = f"sqlite+aiosqlite:///{folder / 'test.db'}"
    await asyncio.to_thread(upgrade, url)
    storage = await Storage.open(url)
    DIALLED.append([])
    try:
        drive = Drive(storage, folder, 1_000_000)
        await drive.life.start()
        await drive.submit(ev.CenterConfigured(config=replace(config(), caller_number="95000")))
        drive.fuse.left = at
        first = drive.fuse
        name = await story(drive, url)
        await books(drive, name, at)
        await drive.life.die()
        await drive.network.close()
        return first.blown.is_set()
    finally:
        await storage.close()


@pytest.mark.parametrize("lane", range(3))
async def test_a_crash_anywhere_in_a_campaign_calls_nobody_twice_and_loses_nobody(tmp_path: Path, lane: int) -> None:
    at = lane
    while await one_run(tmp_path / str(at), at):
        at += 3
    assert at > 30, f"only {at} crash points were there to try"
