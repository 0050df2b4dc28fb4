"""The writer: journal first, then act; nothing accepted is lost; a restart goes on where it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from callcenter.app.engine import Engine, restore
from callcenter.app.executor import Executor
from callcenter.app.timers import Timers
from callcenter.app.vault import MemoryVault
from callcenter.core.center import Center
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Endpoint
from callcenter.domain.errors import ProviderError, Rejected
from callcenter.domain.journal import JournalEntry
from callcenter.domain.ports import Clock, EventSink
from callcenter.storage import Storage, upgrade
from callcenter.telephony.simulated.clock import VirtualClock
from tests.core.centre import config


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    await asyncio.to_thread(upgrade, url)
    opened = await Storage.open(url)
    yield opened
    await opened.close()


class Recorder:
    """Keeps the order of what is written and what is acted upon."""

    def __init__(self, storage: Storage) -> None:
        self.journal = storage.journal
        self.order: list[tuple[str, int]] = []
        self.failures = 0

    async def append(self, entries: Sequence[JournalEntry], done_seq: int) -> None:
        if self.failures:
            self.failures -= 1
            raise ProviderError("the database is locked", retryable=True)
        await self.journal.append(entries, done_seq)
        self.order += [("written", entry.seq) for entry in entries]

    def __getattr__(self, name: str):
        return getattr(self.journal, name)

    def dispatch(self, entry: JournalEntry) -> None:
        self.order.append(("acted", entry.seq))


def engine_on(recorder: Recorder, center: Center | None = None, seq: int = 0, clock: Clock | None = None) -> Engine:
    return Engine(
        center or Center(),
        recorder,
        clock or VirtualClock(),
        dispatch=recorder.dispatch,
        done_seq=lambda: 0,
        watch=lambda entry: None,
        seq=seq,
    )


async def test_every_entry_is_written_before_it_is_acted_upon(storage: Storage) -> None:
    recorder = Recorder(storage)
    engine = engine_on(recorder)
    engine.start()
    engine.post(ev.CenterConfigured(config=config()))
    for n in range(50):
        engine.post(ev.CallArrived(contact=f"c{n}", leg=f"l{n}", caller="1", dialled="95001"))
    await engine.stop()
    for seq in range(1, 52):
        assert recorder.order.index(("written", seq)) < recorder.order.index(("acted", seq))


async def test_a_locked_database_delays_and_loses_nothing(storage: Storage) -> None:
    recorder = Recorder(storage)
    recorder.failures = 3
    engine = engine_on(recorder)
    engine.start()
    await engine.submit(ev.CenterConfigured(config=config()))
    assert recorder.order == [("written", 1), ("acted", 1)]
    await engine.stop()


async def test_a_refused_command_is_an_error_for_who_asked_and_stands_in_the_journal(storage: Storage) -> None:
    recorder = Recorder(storage)
    engine = engine_on(recorder)
    engine.start()
    await engine.submit(ev.CenterConfigured(config=config()))
    with pytest.raises(Rejected) as refusal:
        await engine.submit(ev.HoldRequested(agent="1001", contact="none", command="x"))
    assert refusal.value.code == "not_your_contact"
    await engine.stop()
    assert await storage.journal.last_seq() == 2


async def test_a_restart_goes_on_with_the_same_memory_and_repeats_what_was_not_done(storage: Storage) -> None:
    recorder = Recorder(storage)
    engine = engine_on(recorder)
    engine.start()
    await engine.submit(ev.CenterConfigured(config=config()))
    await engine.submit(ev.CallArrived(contact="c1", leg="l1", caller="1", dialled="95001"))
    center, seq, last_ms, undone = await restore(storage.journal)
    assert (seq, [entry.seq for entry in undone]) == (2, [1, 2])
    assert center.state.contacts["c1"].place == engine.center.state.contacts["c1"].place
    assert last_ms > 0
    await engine.stop()
    center, seq, _, undone = await restore(storage.journal)
    assert (seq, len(undone)) == (2, 2), "a snapshot does not make unfinished effects done"


async def test_a_fault_in_the_core_is_told_and_the_centre_goes_on(storage: Storage) -> None:
    recorder = Recorder(storage)
    engine = engine_on(recorder)
    engine.start()
    effects = await engine.submit(ev.FlowsPublished(flows={"broken": {"flow": "broken"}}))
    assert [type(effect).__name__ for effect in effects] == ["AlarmRaised"]
    await engine.submit(ev.CenterConfigured(config=config()))
    assert "general" in engine.center.state.config.queues
    await engine.stop()


class SlowTelephony:
    """Carries commands out only when told, and says in which order it was asked."""

    name = "slow"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.refuse = False

    async def start(self, sink: EventSink) -> None: ...

    async def stop(self) -> None: ...

    async def execute(self, command: ef.TelephonyCommand) -> None:
        name = f"{type(command).__name__} {getattr(command, 'leg', '')}"
        self.asked.append(name)
        if name in self.gates:
            await self.gates[name].wait()
        if self.refuse:
            raise ProviderError("away", retryable=True)

    def recording_files(self, recording: str) -> Sequence[Path]:
        return ()

    def discard_recording(self, recording: str) -> None: ...


def executor_on(telephony: SlowTelephony, posted: list[ev.Event]) -> Executor:
    async def no_service(call: ef.CallService | ef.Understand) -> ev.Event:
        return ev.ServiceAnswered(contact=call.contact, request=call.request, ok=False)

    async def no_file(effect: ef.FileRecording) -> None:
        raise ProviderError("nothing there")

    timers = Timers(VirtualClock(), lambda name: None)
    return Executor(
        *(telephony, timers, MemoryVault(), posted.append),
        ask_service=no_service,
        ask_meaning=no_service,
        file_recording=no_file,
    )


def entry(seq: int, *effects: ef.Effect) -> JournalEntry:
    return JournalEntry(seq=seq, at_ms=1, event=ev.TelephonyLost(), effects=effects)


async def test_one_contacts_commands_keep_their_order_and_do_not_hold_up_another() -> None:
    telephony = SlowTelephony()
    telephony.gates["AnswerLeg a"] = asyncio.Event()
    executor = executor_on(telephony, [])
    executor.dispatch(entry(1, ef.AnswerLeg(contact="a", leg="a"), ef.StartMusic(contact="a", leg="a")))
    executor.dispatch(entry(2, ef.AnswerLeg(contact="b", leg="b")))
    await executor.more_than(0)
    assert telephony.asked == ["AnswerLeg a", "AnswerLeg b"]
    assert executor.done_seq() == 0, "the first entry is not through, so the second does not count yet"
    telephony.gates["AnswerLeg a"].set()
    await executor.stop()
    assert telephony.asked[-1] == "StartMusic a"
    assert executor.done_seq() == 2


async def test_a_leg_is_hung_up_only_after_its_dialling_was_accepted() -> None:
    telephony = SlowTelephony()
    telephony.gates["Originate x"] = asyncio.Event()
    executor = executor_on(telephony, [])
    endpoint = Endpoint(kind="agent", address="1001")
    executor.dispatch(
        entry(1, ef.Originate(contact="a", leg="x", endpoint=endpoint), ef.StartMusic(contact="a", leg="a"))
    )
    executor.dispatch(entry(2, ef.HangUp(contact="a", leg="x")))
    await executor.more_than(0)
    assert "HangUp x" not in telephony.asked
    telephony.gates["Originate x"].set()
    await executor.stop()
    assert telephony.asked[-1] == "HangUp x"


async def test_after_a_restart_nobody_outside_is_rung_a_second_time_for_one_attempt() -> None:
    telephony, posted = SlowTelephony(), []
    executor = executor_on(telephony, posted)
    agent, number = Endpoint(kind="agent", address="1001"), Endpoint(kind="number", address="13800000001")
    again = entry(
        1,
        ef.Originate(contact="a", leg="x", endpoint=agent),
        ef.Originate(contact="a", leg="y", endpoint=number),
        ef.StartRingback(contact="a", leg="x"),
    )
    executor.dispatch_again(again)
    await executor.stop()
    assert telephony.asked == ["Originate x", "StartRingback x"]
    assert executor.done_seq() == 1
    assert posted == []


async def test_what_the_pbx_could_not_be_asked_is_told_to_the_core() -> None:
    telephony, posted = SlowTelephony(), []
    telephony.refuse = True
    executor = executor_on(telephony, posted)
    endpoint = Endpoint(kind="agent", address="1001")
    executor.dispatch(
        entry(
            1,
            ef.Originate(contact="a", leg="x", endpoint=endpoint),
            ef.Play(contact="a", leg="c", request="r1", prompts=()),
            ef.Gather(contact="a", leg="c", request="r2"),
        )
    )
    await executor.stop()
    assert {type(event).__name__ for event in posted} == {"LegEnded", "PlaybackEnded", "DigitsGathered"}
    assert executor.done_seq() == 1


async def test_timers_fire_in_order_and_a_replaced_one_only_once() -> None:
    clock, fired = VirtualClock(), []
    timers = Timers(clock, fired.append)
    start = clock.now_ms()
    timers.set("late", start + 3_000)
    timers.set("early", start + 1_000)
    timers.set("late", start + 2_000)
    timers.set("gone", start + 1_500)
    timers.cancel("gone")
    await clock.advance(10_000)
    assert fired == ["early", "late"]
    timers.set("again", clock.now_ms() + 500)
    await clock.advance(1_000)
    assert fired[-1] == "again"
    await timers.stop()


def test_secrets_are_gone_with_their_contact() -> None:
    vault = MemoryVault()
    key = vault.put("c1", "123456")
    assert vault.get(key) == "123456"
    vault.forget("c1")
    assert vault.get(key) is None


async def test_the_end_does_not_wait_for_ever_and_what_was_given_up_is_not_called_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("callcenter.app.executor.PATIENCE_S", 0.01)
    telephony = SlowTelephony()
    telephony.gates["AnswerLeg a"] = asyncio.Event()
    executor = executor_on(telephony, [])
    executor.dispatch(entry(1, ef.AnswerLeg(contact="a", leg="a"), ef.StartMusic(contact="a", leg="a")))
    await executor.stop()
    assert executor.idle
    assert telephony.asked == ["AnswerLeg a"]
    assert executor.done_seq() == 0


async def test_keys_of_a_refused_command_are_not_written_whoever_sends_them(storage: Storage) -> None:
    recorder = Recorder(storage)
    engine = engine_on(recorder)
    engine.start()
    await engine.submit(ev.CenterConfigured(config=config()))
    await engine.submit(ev.AgentSignedIn(agent="1001", desk="d"))
    await engine.submit(ev.StateRequested(agent="1001", state=AgentState.AVAILABLE))
    await engine.submit(ev.CallArrived(contact="c1", leg="sip-1", caller="13800000000", dialled="95001"))
    await engine.submit(ev.LegAnswered(leg=engine.center.state.contacts["c1"].offer_leg))
    await engine.submit(ev.PaymentModeRequested(agent="1001", contact="c1", on=True))
    with pytest.raises(Rejected) as refused:
        await engine.submit(ev.DigitsRequested(agent="1001", command="k", contact="c1", digits="4539148803436467"))
    assert refused.value.code == "payment_mode_on"
    await engine.stop()
    written = [entry async for entry in storage.journal.read()]
    assert "4539148803436467" not in repr(written)
    assert isinstance(written[-1].event, ev.DigitsRequested)
    again = Center()
    for entry in written:
        assert again.handle(entry.event, entry.at_ms) == entry.effects
