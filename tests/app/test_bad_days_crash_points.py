"""A crash between any two lines: before and after each transaction, before and after each command, one after another.

The engine, the real SQLite journal and the simulated network in virtual time. The network lives on, as a PBX would;
what the dead process still had in memory is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from callcenter.app.engine import Engine, restore
from callcenter.app.executor import Executor
from callcenter.app.timers import Timers
from callcenter.app.vault import MemoryVault
from callcenter.core import invariants
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import EndReason
from callcenter.domain.journal import JournalEntry
from callcenter.storage import Storage, upgrade
from callcenter.telephony.simulated.clock import VirtualClock
from callcenter.telephony.simulated.network import SimulatedNetwork
from callcenter.telephony.simulated.telephony import SimulatedTelephony
from tests.core.centre import config, flows

pytestmark = pytest.mark.timeout(120)


DIALLED: list[list[str]] = [[]]
"""The legs by which outside numbers were dialled, over all lives of a run; the last list is that of the present run."""


class Fuse:
    """Counts the crash points that are passed and blows at one of them."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.blown = asyncio.Event()

    async def point(self) -> None:
        """Go on, or never again: a dead process does not come back from anywhere."""
        if self.left == 0:
            self.blown.set()
        self.left -= 1
        if self.blown.is_set():
            await asyncio.Event().wait()


class Life:
    """One life of the process over a database and a network that outlive it."""

    def __init__(self, storage: Storage, network: SimulatedNetwork, clock: VirtualClock, fuse: Fuse) -> None:
        self.storage, self.fuse, self.clock = storage, fuse, clock
        self.telephony = SimulatedTelephony(clock, MemoryVault(), Path("unused"), network=network)

    async def start(self) -> None:
        center, seq, last_ms, undone = await restore(self.storage.journal)
        self.center = center
        self.timers = Timers(self.clock, lambda name: self.engine.post(ev.TimerFired(timer=name)))
        self.executor = Executor(
            Fused(self.telephony, self.fuse),  # type: ignore[arg-type]
            self.timers,
            MemoryVault(),
            lambda event: self.engine.post(event),
            ask_service=_no_service,
            ask_meaning=_no_service,
            file_recording=_filed,
            done_seq=seq,
        )
        self.engine = Engine(
            center,
            FusedJournal(self.storage.journal, self.fuse),  # type: ignore[arg-type]
            self.clock,
            dispatch=self.executor.dispatch,
            done_seq=self.executor.done_seq,
            watch=lambda _: None,
            seq=seq,
            last_ms=last_ms,
        )
        self.engine.start()
        if center.state.contacts and center.state.telephony_up:
            await self.engine.submit(ev.TelephonyLost(starting=True))
        for entry in undone:
            self.executor.dispatch_again(entry)
        await self.telephony.start(self.engine.post)
        self.timers.set_all(center.state.timers)

    async def die(self) -> None:
        """Everything of this life ends where it stands."""
        await self.telephony.stop()
        await self.timers.stop()
        tasks = [self.engine._task, *self.executor._tasks]
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)


class Fused:
    """Telephony with a crash point before and after each command."""

    def __init__(self, telephony: SimulatedTelephony, fuse: Fuse) -> None:
        self._telephony, self._fuse = telephony, fuse

    async def execute(self, command: ef.TelephonyCommand) -> None:
        await self._fuse.point()
        if isinstance(command, ef.Originate) and command.endpoint.kind == "number":
            DIALLED[-1].append(command.leg)
        await self._telephony.execute(command)
        await self._fuse.point()


class FusedJournal:
    """The journal with a crash point before and after each transaction."""

    def __init__(self, journal: object, fuse: Fuse) -> None:
        self._journal, self._fuse = journal, fuse

    async def append(self, entries: Sequence[JournalEntry], done_seq: int) -> None:
        if entries:
            await self._fuse.point()
        await self._journal.append(entries, done_seq)  # type: ignore[attr-defined]
        if entries:
            await self._fuse.point()

    def __getattr__(self, name: str) -> object:
        return getattr(self._journal, name)


async def _no_service(call: ef.CallService | ef.Understand) -> ev.Event:
    return ev.ServiceAnswered(contact=call.contact, request=call.request, ok=False)


async def _filed(_: ef.FileRecording) -> None:
    pass


class Drive:
    """Goes through one call's story, and starts a new life whenever the fuse blew."""

    def __init__(self, storage: Storage, folder: Path, at: int) -> None:
        self.storage = storage
        self.clock = VirtualClock(quiet=lambda: self.fuse.blown.is_set() or self.life.engine.idle)
        count = iter(range(1, 100))
        self.network = SimulatedNetwork(self.clock, folder, lambda: f"contact-{next(count)}")
        self.fuse = Fuse(at)
        self.life = Life(storage, self.network, self.clock, self.fuse)

    async def reborn(self) -> None:
        await self.life.die()
        self.fuse = Fuse(1_000_000)
        self.life = Life(self.storage, self.network, self.clock, self.fuse)
        await self.life.start()

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Let time go by, and lives, until the condition holds."""
        for _ in range(400):
            if self.fuse.blown.is_set():
                await self.reborn()
            await self.clock.advance(100)
            if not self.fuse.blown.is_set() and await condition():
                return
        raise AssertionError(f"never: {condition.__name__}; {self.life.center.state.contacts}")

    async def submit(self, event: ev.Event) -> None:
        """As a person at a page: pressed again when nobody answered; the command's id keeps it single."""
        for _ in range(3):
            done = asyncio.ensure_future(self.life.engine.submit(event))
            blown = asyncio.ensure_future(self.fuse.blown.wait())
            await asyncio.wait({done, blown}, return_when=asyncio.FIRST_COMPLETED)
            blown.cancel()
            if done.done():
                return
            done.cancel()
            await self.reborn()
        raise AssertionError(event)


async def story(drive: Drive) -> None:
    """A customer presses 2, an agent answers, holds, resumes; the customer hangs up; the agent files the result."""
    phone = drive.network.phone("agent:1001", answer_after_ms=300)
    await drive.submit(ev.AgentSignedIn(agent="1001", command="in", desk=""))
    await drive.submit(ev.StateRequested(agent="1001", command="ready", state=AgentState.AVAILABLE))
    caller = drive.network.call("13800000001", "95000")

    async def asked() -> bool:
        return any(heard.startswith("prompt:") for heard in caller.hears()) or bool(phone.leg)

    async def together() -> bool:
        if await asked():
            caller.press("2")
        return any(heard == "party:agent:1001" for heard in caller.hears())

    await drive.until(asked)
    await drive.until(together)
    (contact,) = [c.id for c in drive.life.center.state.contacts.values() if not c.ended]
    await drive.submit(ev.HoldRequested(agent="1001", command="hold", contact=contact))
    await drive.submit(ev.ResumeRequested(agent="1001", command="resume", contact=contact))

    async def back_together() -> bool:
        return any(heard == "party:agent:1001" for heard in caller.hears())

    await drive.until(back_together)
    caller.hang_up()

    async def over() -> bool:
        return not any(not c.ended for c in drive.life.center.state.contacts.values())

    await drive.until(over)
    await drive.submit(ev.WrapUpCompleted(agent="1001", command="file", contact=contact, disposition="resolved"))
    await drive.until(over)


async def books(drive: Drive, at: int) -> None:
    entries = [entry async for entry in drive.storage.journal.read()]
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert list(replay(Center(), entries)) == [], at
    facts = [effect for entry in entries for effect in entry.effects]
    counts = {
        kind.__name__: sum(isinstance(fact, kind) for fact in facts)
        for kind in (ef.ContactOpened, ef.QueueJoined, ef.AgentConnected, ef.ContactEnded, ef.WrapUpFiled)
    }
    assert counts["ContactOpened"] == counts["ContactEnded"] == counts["AgentConnected"] == 1, (at, counts)
    assert counts["WrapUpFiled"] == 1, (at, counts)
    ended = [fact.reason for fact in facts if isinstance(fact, ef.ContactEnded)]
    # whoever hung up while we were dead is gone from the network, and why is not known
    assert ended in ([EndReason.CUSTOMER_HUNG_UP], [EndReason.TELEPHONY_LOST]), at
    center = drive.life.center
    invariants.check(center)
    assert center.acd.agent("1001").state is AgentState.AVAILABLE, (at, center.acd.agent("1001"))
    assert not drive.network.legs, at
    alarms = [fact.code for fact in facts if isinstance(fact, ef.AlarmRaised)]
    assert "core_failed" not in alarms, at


async def one_run(folder: Path, at: int) -> bool:
    """Crash at the given point; False when the story has fewer points."""
    await asyncio.to_thread(folder.mkdir)
    url = f"sqlite+aiosqlite:///{folder / 'test.db'}"
    await asyncio.to_thread(upgrade, url)
    storage = await Storage.open(url)
    try:
        drive = Drive(storage, folder, at)
        await drive.life.start()
        first = drive.fuse
        await drive.submit(ev.CenterConfigured(config=config()))
        await drive.submit(ev.FlowsPublished(flows=flows()))
        await story(drive)
        await books(drive, at)
        await drive.life.die()
        await drive.network.close()
        return first.blown.is_set()
    finally:
        await storage.close()


@pytest.mark.parametrize("lane", range(4))
async def test_a_crash_between_any_two_lines_loses_nothing_and_doubles_nothing(tmp_path: Path, lane: int) -> None:
    at = lane
    while await one_run(tmp_path / str(at), at):
        at += 4
    assert at > 40, f"only {at} crash points were there to try"
