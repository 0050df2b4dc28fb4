"""Keeps a worker's process running beside the product: starts it, starts it again, gives its jobs back."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec
import structlog

from callcenter.app.kept_process import environment_of, one_life
from callcenter.app.recogniser import trouble_of
from callcenter.app.settings import Settings
from callcenter.app.transcribing.worker import Told
from callcenter.domain.errors import ProviderError
from callcenter.domain.ports import Clock, Transcripts

log = structlog.get_logger(__name__)

WORKER = (sys.executable, "-m", "callcenter.app.transcribing")
_FIRST_PAUSE_MS = 1_000
_LONGEST_PAUSE_MS = 300_000
_told: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)


class TranscriptionKeeper:
    """One worker, as long as :meth:`run` runs; none where no recogniser is chosen or the chosen one can not be."""

    def __init__(
        self,
        settings: Settings,
        transcripts: Transcripts,
        clock: Clock,
        *,
        command: Sequence[str] = WORKER,
        told: Callable[[Told], None] = lambda told: None,
    ) -> None:
        self._settings, self._transcripts, self._clock = settings, transcripts, clock
        self._command, self._told = tuple(command), told
        self.trouble = trouble_of(settings)
        """Why there is no worker."""
        self.name = f"{socket.gethostname()}:{settings.data.resolve()}"
        """The worker's, the same after a restart: what it held when the machine stopped is given back at once."""
        self.process: asyncio.subprocess.Process | None = None
        self.starts = 0

    async def run(self) -> None:
        """Until cancelled, which ends the process. One that works is started again at once, one that does not later."""
        if self.trouble is not None:
            return
        pause_ms = _FIRST_PAUSE_MS
        while True:
            if await self._one_life():
                pause_ms = _FIRST_PAUSE_MS
            await self._clock.sleep_until(self._clock.now_ms() + pause_ms)
            pause_ms = min(_LONGEST_PAUSE_MS, pause_ms * 2)

    async def _one_life(self) -> bool:
        """Start the process and hear it to its end; whether it did anything."""
        worked = False

        def hear(line: bytes) -> None:
            nonlocal worked
            with suppress(msgspec.MsgspecError):
                told = _told.decode(line)
                worked = worked or told.what == "done"
                self._told(told)

        def born(process: asyncio.subprocess.Process) -> None:
            self.process = process
            self.starts += 1

        try:
            await self._transcripts.release(self.name)
            code = await one_life((*self._command, self.name), environment_of(self._settings), hear, born)
        except (OSError, ProviderError) as error:
            log.warning("transcription_not_started", why=str(error))
            return False
        log.warning("transcription_worker_ended", code=code)
        return worked
