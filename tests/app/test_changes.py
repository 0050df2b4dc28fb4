"""Who is woken by what: by agent, joined, in slices, and forgotten when gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from callcenter.app.changes import SLICE, Changes, concerned
from callcenter.core.center import Center
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import CenterConfig
from callcenter.domain.journal import JournalEntry


class Listener:
    """Counts how often it is woken."""

    def __init__(self, changes: Changes, agent: str | None) -> None:
        self.woken = 0
        self.twice = asyncio.Event()
        self._source: AsyncIterator[None] = changes.of(agent)
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        async for _ in self._source:
            self.woken += 1
            if self.woken == 2:
                self.twice.set()

    async def stop(self) -> None:
        self.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self.task


async def settled() -> None:
    """Everything that is ready to run has run."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_only_those_concerned_are_woken_and_bursts_are_joined() -> None:
    changes = Changes()
    mine, other, floor = Listener(changes, "1001"), Listener(changes, "1002"), Listener(changes, None)
    await settled()
    assert (mine.woken, other.woken, floor.woken) == (1, 1, 1)
    for _ in range(100):
        changes.tell(["1001"])
    await settled()
    assert (mine.woken, other.woken, floor.woken) == (2, 1, 2)
    for listener in (mine, other, floor):
        await listener.stop()
    assert len(changes) == 0


async def test_what_concerns_everybody_goes_round_in_slices() -> None:
    changes = Changes()
    count = 3 * SLICE + 7
    listeners = [Listener(changes, str(k)) for k in range(count)]
    await settled()
    changes.tell(None)
    await settled()
    assert sum(listener.woken == 2 for listener in listeners) == SLICE
    async with asyncio.timeout(10):
        await asyncio.gather(*(listener.twice.wait() for listener in listeners))
    for listener in listeners:
        await listener.stop()


def entry(event: ev.Event, *effects: ef.Effect) -> JournalEntry:
    return JournalEntry(seq=1, at_ms=1, event=event, effects=effects)


def test_whom_an_entry_concerns() -> None:
    center = Center()
    asked = ev.StateRequested(agent="1001", state=AgentState.AVAILABLE)
    assert concerned(center, entry(asked)) == {"1001"}
    taken = ef.TakenOver(contact="c", agent="1001", supervisor="1002")
    assert concerned(center, entry(ev.TakeOverRequested(agent="1002", contact="c"), taken)) == {"1001", "1002"}
    message = ef.MessagePosted(message="m", agents=("1001", "1003"), by="leader")
    sent = ev.MessageSent(by="leader", message="m", agents=("1001", "1003"), text="hello")
    assert concerned(center, entry(sent, message)) == {"1001", "1003"}
    forced = ev.AgentStateForced(by="leader", agent="1004", state=AgentState.ON_BREAK)
    assert concerned(center, entry(forced)) == {"1004"}
    assert concerned(center, entry(ev.QueueReopened(by="leader", queue="cards"))) == set()


@pytest.mark.parametrize(
    "event", [ev.TelephonyLost(), ev.TelephonyRestored(legs=()), ev.CenterConfigured(config=CenterConfig())]
)
def test_some_entries_concern_everybody(event: ev.Event) -> None:
    assert concerned(Center(), entry(event)) is None
