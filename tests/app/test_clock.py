"""The machine's clock is set back, and nothing of ours notices: no time comes twice, no timer waits an hour."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.app.clock import NS, SystemClock
from callcenter.app.timers import Timers
from callcenter.core.center import Center
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Place
from callcenter.domain.journal import JournalEntry
from callcenter.storage import Storage
from tests.app.test_engine import Recorder, engine_on, storage  # noqa: F401
from tests.core.centre import config

HOUR_MS = 3_600_000
START_MS = 1_800_000_000_000


class Machine:
    """A time of day that can be set, and a clock that nobody sets."""

    def __init__(self) -> None:
        self.wall_ms, self.steady_ms = START_MS, 5_000
        self.clock = SystemClock(lambda: self.wall_ms * NS, lambda: self.steady_ms * NS)

    def run(self, ms: int) -> int:
        self.wall_ms += ms
        self.steady_ms += ms
        return self.clock.now_ms()


def test_it_is_the_time_of_day_while_that_goes_forwards() -> None:
    machine = Machine()
    assert machine.run(0) == START_MS
    assert machine.run(1_234) == START_MS + 1_234
    machine.wall_ms += HOUR_MS
    assert machine.run(10) == machine.wall_ms


def test_set_back_it_goes_on_a_little_slower_until_the_world_has_caught_up() -> None:
    machine = Machine()
    machine.wall_ms -= 60_000
    assert machine.run(0) == START_MS
    assert machine.run(100_000) == START_MS + 95_000
    assert machine.run(2_000_000) == START_MS - 60_000 + 2_100_000
    assert machine.run(1_000) == machine.wall_ms


@given(st.lists(st.tuples(st.integers(-2 * HOUR_MS, HOUR_MS), st.integers(0, HOUR_MS)), max_size=30))
def test_no_time_comes_twice_and_none_is_long_in_coming(steps: list[tuple[int, int]]) -> None:
    machine = Machine()
    before = machine.run(0)
    for set_by, passed in steps:
        machine.wall_ms += set_by
        now = machine.run(passed)
        assert now >= machine.wall_ms
        assert now - before >= passed * 19 // 20 - 1
        before = now


def test_it_goes_on_from_what_was_written_last() -> None:
    machine = Machine()
    machine.clock.go_on_from(START_MS + HOUR_MS)
    assert machine.run(0) == START_MS + HOUR_MS
    machine.clock.go_on_from(START_MS)
    assert machine.run(1_000) == START_MS + HOUR_MS + 950


@pytest.mark.timeout(20)
async def test_a_timer_fires_although_the_clock_was_set_back_an_hour() -> None:
    ahead_ms = 0
    clock = SystemClock(lambda: time.time_ns() + ahead_ms * NS)
    fired: asyncio.Queue[str] = asyncio.Queue()
    timers = Timers(clock, fired.put_nowait)
    timers.set("before", clock.now_ms() + 100)
    ahead_ms = -HOUR_MS
    timers.set("after", clock.now_ms() + 100)
    assert {await fired.get(), await fired.get()} == {"before", "after"}
    await timers.stop()


async def test_an_offer_runs_out_and_the_journal_tells_no_time_twice_although_the_clock_was_set_back(
    storage: Storage,  # noqa: F811
) -> None:
    machine, recorder = Machine(), Recorder(storage)
    engine = engine_on(recorder, clock=machine.clock)
    engine.start()
    await engine.submit(ev.CenterConfigured(config=config()))
    for agent in ("1002", "1003"):
        await engine.submit(ev.AgentSignedIn(agent=agent, desk=agent))
        await engine.submit(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))
    await engine.submit(ev.CallArrived(contact="c1", leg="l1", caller="1", dialled="95001"))
    machine.wall_ms -= HOUR_MS
    machine.run(23_000)  # nineteen twentieths of it, and the offer has 20 s and a second more
    effects = await engine.submit(ev.TimerFired(timer="offer:c1"))
    assert [e.outcome for e in effects if isinstance(e, ef.OfferEnded)] == ["missed"]
    machine.wall_ms -= HOUR_MS
    await engine.submit(ev.CallArrived(contact="c2", leg="l2", caller="2", dialled="95001"))
    await engine.stop()
    times = [entry.at_ms async for entry in storage.journal.read(1)]
    assert times == sorted(times)
    assert times[-1] >= START_MS + 21_000


def test_the_router_keeps_its_time_whatever_it_is_told() -> None:
    center = Center()
    journal = [
        JournalEntry(0, START_MS, ev.CenterConfigured(config=config()), ()),
        JournalEntry(1, START_MS, ev.AgentSignedIn(agent="1002", desk="d"), ()),
        JournalEntry(2, START_MS, ev.StateRequested(agent="1002", state=AgentState.AVAILABLE), ()),
        JournalEntry(3, START_MS - HOUR_MS, ev.CallArrived(contact="c1", leg="l", caller="1", dialled="95001"), ()),
    ]
    for entry in journal:
        effects = center.handle(entry.event, entry.at_ms)
    assert center.state.contacts["c1"].place is Place.OFFERED
    status = center.acd.agent("1002")
    assert status.since_ms == START_MS
    assert status.offer_expires_ms == START_MS + 20_000
    assert [e.timeout_ms for e in effects if isinstance(e, ef.Originate)]
