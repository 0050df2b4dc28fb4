"""Sees to it that what is due is scored: files ended chats, and runs the scoring process while there is work."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec
import structlog

from callcenter.app.kept_process import environment_of, one_life
from callcenter.app.scoring.shipped import publish_shipped
from callcenter.app.scoring.worker import Told
from callcenter.app.settings import Settings
from callcenter.domain.chat import CONVERSATION
from callcenter.domain.effects import ContactEnded
from callcenter.domain.errors import ProviderError
from callcenter.domain.journal import JournalEntry
from callcenter.domain.ports import Clock, QualityStore, ScoringJobs

log = structlog.get_logger(__name__)

WORKER = (sys.executable, "-m", "callcenter.app.scoring")
POLL_MS = 3_000
SWEEP_MS = 600_000
LOOK_BACK_MS = 7 * 24 * 3_600_000
"""Contacts that began so long ago are looked for when their end was missed, as in a crash."""
_FIRST_PAUSE_MS = 3_000
_LONGEST_PAUSE_MS = 300_000
_told: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)


class ScoringKeeper:
    """Runs one scoring process while something is due, as long as :meth:`run` runs."""

    def __init__(
        self,
        settings: Settings,
        store: QualityStore,
        jobs: ScoringJobs,
        clock: Clock,
        *,
        command: Sequence[str] = WORKER,
        told: Callable[[Told], None] = lambda told: None,
    ) -> None:
        self._settings, self._store, self._jobs, self._clock = settings, store, jobs, clock
        self._command, self._told = tuple(command), told
        self.name = f"{socket.gethostname()}:{settings.data.resolve()}"
        """The worker's, the same after a restart: what it held when the machine stopped is given back at once."""
        self.process: asyncio.subprocess.Process | None = None
        self.starts = 0
        self._swept_ms: int | None = None
        self._ended: list[tuple[str, int]] = []

    def observe(self, entry: JournalEntry) -> None:
        """Hear of chats that end. Calls come with their transcripts."""
        for effect in entry.effects:
            if isinstance(effect, ContactEnded) and effect.contact.startswith(CONVERSATION):
                self._ended.append((effect.contact, entry.at_ms))

    async def run(self) -> None:
        """Until cancelled, which ends the process. One that did nothing is started again later and later."""
        pause_ms = _FIRST_PAUSE_MS
        while True:
            wait_ms = POLL_MS
            try:
                if await self._is_work():
                    worked = await self._one_life()
                    pause_ms = _FIRST_PAUSE_MS if worked else min(_LONGEST_PAUSE_MS, pause_ms * 2)
                    wait_ms = POLL_MS if worked else pause_ms
            except (OSError, ProviderError) as error:
                log.warning("scoring_waits", why=str(error))
            await self._clock.sleep_until(self._clock.now_ms() + wait_ms)

    async def _is_work(self) -> bool:
        now_ms = self._clock.now_ms()
        if self._swept_ms is None or self._swept_ms + SWEEP_MS <= now_ms:
            if self._swept_ms is None:
                await publish_shipped(self._store, now_ms)
                await self._jobs.release(self.name)
            await self._jobs.add_missing(now_ms - LOOK_BACK_MS)
            self._swept_ms = now_ms
        while self._ended:
            await self._jobs.add(*self._ended[0])
            del self._ended[0]
        return await self._jobs.any_due(now_ms)

    async def _one_life(self) -> bool:
        """Run the process to its end; whether it did anything."""
        worked = False

        def hear(line: bytes) -> None:
            nonlocal worked
            with suppress(msgspec.MsgspecError):
                told = _told.decode(line)
                worked = True
                self._told(told)

        def born(process: asyncio.subprocess.Process) -> None:
            self.process = process
            self.starts += 1

        await self._jobs.release(self.name)
        code = await one_life((*self._command, self.name), environment_of(self._settings), hear, born)
        if code:
            log.warning("scoring_worker_ended", code=code)
        return worked
