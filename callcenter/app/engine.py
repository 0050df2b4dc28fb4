"""The one writer: takes events in order, lets the core decide, journals, and only then acts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

import structlog
from prometheus_client import Counter, Histogram

from callcenter.core import snapshot
from callcenter.core.center import Center
from callcenter.core.replay import contacts_of
from callcenter.domain.effects import AlarmRaised, CommandRefused, Effect
from callcenter.domain.errors import Corrupt, ProviderError, Rejected
from callcenter.domain.events import AgentEvent, Event, FloorEvent, without_keys
from callcenter.domain.journal import JournalEntry
from callcenter.domain.ports import Clock, JournalStore

log = structlog.get_logger(__name__)

MAX_BATCH = 128
SNAPSHOT_EVERY = 5_000
RETRY_FIRST_S = 0.05
RETRY_MOST_S = 2.0

Answer = asyncio.Future[tuple[Effect, ...]]
Dispatch = Callable[[JournalEntry], None]
Watch = Callable[[JournalEntry], None]

_events = Counter("callcenter_events", "Events journalled", ["event"])
_batch = Histogram(
    "callcenter_journal_batch", "Entries written in one transaction", buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)


class Engine:
    """Runs a :class:`Center` against a journal. Events wait in a queue; a batch is one transaction.

    ``dispatch`` carries out the effects of an entry once it is durable; ``done_seq`` says how far that has come.
    """

    def __init__(
        self,
        center: Center,
        journal: JournalStore,
        clock: Clock,
        *,
        dispatch: Dispatch,
        done_seq: Callable[[], int],
        watch: Watch,
        seq: int = 0,
        last_ms: int = 0,
    ) -> None:
        self.center = center
        self._journal = journal
        self._clock = clock
        self._dispatch = dispatch
        self._done_seq = done_seq
        self._watch = watch
        self._seq = seq
        self._last_ms = last_ms
        self._snapshot_seq = seq
        self._inbox: list[tuple[Event, Answer | None]] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def seq(self) -> int:
        """The last entry written."""
        return self._seq

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be journalled."""
        return self._idle.is_set()

    def post(self, event: Event) -> None:
        """Take an event without waiting for the outcome."""
        self._inbox.append((event, None))
        self._idle.clear()
        self._wake.set()

    async def submit(self, event: Event) -> tuple[Effect, ...]:
        """Take an event and wait until it is journalled. Raises ``Rejected`` when the core refused it."""
        answer: Answer = asyncio.get_running_loop().create_future()
        self._inbox.append((event, answer))
        self._idle.clear()
        self._wake.set()
        effects = await answer
        if isinstance(event, (AgentEvent, FloorEvent)):
            for effect in effects:
                if isinstance(effect, CommandRefused) and effect.command == event.command:
                    raise Rejected(effect.code, effect.detail)
        return effects

    def start(self) -> None:
        """Begin to take events."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="engine")

    async def stop(self) -> None:
        """Write what has arrived, keep a snapshot, and end."""
        if self._task is None:
            return
        await self._idle.wait()
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = None
        await self._append([])
        await self._keep_snapshot()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._inbox:
                batch, self._inbox = self._inbox[:MAX_BATCH], self._inbox[MAX_BATCH:]
                entries = [self._decide(event) for event, _ in batch]
                await self._append(entries)
                self._act(entries, (answer for _, answer in batch))
            if self._seq - self._snapshot_seq >= SNAPSHOT_EVERY:
                await self._keep_snapshot()
            if not self._inbox:
                self._idle.set()

    def _decide(self, event: Event) -> JournalEntry:
        self._last_ms = now = max(self._last_ms, self._clock.now_ms())
        try:
            effects = self.center.handle(event, now)
        except Exception:
            # a fault of ours must not stop the centre: it is told, journalled, and the next event goes on
            log.exception("core_failed", on=type(event).__name__)
            effects = (AlarmRaised(code="core_failed", detail={"event": type(event).__name__}),)
        self._seq += 1
        _events.labels(type(event).__name__).inc()
        if any(isinstance(effect, CommandRefused) for effect in effects):
            event = without_keys(event)
        contacts = contacts_of(event, effects)
        return JournalEntry(seq=self._seq, at_ms=now, event=event, effects=effects, contacts=contacts)

    async def _append(self, entries: list[JournalEntry]) -> None:
        """Write, again and again if the database is away: what was accepted is not lost, and not acted on before."""
        wait_s = RETRY_FIRST_S
        _batch.observe(len(entries))
        while True:
            try:
                await self._journal.append(entries, self._done_seq())
            except ProviderError as error:
                if not error.retryable:
                    raise
                log.error("journal_not_writable", why=str(error), waiting=len(self._inbox))  # noqa: TRY400
                await asyncio.sleep(wait_s)
                wait_s = min(RETRY_MOST_S, wait_s * 2)
            else:
                return

    def _act(self, entries: list[JournalEntry], answers: Iterable[Answer | None]) -> None:
        for entry, answer in zip(entries, answers, strict=True):
            self._dispatch(entry)
            self._watch(entry)
            if answer is not None and not answer.done():
                answer.set_result(entry.effects)

    async def _keep_snapshot(self) -> None:
        self._snapshot_seq = self._seq
        await self._journal.save_snapshot(self._seq, snapshot.dump(self.center))


async def restore(journal: JournalStore) -> tuple[Center, int, int, list[JournalEntry]]:
    """The centre as it was: newest snapshot plus the journal after it.

    Returns the centre, the last ``seq``, the last time, and the entries whose effects may not have been carried out.
    Raises ``Corrupt`` when the journal has a gap.
    """
    kept = await journal.latest_snapshot()
    center = snapshot.load(kept[1]) if kept is not None else None
    seq = kept[0] if kept is not None and center is not None else 0
    center = center or Center()
    done, last_ms, undone = await journal.done_seq(), 0, []
    async for entry in journal.read(min(seq, done) + 1 if seq else 1):
        if entry.seq > seq:
            if entry.seq != seq + 1:
                raise Corrupt(f"the journal goes from entry {seq} to {entry.seq}")
            center.handle(entry.event, entry.at_ms)
            seq = entry.seq
        last_ms = max(last_ms, entry.at_ms)
        if entry.seq > done:
            undone.append(entry)
    return center, seq, last_ms, undone
