"""Takes one job after the other: recognises the recording, keeps its transcript."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import structlog
from msgspec import Struct

from callcenter.domain.errors import ProviderError, Rejected
from callcenter.domain.ports import Clock, Recogniser, RecordingStore, Transcripts
from callcenter.domain.records import RecordingRecord
from callcenter.domain.speech import Transcript, turns_of

log = structlog.get_logger(__name__)

LEASE_MS = 60_000
RENEW_MS = 15_000
POLL_MS = 2_000
LEAST_LIMIT_MS = 120_000
LIMIT_FACTOR = 20
"""A recording may take so many times its own length; what takes longer hangs."""


class Told(Struct, frozen=True):
    """What a worker does: ``begun``, ``done`` or ``failed`` with a recording."""

    what: Literal["begun", "done", "failed"]
    recording: str


class Stuck(Exception):
    """A recogniser hangs; a thread can not be ended, so the process must be."""


class Worker:
    """One worker; ``name`` is its own among all. ``risky`` are queues and dispositions that go first."""

    def __init__(
        self,
        name: str,
        transcripts: Transcripts,
        recordings: RecordingStore,
        recogniser: Recogniser,
        clock: Clock,
        language: str,
        *,
        risky: frozenset[str] = frozenset(),
        told: Callable[[Told], None] = lambda told: None,
    ) -> None:
        self._name, self._transcripts, self._recordings = name, transcripts, recordings
        self._recogniser, self._clock, self._language = recogniser, clock, language
        self._risky, self._told = risky, told

    async def run(self) -> None:
        """Work for ever; looks for new recordings every :data:`POLL_MS`. Raises ``Stuck``.

        A database that can not be reached for a while is waited for.
        """
        while True:
            try:
                worked = await self.once()
            except ProviderError as error:
                log.warning("transcription_waits", why=str(error))
                worked = False
            if not worked:
                await self._clock.sleep_until(self._clock.now_ms() + POLL_MS)

    async def drain(self) -> int:
        """Work until nothing is due; returns how many jobs were taken. Raises ``Stuck`` and ``ProviderError``."""
        taken = 0
        while await self.once():
            taken += 1
        return taken

    async def once(self) -> bool:
        """Take one job, if one is due, and end it one way or the other. Raises ``ProviderError`` of the database."""
        began_ms = self._clock.now_ms()
        found = await self._transcripts.claim(self._name, began_ms, LEASE_MS, self._risky)
        if found is None:
            return False
        _, recording = found
        self._told(Told("begun", recording.id))
        renewing = asyncio.create_task(self._renew(recording.id))
        try:
            transcript = await self._transcript(recording)
        except (ProviderError, Rejected) as error:
            await self._fail(recording.id, str(error), retryable=getattr(error, "retryable", False))
        except TimeoutError:
            await self._fail(recording.id, "the recogniser hangs", retryable=True)
            raise Stuck from None
        except Exception as error:
            # An adapter's or a library's fault: its text may quote what was said, so only its kind is kept.
            log.warning("transcription_broke", recording=recording.id, kind=type(error).__name__)
            await self._fail(recording.id, f"the recogniser failed: {type(error).__name__}", retryable=True)
        else:
            now = self._clock.now_ms()
            await self._transcripts.finish(transcript, self._name, now, now - began_ms)
            self._told(Told("done", recording.id))
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
        return True

    async def _transcript(self, recording: RecordingRecord) -> Transcript:
        limit_ms = max(LEAST_LIMIT_MS, LIMIT_FACTOR * recording.duration_ms)
        recognising = asyncio.create_task(self._all_of(recording))
        watching = asyncio.create_task(self._clock.sleep_until(self._clock.now_ms() + limit_ms))
        try:
            await asyncio.wait({recognising, watching}, return_when=asyncio.FIRST_COMPLETED)
            if not recognising.done():
                raise TimeoutError(recording.id)
            return recognising.result()
        finally:
            for task in (recognising, watching):
                task.cancel()

    async def _all_of(self, recording: RecordingRecord) -> Transcript:
        sides = await self._recogniser.transcribe(self._recordings.path_of(recording), self._language)
        turns = turns_of(tuple(tuple(side) for side in sides))
        made_ms = self._clock.now_ms()
        return Transcript(recording.id, recording.contact, self._language, self._recogniser.model, made_ms, turns)

    async def _fail(self, recording: str, trouble: str, *, retryable: bool) -> None:
        log.warning("transcription_failed", recording=recording, why=trouble, again=retryable)
        await self._transcripts.fail(recording, self._name, self._clock.now_ms(), trouble, retryable=retryable)
        self._told(Told("failed", recording))

    async def _renew(self, recording: str) -> None:
        while True:
            await self._clock.sleep_until(self._clock.now_ms() + RENEW_MS)
            with suppress(ProviderError):  # a lease that runs out costs a second try, nothing else
                await self._transcripts.renew(recording, self._name, self._clock.now_ms() + LEASE_MS)
