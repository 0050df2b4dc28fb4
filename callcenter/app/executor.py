"""Carries out effects after they are journalled: telephony, timers, services, filing of recordings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from msgspec.structs import replace

from callcenter.app.timers import Timers
from callcenter.domain.contact import LegEndCause
from callcenter.domain.effects import (
    CallService,
    CancelTimer,
    ContactEnded,
    Effect,
    FileRecording,
    Gather,
    HangUp,
    Listen,
    Originate,
    Play,
    QueueAnnounced,
    QueueLeft,
    StartTimer,
    TelephonyCommand,
    Understand,
)
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import DigitsGathered, Event, GatherOutcome, LegEnded, PlaybackEnded, SentenceHeard
from callcenter.domain.journal import JournalEntry
from callcenter.domain.ports import CarriesOut, SecretVault

log = structlog.get_logger(__name__)

PATIENCE_S = 5.0
Post = Callable[[Event], None]
Work = Callable[[], Awaitable[None]]


class Executor:
    """Commands of one contact are carried out in order, contacts side by side; dialling does not hold up the rest."""

    def __init__(
        self,
        telephony: CarriesOut,
        timers: Timers,
        vault: SecretVault,
        post: Post,
        *,
        ask_service: Callable[[CallService], Awaitable[Event]],
        ask_meaning: Callable[[Understand], Awaitable[Event]],
        file_recording: Callable[[FileRecording], Awaitable[None]],
        tell_waiting: Callable[[Effect], None] = lambda fact: None,
        done_seq: int = 0,
    ) -> None:
        self._telephony = telephony
        self._timers = timers
        self._vault = vault
        self._post = post
        self._ask_service = ask_service
        self._ask_meaning = ask_meaning
        self._file_recording = file_recording
        self._tell_waiting = tell_waiting
        self._lanes: dict[str, list[tuple[int, TelephonyCommand]]] = {}
        self._dialling: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: dict[int, int] = {}
        self._seen_seq = done_seq
        self._done = asyncio.Event()
        self.carried_out = 0

    def done_seq(self) -> int:
        """All entries up to this one have been carried out."""
        first_open = next(iter(self._open), None)
        return self._seen_seq if first_open is None else first_open - 1

    @property
    def idle(self) -> bool:
        """Whether nothing is being carried out."""
        return not self._tasks

    async def more_than(self, count: int) -> None:
        """Return once more than ``count`` effects have been carried out; see :attr:`carried_out`."""
        while self.carried_out <= count:
            self._done.clear()
            await self._done.wait()

    def dispatch(self, entry: JournalEntry) -> None:
        """Begin to carry out an entry's effects."""
        self._seen_seq = max(self._seen_seq, entry.seq)
        # Dialling has no row to wait in: it goes out before what the others of its entry put on the wire.
        for effect in entry.effects:
            if isinstance(effect, Originate):
                self._dialling[effect.leg] = self._spawn(entry.seq, self._dial(effect))
        for effect in entry.effects:
            if not isinstance(effect, Originate):
                self._begin(entry.seq, effect)

    def dispatch_again(self, entry: JournalEntry) -> None:
        """Carry out once more what an earlier process of ours may have left undone; twice does no harm.

        Except to people: an outside number is not dialled again, for its call may have rung out meanwhile. Which calls
        there are is told when the telephony is restored; one that is not there counts as lost.
        """
        self.dispatch(replace(entry, effects=tuple(e for e in entry.effects if not _rings_outside(e))))

    async def stop(self) -> None:
        """Let what has begun finish; what takes longer than 5 s is given up, and done again after the next start."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        except TimeoutError:
            given_up = [task for task in self._tasks if task.cancel()]
            await asyncio.gather(*given_up, return_exceptions=True)

    def _begin(self, seq: int, effect: Effect) -> None:
        match effect:
            case TelephonyCommand():
                self._command(seq, effect)
            case StartTimer(timer=timer, at_ms=at_ms):
                self._timers.set(timer, at_ms)
            case CancelTimer(timer=timer):
                self._timers.cancel(timer)
            case CallService():
                self._spawn(seq, self._answer(self._ask_service(effect)))
            case Understand():
                self._spawn(seq, self._answer(self._ask_meaning(effect)))
            case FileRecording():
                self._spawn(seq, self._file(effect))
            case QueueAnnounced() | QueueLeft():
                self._tell_waiting(effect)
            case ContactEnded(contact=contact):
                self._vault.forget(contact)
            case _:
                pass

    def _command(self, seq: int, command: TelephonyCommand) -> None:
        lane = self._lanes.get(command.contact)
        self._open[seq] = self._open.get(seq, 0) + 1
        if lane is not None:
            lane.append((seq, command))
            return
        self._lanes[command.contact] = [(seq, command)]
        self._track(asyncio.get_running_loop().create_task(self._run_lane(command.contact)))

    async def _run_lane(self, contact: str) -> None:
        lane = self._lanes[contact]
        while lane:
            seq, command = lane.pop(0)
            dialling = self._dialling.get(command.leg) if isinstance(command, HangUp) else None
            if dialling is not None:
                await asyncio.wait([dialling])
            await self._carry_out(command)
            self._close(seq)
        del self._lanes[contact]

    async def _dial(self, command: Originate) -> None:
        try:
            await self._carry_out(command)
        finally:
            self._dialling.pop(command.leg, None)

    async def _carry_out(self, command: TelephonyCommand) -> None:
        try:
            await self._telephony.execute(command)
        except ProviderError as error:
            log.warning("command_failed", command=type(command).__name__, contact=command.contact, why=str(error))
            self._tell_failure(command)
        except Exception:
            log.exception("command_broke", command=type(command).__name__, contact=command.contact)
            self._tell_failure(command)

    def _tell_failure(self, command: TelephonyCommand) -> None:
        """The core waits for an answer to these; it must not wait for ever."""
        match command:
            case Originate(leg=leg):
                self._post(LegEnded(leg=leg, cause=LegEndCause.FAILED))
            case Play(leg=leg, request=request):
                self._post(PlaybackEnded(leg=leg, request=request, ok=False))
            case Gather(leg=leg, request=request):
                self._post(DigitsGathered(leg=leg, request=request, outcome=GatherOutcome.FAILED))
            case Listen(leg=leg, request=request):
                self._post(SentenceHeard(leg=leg, request=request, ok=False))
            case _:
                pass

    async def _answer(self, asked: Awaitable[Event]) -> None:
        self._post(await asked)

    async def _file(self, effect: FileRecording) -> None:
        try:
            await self._file_recording(effect)
        except ProviderError as error:
            log.error("recording_not_filed", recording=effect.recording, why=str(error))  # noqa: TRY400

    def _spawn(self, seq: int, work: Awaitable[None]) -> asyncio.Task[None]:
        self._open[seq] = self._open.get(seq, 0) + 1

        async def run() -> None:
            try:
                await work
            finally:
                self._close(seq)

        return self._track(asyncio.get_running_loop().create_task(run()))

    def _track(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        with suppress(asyncio.CancelledError):
            if task.exception() is not None:
                log.error("effect_broke", why=repr(task.exception()))

    def _close(self, seq: int) -> None:
        self.carried_out += 1
        self._done.set()
        left = self._open.get(seq, 0) - 1
        if left > 0:
            self._open[seq] = left
        else:
            self._open.pop(seq, None)


def _rings_outside(effect: Effect) -> bool:
    return isinstance(effect, Originate) and effect.endpoint.kind == "number"
