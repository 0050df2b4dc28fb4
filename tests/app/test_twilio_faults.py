"""Many calls on a Twilio that fails in every way at once: each contact ends once, nobody is rung twice for one leg."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from tests.app.on_twilio import AGENTS, CloudFloor, on_twilio
from tests.telephony.twilio_double.call import FINAL
from tests.telephony.twilio_double.people import Person

SHARE = 0.05
_EVERY_MS = 4_000
_PATIENCE_MS = 240_000


@pytest.mark.timeout(400)
async def test_some_calls(data: Path, flows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await run(data, flows, monkeypatch, 25)


@pytest.mark.heavy
@pytest.mark.timeout(3_000)
async def test_a_thousand_calls(data: Path, flows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await run(data, flows, monkeypatch, 1_000)


async def run(data: Path, flows: Path, monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    async with on_twilio(data, flows, monkeypatch, CALLS_PER_SECOND=1) as floor:
        floor.double.phones["client:1001"].answer_after_ms = 1_000
        await floor.ready(*AGENTS)
        working = asyncio.get_running_loop().create_task(work(floor))
        floor.double.faults.all(SHARE)
        customers = [await customer(floor, number) for number in range(calls)]
        await asyncio.gather(*customers)
        await floor.until(lambda: floor.contact() is None, "the last contact's end", 60)
        floor.double.faults.all(0.0)
        await pause(floor, 60_000)
        working.cancel()
        await check(floor, calls)


async def customer(floor: CloudFloor, number: int) -> asyncio.Task[None]:
    await pause(floor, _EVERY_MS)
    person = floor.dial(f"+86138{number:08d}")
    return asyncio.get_running_loop().create_task(life(floor, person, random.Random(number)))


async def life(floor: CloudFloor, person: Person, chance: random.Random) -> None:
    """Two keys, an agent, a talk; whoever is not served in time hangs up."""
    call = person.call
    patience = asyncio.get_running_loop().create_task(give_up(floor, person))
    for _ in range(2):
        await person.wait(lambda: person.call is None or (call.keys is not None and call.playing != ""))
        if person.call is not None:
            person.press("1")
            seen = call.documents
            await person.wait(lambda seen=seen: person.call is None or call.documents > seen)
    await person.wait(lambda: person.call is None or any("party:agent" in what for what in person.hears()))
    if person.call is not None:
        await pause(floor, chance.randrange(2_000, 15_000))
    if person.call is not None and chance.random() < 0.7:
        person.hang_up()
    elif person.call is not None:
        for other in floor.double.in_conference(call.conference):
            if other is not call and other.person.call is other:
                other.person.hang_up()
    await person.wait(lambda: person.call is None)
    patience.cancel()


async def give_up(floor: CloudFloor, person: Person) -> None:
    await pause(floor, _PATIENCE_MS)
    if person.call is not None:
        person.hang_up()


async def work(floor: CloudFloor) -> None:
    """Agents file what they did, and come back when the product put them aside."""
    desk = floor.product.desk
    async for _ in desk.changes():
        for view in desk.floor_view().agents:
            if view.id not in AGENTS:
                continue
            mine = desk.desk_view(view.id)
            if mine.state is AgentState.WRAP_UP and mine.wrap_up is not None:
                await desk.submit(ev.WrapUpCompleted(agent=view.id, contact=mine.wrap_up.id, disposition="resolved"))
            elif mine.state is AgentState.ON_BREAK:
                await desk.submit(ev.StateRequested(agent=view.id, state=AgentState.AVAILABLE))


async def pause(floor: CloudFloor, ms: int) -> None:
    clock = floor.product.clock
    await clock.sleep_until(clock.now_ms() + ms)


async def check(floor: CloudFloor, calls: int) -> None:
    entries = [entry async for entry in floor.product.storage.journal.read()]
    facts = [effect for entry in entries for effect in entry.effects]
    opened = Counter(fact.contact for fact in facts if isinstance(fact, ef.ContactOpened))
    ended = Counter(fact.contact for fact in facts if isinstance(fact, ef.ContactEnded))
    assert set(opened.values()) == set(ended.values()) == {1}
    assert opened.keys() == ended.keys()
    assert all(fact.reason for fact in facts if isinstance(fact, ef.ContactEnded))
    assert calls * 0.9 <= len(opened) <= calls
    talked = {fact.contact for fact in facts if isinstance(fact, ef.AgentConnected)}
    assert len(talked) > calls / 2, Counter(f.reason for f in facts if isinstance(f, ef.ContactEnded))
    rung = Counter(call.status_url for call in floor.double.calls.values() if call.direction == "outbound-api")
    assert rung
    assert max(rung.values()) == 1, "a leg was rung twice"
    assert not [call.sid for call in floor.double.calls.values() if call.status not in FINAL]
    states = {view.id: view.state for view in floor.product.desk.floor_view().agents if view.id in AGENTS}
    assert set(states.values()) <= {AgentState.AVAILABLE}, states
    struck = floor.double.faults.struck
    assert sum(struck.values()) > calls, struck
    assert calls < 100 or all(struck.values()), struck
    assert list(replay(Center(), entries)) == []
