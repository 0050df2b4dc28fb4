"""A crash between any two lines of a callback: it is kept, and nobody is rung twice for one attempt."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from callcenter.core import invariants
from callcenter.core.center import Center
from callcenter.core.replay import replay as replayed
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import CallbackRule, RetryAfter
from callcenter.domain.contact import EndReason
from callcenter.storage import Storage, upgrade
from tests.app.test_bad_days_crash_points import DIALLED, Drive
from tests.core.callback_centre import OFFER, offer_flow
from tests.core.centre import config

pytestmark = pytest.mark.timeout(120)

CUSTOMER = "13800000001"
RULE = CallbackRule(ring_ms=5_000, call_from="00:00", call_until="24:00", retry=RetryAfter(no_answer_ms=1_000))


async def story(drive: Drive) -> None:
    """A customer books, hangs up, is not there at first, answers then, and speaks with the agent."""
    drive.network.phone("agent:1001", answer_after_ms=300)
    customer = drive.network.phone(f"number:{CUSTOMER}", answer_after_ms=None)
    caller = drive.network.call(CUSTOMER, "95002")

    async def booked() -> bool:
        for c in drive.life.center.state.contacts.values():
            if c.flow is not None and c.flow.pending:
                caller.press("1")
        return bool(drive.life.center.state.callbacks)

    await drive.until(booked)
    caller.hang_up()
    await drive.submit(ev.AgentSignedIn(agent="1001", command="in", desk=""))
    await drive.submit(ev.StateRequested(agent="1001", command="ready", state=AgentState.AVAILABLE))

    async def rung() -> bool:
        return customer.ringing

    async def not_any_more() -> bool:
        return not customer.leg

    async def together() -> bool:
        return "party:agent:1001" in customer.hears()

    await drive.until(rung)
    await drive.until(not_any_more)
    drive.network.phone(f"number:{CUSTOMER}", answer_after_ms=500)
    await drive.until(together)
    customer.hang_up()

    async def over() -> bool:
        return not any(not c.ended for c in drive.life.center.state.contacts.values())

    await drive.until(over)


async def books(drive: Drive, at: int) -> None:
    entries = [entry async for entry in drive.storage.journal.read()]
    assert list(replayed(Center(), entries)) == [], at
    facts = [effect for entry in entries for effect in entry.effects]
    opened = [fact.contact for fact in facts if isinstance(fact, ef.ContactOpened)]
    ended = {fact.contact: fact.reason for fact in facts if isinstance(fact, ef.ContactEnded)}
    assert len(opened) == len(set(opened)) == len(ended) == 2, (at, opened, ended)
    (callback,) = [fact.callback for fact in facts if isinstance(fact, ef.CallbackBooked)]
    # whoever hung up while we were dead is gone from the network, and why is not known
    assert ended[callback] in (EndReason.CUSTOMER_HUNG_UP, EndReason.TELEPHONY_LOST), (at, ended)
    started = [fact.attempt for fact in facts if isinstance(fact, ef.AttemptStarted)]
    assert [fact.attempt for fact in facts if isinstance(fact, ef.AttemptEnded)] == started == sorted(set(started)), at
    assert len(DIALLED[-1]) == len(set(DIALLED[-1])) <= len(started), (at, DIALLED[-1], started)
    assert sum(isinstance(fact, ef.AgentConnected) and not fact.rejoined for fact in facts) == 1, at
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
        drive = Drive(storage, folder, at)
        await drive.life.start()
        first = drive.fuse
        started = config()
        queues = {**started.queues, "general": replace(started.queues["general"], callback=RULE)}
        numbers = {**started.numbers, "95002": "offer"}
        await drive.submit(ev.CenterConfigured(config=replace(started, queues=queues, numbers=numbers)))
        await drive.submit(ev.FlowsPublished(flows={"offer": offer_flow(OFFER)}))
        await story(drive)
        await books(drive, at)
        await drive.life.die()
        await drive.network.close()
        return first.blown.is_set()
    finally:
        await storage.close()


@pytest.mark.parametrize("lane", range(4))
async def test_a_crash_anywhere_in_a_callback_rings_nobody_twice(tmp_path: Path, lane: int) -> None:
    at = lane
    while await one_run(tmp_path / str(at), at):
        at += 4
    assert at > 40, f"only {at} crash points were there to try"
